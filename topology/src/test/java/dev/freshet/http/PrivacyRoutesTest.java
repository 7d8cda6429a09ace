package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.schemas.privacy.PiiFinding;
import dev.freshet.schemas.privacy.PiiKind;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Policies of columns and flags at the HTTP edge. */
class PrivacyRoutesTest {
    private static final String PATH = "/v1/catalog/datasets/people";
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    private Answer put(String policies) {
        return server.put(
                PATH, "{\"id_columns\": [\"id\"], \"text_columns\": [\"note\", \"surname\"]" + policies + "}");
    }

    @Test
    void showsPoliciesFlagsAndWhatIsWithheld() {
        JsonNode created = put(", \"column_policies\": {\"email\": \"mask\", \"ssn\": \"drop\"}")
                .json();
        assertThat(created.path("column_policies").toString()).isEqualTo("{\"email\":\"mask\",\"ssn\":\"drop\"}");
        assertThat(created.path("flags").toString())
                .isEqualTo("[{\"column\":\"surname\",\"kind\":\"name\",\"by\":\"name\"}]");
        assertThat(created.path("withheld").toString()).isEqualTo("[\"surname\"]");

        server.catalog.flagColumns(created.path("id").asLong(), List.of(new PiiFinding("line", PiiKind.PHONE, 0.875)));
        JsonNode shown = server.get(PATH).json();
        assertThat(shown.path("flags").path(1).toString())
                .isEqualTo("{\"column\":\"line\",\"kind\":\"phone\",\"by\":\"values\",\"share\":0.875}");

        JsonNode again = put("").json();
        assertThat(again.path("column_policies").size())
                .as("left out, they stay")
                .isEqualTo(2);
        JsonNode kept = put(", \"column_policies\": {\"surname\": \"keep\"}").json();
        assertThat(kept.path("column_policies").toString()).isEqualTo("{\"surname\":\"keep\"}");
        assertThat(kept.path("withheld").size()).isZero();
        assertThat(kept.path("job").isNumber()).as("it is embedded now").isTrue();
    }

    @Test
    void protectsRowsBeforeTheyAreWritten() {
        put(", \"column_policies\": {\"email\": \"mask\", \"ssn\": \"drop\", \"surname\": \"mask\"}");
        Answer written = server.post(
                "/v1/ingest/people",
                "[{\"id\": 1, \"note\": \"a note\", \"surname\": \"Canary\", \"email\": \"canary@example.org\", \"ssn\": \"canary\"}]");

        assertThat(written.status()).isEqualTo(200);
        assertThat(server.rows.written().get(0).getColumns())
                .containsEntry("email", "c***@***")
                .containsEntry("surname", "C*****")
                .containsEntry("note", "a note")
                .doesNotContainKey("ssn");
        assertThat(server.rows.written().toString().toLowerCase(Locale.ROOT)).doesNotContain("canary");
    }

    @Test
    void takesARowWhoseOnlyTextIsProtected() {
        put(", \"column_policies\": {\"note\": \"drop\", \"surname\": \"drop\"}");
        Answer written = server.post("/v1/ingest/people", "[{\"id\": 1, \"note\": \"a note\"}]");
        assertThat(written.status()).as("the sender did send a text").isEqualTo(200);
        assertThat(server.rows.written().get(0).getColumns()).containsOnlyKeys("id");
        assertThat(server.post("/v1/ingest/people", "[{\"id\": 1}]").code()).isEqualTo("missing_text");
    }

    @Test
    void refusesToHashWithoutAKey() {
        Answer refused = put(", \"column_policies\": {\"email\": \"hash\"}");
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.code()).isEqualTo("hash_key_missing");
        assertThat(refused.detail()).contains("privacy.hash.key");
        assertThat(server.catalog.current().dataset("people")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "[\"email\"]            | an array, must be an object",
                "{\"email\": 1}         | 'column_policies.email' is a number",
                "{\"email\": \"MASK\"}  | there are keep, drop, mask, hash",
                "{\"id\": \"mask\"}     | which is an id column",
            })
    void refusesPoliciesThatMakeNoSense(String policies, String detail) {
        Answer refused = put(", \"column_policies\": " + policies);
        assertThat(refused.status()).isEqualTo(400);
        assertThat(refused.code()).isEqualTo("bad_request");
        assertThat(refused.detail()).contains(detail);
    }
}
