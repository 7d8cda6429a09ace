package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.refresh.StaleView.IndexFreshness;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProfileRoutesTest {
    private static final String PROFILES = "/v1/catalog/profiles";
    private static final String DOCS = "{\"bindings\": [{\"dataset\": \"docs\", \"index\": \"live\"}]}";

    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        server.put("/v1/catalog/datasets/logs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        server.post("/v1/vectors/index", "{\"name\": \"docs_v2\", \"dataset\": \"docs\", \"model\": \"other\"}");
        server.put("/v1/vectors/aliases/live", "{\"index\": \"docs_v2\"}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void createsShowsReplacesAndDeletes() {
        assertThat(server.get(PROFILES).json().path("profiles")).isEmpty();
        Answer created = server.post(PROFILES, """
                {"id": "support", "description": "for support", "bindings": [{"dataset": "docs", "index": "live"}, {"dataset": "logs"}],
                 "search": {"k": 5, "ef": 50, "score_threshold": 0.25, "group_by_row": true, "filter": {"eq": {"n": 1.5}}}}
                """);
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.response().body())
                .isEqualTo(
                        "{\"id\":\"support\",\"description\":\"for support\",\"bindings\":[{\"dataset\":\"docs\",\"index\":"
                                + "\"live\"},{\"dataset\":\"logs\",\"index\":\"logs_v1\"}],\"search\":{\"k\":5,\"ef\":50,"
                                + "\"score_threshold\":0.25,\"group_by_row\":true,\"filter\":{\"eq\":{\"n\":1.5}}},\"active\":false,"
                                + "\"created_by\":\"anonymous\",\"created\":\"2026-11-20T12:00:00Z\",\"updated\":"
                                + "\"2026-11-20T12:00:00Z\"}");
        assertThat(server.get(PROFILES + "/support").json()).isEqualTo(created.json());
        assertThat(server.get(PROFILES).json().path("profiles").path(0)).isEqualTo(created.json());

        server.clock.advance(Duration.ofHours(1));
        Answer replaced = server.put(PROFILES + "/support", DOCS);
        assertThat(replaced.status()).isEqualTo(200);
        assertThat(replaced.json().has("description")).isFalse();
        assertThat(replaced.json().path("search")).isEmpty();
        assertThat(replaced.json().path("created")).isEqualTo(created.json().path("created"));
        assertThat(replaced.json().path("updated").asText()).isEqualTo("2026-11-20T13:00:00Z");
        assertThat(server.put(PROFILES + "/more", DOCS).status()).isEqualTo(201);

        assertThat(server.delete(PROFILES + "/support").status()).isEqualTo(204);
        assertThat(server.delete(PROFILES + "/support").code()).isEqualTo("profile_not_found");
        assertThat(server.get(PROFILES + "/support").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"bindings\": [{\"dataset\": \"logs\"}]}                                | 400 | bad_request       | 'id' is missing",
                "{\"id\": \"active\", \"bindings\": [{\"dataset\": \"logs\"}]}            | 400 | invalid_name      | active profile",
                "{\"id\": \"P\", \"bindings\": [{\"dataset\": \"logs\"}]}                 | 400 | invalid_name      | 'P'",
                "{\"id\": \"p\"}                                                          | 400 | bad_request       | 'bindings' is missing",
                "{\"id\": \"p\", \"bindings\": []}                                        | 400 | bad_request       | 0 datasets",
                "{\"id\": \"p\", \"bindings\": [\"logs\"]}                                | 400 | bad_request       | 'bindings[0]' is a string",
                "{\"id\": \"p\", \"bindings\": [{\"dataset\": \"logs\", \"alias\": 1}]}   | 400 | unknown_field     | 'alias'",
                "{\"id\": \"p\", \"bindings\": [{\"dataset\": \"none\"}]}                 | 404 | dataset_not_found | 'none'",
                "{\"id\": \"p\", \"bindings\": [{\"dataset\": \"docs\"}]}                 | 400 | bad_request       | docs_v1, docs_v2",
                "{\"id\": \"p\", \"bindings\": [{\"dataset\": \"logs\", \"index\": \"live\"}]}    | 400 | bad_request | 'docs'",
                "{\"id\": \"p\", \"bindings\": [{\"dataset\": \"logs\"}], \"search\": {\"vector\": []}}  | 400 | unknown_field | 'vector'",
                "{\"id\": \"p\", \"bindings\": [{\"dataset\": \"logs\"}], \"search\": 1}                 | 400 | bad_request   | 'search' is a number",
                "{\"id\": \"p\", \"bindings\": [{\"dataset\": \"logs\"}], \"search\": {\"k\": 1001}}     | 400 | bad_request   | 1 to 1000",
                "{\"id\": \"p\", \"bindings\": [{\"dataset\": \"logs\"}], \"search\": {\"filter\": []}}  | 400 | bad_request   | 'search.filter' is an array",
                "{\"id\": \"p\", \"bindings\": [{\"dataset\": \"logs\"}], \"search\": {\"k\": 9, \"ef\": 8}} | 400 | bad_request | at least k",
            })
    void refusesWhatCannotBe(String body, int status, String code, String words) {
        Answer answer = server.post(PROFILES, body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).contains(words);
        assertThat(server.get(PROFILES).json().path("profiles")).isEmpty();
    }

    @Test
    void refusesASecondOfItsIdAndToDeleteWhatOneNames() {
        server.put(PROFILES + "/support", DOCS);
        Answer twice = server.post(PROFILES, "{\"id\": \"support\", \"bindings\": [{\"dataset\": \"logs\"}]}");
        assertThat(twice.status()).isEqualTo(409);
        assertThat(twice.code()).isEqualTo("profile_exists");

        Answer dataset = server.delete("/v1/catalog/datasets/docs");
        assertThat(dataset.status()).isEqualTo(409);
        Answer alias = server.delete("/v1/vectors/aliases/live");
        assertThat(alias.status()).isEqualTo(409);
        assertThat(alias.code()).isEqualTo("alias_in_use");
        assertThat(alias.detail()).contains("'support'");
        assertThat(server.put("/v1/vectors/aliases/live", "{\"index\": \"logs_v1\"}")
                        .code())
                .isEqualTo("alias_in_use");
        server.put(PROFILES + "/support", "{\"bindings\": [{\"dataset\": \"docs\", \"index\": \"docs_v1\"}]}");
        assertThat(server.delete("/v1/vectors/index/docs_v1").code()).isEqualTo("index_in_use");
        server.post("/v1/vectors/profile/support/activate", "");
        assertThat(server.delete(PROFILES + "/support").code()).isEqualTo("profile_in_use");
    }

    @Test
    void activatesOneAndTellsWhatIsReady() {
        Answer none = server.get("/v1/vectors/profile/active");
        assertThat(none.status()).isEqualTo(404);
        assertThat(none.code()).isEqualTo("profile_not_found");
        assertThat(none.detail()).contains("no profile is active");
        assertThat(server.post("/v1/vectors/profile/none/activate", "").status())
                .isEqualTo(404);

        server.put(
                PROFILES + "/support",
                "{\"bindings\": [{\"dataset\": \"docs\", \"index\": \"live\"}, {\"dataset\": \"logs\"}]}");
        server.stale.add(
                new IndexFreshness(id("logs_v1"), 1, 7, Instant.parse("2026-11-20T11:00:00Z"), Instant.now(), null));
        Answer activated = server.post("/v1/vectors/profile/support/activate", "");
        assertThat(activated.status()).isEqualTo(200);
        JsonNode report = activated.json();
        assertThat(report.path("profile").asText()).isEqualTo("support");
        assertThat(report.path("active").asBoolean()).isTrue();
        assertThat(report.path("activated").asText()).isEqualTo("2026-11-20T12:00:00Z");
        assertThat(report.path("activated_by").asText()).isEqualTo("anonymous");
        assertThat(report.path("ready").asBoolean())
                .as("a backfill fills docs_v2")
                .isFalse();
        JsonNode docs = report.path("bindings").path(0);
        assertThat(docs.path("dataset").asText()).isEqualTo("docs");
        assertThat(docs.path("index").asText()).isEqualTo("docs_v2");
        assertThat(docs.path("alias").asText()).isEqualTo("live");
        assertThat(docs.path("ready").asBoolean()).isFalse();
        assertThat(docs.path("status").asText()).isEqualTo("building");
        assertThat(docs.path("job").asLong()).isPositive();
        JsonNode logs = report.path("bindings").path(1);
        assertThat(logs.path("index").asText()).isEqualTo("logs_v1");
        assertThat(logs.has("alias")).isFalse();
        assertThat(logs.path("ready").asBoolean())
                .as("it answers, although rows wait")
                .isTrue();
        assertThat(logs.path("status").asText()).isEqualTo("stale");
        assertThat(logs.path("pending_rows").asInt()).isEqualTo(7);
        assertThat(logs.path("rows").asInt()).isEqualTo(5);
        assertThat(logs.path("coverage").toString()).isEqualTo("{\"partitions\":2,\"answered\":2,\"complete\":true}");
        assertThat(server.get(PROFILES + "/support").json().path("active").asBoolean())
                .isTrue();

        server.delete("/v1/vectors/jobs/" + docs.path("job").asLong());
        assertThat(server.get("/v1/vectors/profile/active").json().path("ready").asBoolean())
                .isTrue();

        server.put(PROFILES + "/other", DOCS);
        assertThat(server.post("/v1/vectors/profile/other/deactivate", "").status())
                .isEqualTo(200);
        assertThat(server.get("/v1/vectors/profile/active")
                        .json()
                        .path("profile")
                        .asText())
                .isEqualTo("support");
        Answer off = server.post("/v1/vectors/profile/active/deactivate", "");
        assertThat(off.response().body()).isEqualTo("{\"profile\":\"support\",\"active\":false}");
        assertThat(server.get("/v1/vectors/profile/active").status()).isEqualTo(404);
    }

    @Test
    void asksOnceHowFreshAllOfItsIndexesAre() {
        server.put(
                PROFILES + "/support",
                "{\"bindings\": [{\"dataset\": \"docs\", \"index\": \"live\"}, {\"dataset\": \"logs\"}]}");
        server.post("/v1/vectors/profile/support/activate", "");
        int before = server.staleAsked.get();
        JsonNode active = server.get("/v1/vectors/profile/active").json();
        assertThat(active.path("bindings")).hasSize(2);
        assertThat(server.staleAsked.get() - before).isEqualTo(1);
    }

    private long id(String index) {
        return server.catalog.current().index(index).orElseThrow().id();
    }
}
