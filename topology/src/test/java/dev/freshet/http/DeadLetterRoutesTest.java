package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.refresh.DeadLetterService.Filter;
import dev.freshet.refresh.DeadLetterService.RecordHeader;
import dev.freshet.refresh.LetterState;
import dev.freshet.schemas.error.ErrorCode;
import java.io.IOException;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DeadLetterRoutesTest {
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        server.letters.add("0-3-17", "docs", ErrorCode.UNDECODABLE_RECORD, bytes("docs:k"), bytes("nonsense"));
        server.letters.add("0-1-2-5", "docs", ErrorCode.EMBEDDING_REFUSED, bytes("docs:k"), bytes("{\"a\": 1.50}"));
        server.letters.add(
                "0-0-9",
                "other",
                ErrorCode.UNDECODABLE_RECORD,
                bytes("other:k"),
                new byte[] {0, 1, (byte) 0xff},
                new RecordHeader("trace", bytes("abc")),
                new RecordHeader("none", null));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void listsLettersInPagesWithCounts() {
        JsonNode first = server.get("/v1/dead-letters?limit=2").json();
        assertThat(ids(first)).containsExactly("0-3-17", "0-1-2-5");
        assertThat(first.path("unlisted").asLong()).isEqualTo(7);
        JsonNode none = first.path("counts").path(0);
        assertThat(none.path("dataset").isNull()).isTrue();
        assertThat(none.path("code").asText()).isEqualTo("invalid_row");
        assertThat(none.path("open").asLong()).isEqualTo(1);
        assertThat(none.path("replayed").asLong()).isEqualTo(2);
        assertThat(none.path("superseded").asLong()).isEqualTo(3);

        JsonNode letter = first.path("dead_letters").path(0);
        assertThat(letter.path("state").asText()).isEqualTo("open");
        assertThat(letter.path("origin").asText()).isEqualTo("freshet.rows-3@17");
        assertThat(letter.path("attempts").asInt()).isEqualTo(1);
        assertThat(letter.has("record")).isFalse();

        JsonNode second = server.get("/v1/dead-letters?limit=2&cursor="
                        + first.path("next_cursor").asText())
                .json();
        assertThat(ids(second)).containsExactly("0-0-9");
        assertThat(second.has("next_cursor")).isFalse();
    }

    @Test
    void passesTheFilterOn() {
        Answer answer = server.get("/v1/dead-letters?dataset=docs&code=row_too_large&state=superseded");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(server.letters.listed).containsExactly(new Filter("docs", "row_too_large", LetterState.SUPERSEDED));
    }

    @Test
    void showsTheRecordAsWhatItCanBeReadAs() {
        JsonNode text = server.get("/v1/dead-letters/0-3-17").json().path("record");
        assertThat(text.path("key").path("text").asText()).isEqualTo("docs:k");
        assertThat(text.path("value").path("text").asText()).isEqualTo("nonsense");

        JsonNode json = server.get("/v1/dead-letters/0-1-2-5").json().path("record");
        assertThat(json.path("value").path("json").path("a").asDouble()).isEqualTo(1.5);

        JsonNode binary = server.get("/v1/dead-letters/0-0-9").json().path("record");
        assertThat(Base64.getDecoder()
                        .decode(binary.path("value").path("base64").asText()))
                .containsExactly(0, 1, 0xff);
        assertThat(binary.path("headers").path(0).path("name").asText()).isEqualTo("trace");
        assertThat(binary.path("headers").path(0).path("value").path("text").asText())
                .isEqualTo("abc");
        assertThat(binary.path("headers").path(1).path("value")).isEmpty();
    }

    @Test
    void showsWhatOnlyLooksLikeJsonAsText() {
        server.letters.add("0-0-10", "docs", ErrorCode.UNDECODABLE_RECORD, bytes("docs:k"), bytes("{\"a\": "));
        server.letters.add("0-0-11", "docs", ErrorCode.UNDECODABLE_RECORD, bytes("docs:k"), null);

        assertThat(server.get("/v1/dead-letters/0-0-10")
                        .json()
                        .at("/record/value/text")
                        .asText())
                .isEqualTo("{\"a\": ");
        assertThat(server.get("/v1/dead-letters/0-0-11").json().at("/record/value"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-3-18", "nonsense", "freshet.rows-3@17", "99999-0-0"})
    void doesNotKnowOtherLetters(String id) {
        Answer answer = server.get("/v1/dead-letters/" + id);
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("dead_letter_not_found");
        assertThat(answer.detail()).contains("'" + id + "'");
    }

    @Test
    void replaysByIdsByFilterOrAll() {
        JsonNode answer =
                replay("{\"ids\": [\"0-3-17\", \"0-1-2-5\", \"0-0-9\"]}").json();
        assertThat(answer.path("sent").asLong()).isEqualTo(2);
        assertThat(answer.path("not_sent").asLong()).isEqualTo(1);
        assertThat(answer.path("refused").path(0).path("id").asText()).isEqualTo("0-3-17");
        assertThat(answer.path("refused").path(0).path("code").asText()).isEqualTo("dead_letter_settled");
        assertThat(replay("{\"dataset\": \"docs\", \"code\": \"row_too_large\"}")
                        .status())
                .isEqualTo(200);
        assertThat(replay("{\"all\": true}").json().path("sent").asLong()).isEqualTo(3);

        assertThat(server.letters.replayed)
                .containsExactly(
                        List.of("0-3-17", "0-1-2-5", "0-0-9"),
                        new Filter("docs", "row_too_large", null),
                        new Filter(null, null, null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}                                | bad_request   | give one of",
                "{\"all\": false}                  | bad_request   | give one of",
                "{\"all\": true, \"ids\": [\"a\"]} | bad_request   | give one of",
                "{\"all\": true, \"dataset\": \"d\"} | bad_request | give one of",
                "{\"ids\": \"0-3-17\"}             | bad_request   | must be an array of strings",
                "{\"code\": \"nonsense\"}          | bad_request   | no error code",
                "{\"id\": \"0-3-17\"}              | unknown_field | 'id'",
            })
    void refusesBadReplays(String body, String code, String words) {
        Answer answer = replay(body);
        assertThat(answer.status()).as(answer.detail()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).contains(words);
        assertThat(server.letters.replayed).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"limit=0", "limit=1001", "state=closed", "code=nonsense", "index=docs_v1"})
    void refusesBadFilters(String query) {
        Answer answer = server.get("/v1/dead-letters?" + query);
        assertThat(answer.status()).isEqualTo(400);
        assertThat(server.letters.listed).isEmpty();
    }

    private Answer replay(String body) {
        return server.post("/v1/dead-letters/replay", body);
    }

    private static List<String> ids(JsonNode page) {
        return page.path("dead_letters").findValuesAsText("id");
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
