package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.catalog.RefreshSchedule;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.refresh.StaleView.IndexFreshness;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetRoutesTest {
    private static final String BODY = "{\"id_columns\": [\"id\"], \"text_columns\": [\"title\", \"text\"]}";
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void leavesOutTheNextRefreshWhereItsTimeZoneIsNotKnown() {
        Instant now = Instant.parse("2026-11-20T12:00:00Z");
        assertThat(DatasetInfo.nextRefresh(scheduled("Asia/Tokyo"), now)).isEqualTo("2026-11-20T18:30:00Z");
        assertThat(DatasetInfo.nextRefresh(scheduled("Mars/Olympus"), now)).isNull();
    }

    private static Dataset scheduled(String zone) {
        return new Dataset(
                1,
                "docs",
                List.of("id"),
                List.of("text"),
                null,
                RefreshPolicy.SCHEDULED,
                new RefreshSchedule("30 3 * * *", zone),
                Instant.EPOCH,
                false,
                Instant.EPOCH,
                0);
    }

    @Test
    void createsWithItsFirstIndexAndThenChanges() {
        Answer created = server.put("/v1/catalog/datasets/docs", BODY);
        assertThat(created.status()).isEqualTo(201);
        JsonNode json = created.json();
        assertThat(json.path("name").asText()).isEqualTo("docs");
        assertThat(json.path("text_columns").toString()).isEqualTo("[\"title\",\"text\"]");
        assertThat(json.has("metadata_columns")).isTrue();
        assertThat(json.path("metadata_columns").isNull()).isTrue();
        assertThat(json.path("refresh_policy").asText()).isEqualTo("on_append");
        assertThat(json.path("indexes").path(0).path("name").asText()).isEqualTo("docs_v1");
        assertThat(json.path("indexes").path(0).path("source").asText()).isEqualTo("docs");

        Answer again = server.put("/v1/catalog/datasets/docs", BODY);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("indexes").size()).isEqualTo(1);
        assertThat(server.get("/v1/catalog/datasets/docs").json()).isEqualTo(again.json());
    }

    @Test
    void createsWithoutAnIndexWhenAskedTo() {
        Answer created = server.put(
                "/v1/catalog/datasets/docs",
                "{\"id_columns\": [\"id\"], \"text_columns\": [\"id\"], \"metadata_columns\": [], \"create_index\": false}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().path("indexes").size()).isZero();
        assertThat(created.json().path("metadata_columns").isArray()).isTrue();
    }

    @Test
    void listsAndDrops() {
        server.put("/v1/catalog/datasets/docs", BODY);
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}");

        assertThat(names(server.get("/v1/catalog/datasets"))).containsExactly("docs");
        assertThat(names(server.get("/v1/catalog/datasets?all=true"))).containsExactly("docs", "own");
        Answer dropped = server.delete("/v1/catalog/datasets/docs");
        assertThat(dropped.status()).isEqualTo(202);
        assertThat(dropped.json().path("kind").asText()).isEqualTo("deletion");
        assertThat(dropped.json().path("dataset").asText()).isEqualTo("docs");
        assertThat(dropped.json().path("indexes").toString()).isEqualTo("[\"docs_v1\"]");
        assertThat(dropped.header("Location"))
                .isEqualTo("/v1/vectors/jobs/" + dropped.json().path("id").asLong());
        assertThat(server.get("/v1/catalog/datasets/docs").code()).isEqualTo("dataset_not_found");
        assertThat(server.delete("/v1/catalog/datasets/docs").status()).isEqualTo(404);
    }

    @Test
    void leavesTheImplicitDatasetOfADirectIndexAlone() {
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}");

        assertThat(server.put("/v1/catalog/datasets/own", BODY).code()).isEqualTo("dataset_is_direct");
        assertThat(server.delete("/v1/catalog/datasets/own").code()).isEqualTo("dataset_is_direct");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"text_columns\": [\"t\"]}                                                 | bad_request    | 'id_columns' is missing",
                "{\"id_columns\": [\"a\"]}                                                   | bad_request    | 'text_columns' is missing",
                "{\"id_columns\": [\"a\"], \"text_columns\": []}                             | bad_request    | at least one",
                "{\"id_columns\": [\"a\", \"a\"], \"text_columns\": [\"t\"]}                 | bad_request    | 'a' twice",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\", \"t\"]}                 | bad_request    | 't' twice",
                "{\"id_columns\": [\"\"], \"text_columns\": [\"t\"]}                         | bad_request    | without a name",
                "{\"id_columns\": \"a\", \"text_columns\": [\"t\"]}                          | bad_request    | an array of strings",
                "{\"id_columns\": [1], \"text_columns\": [\"t\"]}                            | bad_request    | 'id_columns[0]' is a number",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\"], \"textcolumns\": []}   | unknown_field  | 'textcolumns'; known are id_columns, text_columns",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\"], \"refresh_policy\": \"daily\"} | bad_request | supported: on_append, manual, scheduled",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\"], \"refresh_policy\": \"scheduled\"} | bad_request | needs a 'schedule'",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\"], \"refresh_policy\": \"manual\", \"schedule\": \"0 3 * * *\"} | bad_request | not with 'manual'",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\"], \"time_zone\": \"UTC\"} | bad_request | 'time_zone' goes with a 'schedule'",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\"], \"refresh_policy\": \"scheduled\", \"schedule\": \"0 25 * * *\"} | invalid_schedule | 25 not in range",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\"], \"refresh_policy\": \"scheduled\", \"schedule\": \"0 3 * * *\", \"time_zone\": \"Moon\"} | invalid_schedule | no time zone 'Moon'",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\"], \"create_index\": \"yes\"}      | bad_request | true or false",
                "{\"id_columns\": [\"a\"], \"id_columns\": [\"b\"], \"text_columns\": [\"t\"]}        | malformed_json | id_columns",
                "{\"id_columns\": [\"a\"] \"text_columns\": [\"t\"]}                         | malformed_json | line 1, column",
                "[]                                                                          | bad_request    | must be a JSON object",
                "''                                                                          | malformed_json | empty",
            })
    void refusesBodiesThatMakeNoSense(String body, String code, String detail) {
        Answer answer = server.put("/v1/catalog/datasets/docs", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).contains(detail);
        assertThat(server.catalog.current().datasets()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Docs",
                "a.b",
                "a%20b",
                "%C3%BC",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void refusesNamesThatAreNoSlugs(String name) {
        Answer answer = server.put("/v1/catalog/datasets/" + name, BODY);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("invalid_name");
        assertThat(answer.detail()).contains("1 to 64");
    }

    @Test
    void passesRefusalsOfTheCatalogOn() {
        server.put("/v1/catalog/datasets/docs", BODY);
        Answer changed =
                server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"x\"], \"text_columns\": [\"t\"]}");
        assertThat(changed.status()).isEqualTo(409);
        assertThat(changed.code()).isEqualTo("id_columns_changed");

        server.catalog.failWith(new FreshetException(ErrorCode.CATALOG_UNAVAILABLE, "no answer in 5 s"));
        Answer unavailable = server.put("/v1/catalog/datasets/docs", BODY);
        assertThat(unavailable.status()).isEqualTo(503);
        assertThat(unavailable.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void keepsAScheduleAndTellsWhenItIsDue() {
        JsonNode scheduled = server.put(
                        "/v1/catalog/datasets/docs",
                        "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"], \"refresh_policy\": \"scheduled\","
                                + " \"schedule\": \"30 3 * * *\", \"time_zone\": \"Asia/Tokyo\"}")
                .json();
        assertThat(scheduled.path("refresh_policy").asText()).isEqualTo("scheduled");
        assertThat(scheduled.path("schedule").asText()).isEqualTo("30 3 * * *");
        assertThat(scheduled.path("time_zone").asText()).isEqualTo("Asia/Tokyo");
        assertThat(scheduled.path("next_refresh").asText()).endsWith("T18:30:00Z");
        assertThat(Instant.parse(scheduled.path("next_refresh").asText())).isAfter(Instant.now());

        JsonNode manual = server.put(
                        "/v1/catalog/datasets/docs",
                        "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"], \"refresh_policy\": \"manual\"}")
                .json();
        assertThat(manual.path("revision").asInt()).isZero();
        assertThat(manual.has("schedule")).isFalse();
        assertThat(manual.has("time_zone")).isFalse();
        assertThat(manual.has("next_refresh")).isFalse();
    }

    @Test
    void showsHowFarADatasetIsBehind() {
        server.put("/v1/catalog/datasets/docs", BODY);
        Dataset docs = server.catalog.current().dataset("docs").orElseThrow();
        long index = server.catalog.current().index("docs_v1").orElseThrow().id();
        JsonNode fresh = server.get("/v1/catalog/datasets/docs").json().path("staleness");
        assertThat(fresh.toString()).isEqualTo("{\"pending_rows\":0}");

        Instant since = Instant.parse("2024-05-01T10:00:00Z");
        server.stale.add(new IndexFreshness(index, docs.id(), 5, since, since.minusSeconds(9), since.minusSeconds(60)));
        server.stale.add(new IndexFreshness(999, docs.id(), 7, since, since, since));
        JsonNode stale = server.get("/v1/catalog/datasets/docs").json().path("staleness");
        assertThat(stale.path("pending_rows").asInt())
                .as("the other index is gone")
                .isEqualTo(5);
        assertThat(stale.path("stale_since").asText()).isEqualTo("2024-05-01T10:00:00Z");
        assertThat(stale.path("last_embedded_at").asText()).isEqualTo("2024-05-01T09:59:00Z");
        assertThat(stale.path("oldest_pending_age_ms").asLong())
                .isGreaterThan(Duration.ofDays(365).toMillis());
    }

    @Test
    void keepsWhatAnAliasNames() {
        server.put("/v1/catalog/datasets/docs", BODY);
        server.put("/v1/vectors/aliases/live", "{\"index\": \"docs_v1\"}");
        Answer refused = server.delete("/v1/catalog/datasets/docs");
        assertThat(refused.status()).isEqualTo(409);
        assertThat(refused.code()).isEqualTo("dataset_in_use");
        assertThat(refused.detail()).contains("'live'");
    }

    @Test
    void takesJsonOnly() {
        Answer form = server.send(server.request("/v1/catalog/datasets/docs")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(BODY)));

        assertThat(form.status()).isEqualTo(415);
        assertThat(form.detail()).contains("application/json");
    }

    private static List<String> names(Answer answer) {
        return answer.json().path("datasets").findValuesAsText("name").stream()
                .filter(name -> !name.endsWith("_v1"))
                .distinct()
                .toList();
    }
}
