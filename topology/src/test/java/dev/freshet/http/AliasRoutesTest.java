package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.search.Coverage;
import dev.freshet.search.RowView;
import dev.freshet.search.SearchRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AliasRoutesTest {
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        server.post("/v1/vectors/index", "{\"name\": \"docs_v2\", \"dataset\": \"docs\", \"model\": \"other\"}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void pointsMovesAndGoes() {
        assertThat(server.get("/v1/vectors/aliases").json().path("aliases")).isEmpty();
        Answer created = put("live", "docs_v1");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().path("alias").asText()).isEqualTo("live");
        assertThat(created.json().path("index").asText()).isEqualTo("docs_v1");
        assertThat(created.json().has("previous")).isFalse();
        assertThat(put("live", "docs_v1").status()).isEqualTo(200);

        server.clock.advance(Duration.ofHours(1));
        Answer moved = put("live", "docs_v2");
        assertThat(moved.status()).isEqualTo(200);
        assertThat(moved.json().path("previous").asText()).isEqualTo("docs_v1");
        assertThat(moved.json().path("created")).isEqualTo(created.json().path("created"));
        assertThat(moved.json().path("updated").asText()).isEqualTo("2026-11-20T13:00:00Z");
        assertThat(server.get("/v1/vectors/aliases/live").json()).isEqualTo(moved.json());
        assertThat(server.get("/v1/vectors/aliases").json().path("aliases").path(0))
                .isEqualTo(moved.json());
        assertThat(server.get("/v1/vectors/index/docs_v2")
                        .json()
                        .path("aliases")
                        .toString())
                .isEqualTo("[\"live\"]");

        assertThat(server.delete("/v1/vectors/aliases/live").status()).isEqualTo(204);
        assertThat(server.get("/v1/vectors/aliases/live").code()).isEqualTo("alias_not_found");
        assertThat(server.delete("/v1/vectors/aliases/live").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Live    | {\"index\": \"docs_v1\"}               | 400 | invalid_name    | 'Live'",
                "live    | {\"index\": \"none\"}                  | 404 | index_not_found | 'none'",
                "live    | {}                                     | 400 | bad_request     | 'index' is missing",
                "live    | {\"index\": \"docs_v1\", \"to\": 1}    | 400 | unknown_field   | 'to'",
                "docs_v2 | {\"index\": \"docs_v1\"}               | 409 | index_exists    | choose another",
            })
    void refusesWhatCannotBe(String alias, String body, int status, String code, String words) {
        Answer answer = server.put("/v1/vectors/aliases/" + alias, body);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).contains(words);
    }

    @Test
    void isReadAsTheIndexThatItPointsAt() {
        put("live", "docs_v2");
        assertThat(server.get("/v1/vectors/index/live").json().path("name").asText())
                .isEqualTo("docs_v2");
        server.search.row(new RowView("7", RowVersion.of(0, 1), List.of(), "{}", null));
        assertThat(server.get("/v1/vectors/index/live/items/7")
                        .json()
                        .path("index")
                        .asText())
                .isEqualTo("docs_v2");

        JsonNode answer = search("live");
        assertThat(answer.path("index").asText()).isEqualTo("docs_v2");
        assertThat(answer.path("alias").asText()).isEqualTo("live");
        assertThat(answer.path("model").asText()).isEqualTo("other");
        assertThat(server.search.requests()).extracting(SearchRequest::indexId).containsExactly(id("docs_v2"));
        assertThat(search("docs_v2").has("alias")).isFalse();
    }

    @Test
    void isNothingToWriteThrough() {
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}");
        put("mine", "own");
        for (Answer refused : List.of(
                server.post("/v1/vectors/index/mine/add", "{\"items\": []}"),
                server.post("/v1/vectors/index/mine/delete", "{\"ids\": []}"),
                server.post("/v1/vectors/index/mine/merge", "{\"dest\": \"own\"}"),
                server.post("/v1/vectors/index/mine/rebuild", ""),
                server.delete("/v1/vectors/index/mine"))) {
            assertThat(refused.status()).isEqualTo(404);
            assertThat(refused.code()).isEqualTo("index_not_found");
            assertThat(refused.detail()).contains("'mine' is an alias", "'own'");
        }
        Answer inUse = server.delete("/v1/vectors/index/own");
        assertThat(inUse.status()).isEqualTo(409);
        assertThat(inUse.code()).isEqualTo("index_in_use");
        assertThat(server.post("/v1/vectors/index", "{\"name\": \"mine\", \"dimension\": 3}")
                        .code())
                .isEqualTo("alias_exists");
    }

    @Test
    void isLookedUpAgainWhenItsIndexGoesWhileItIsSearched() {
        put("live", "docs_v1");
        long old = id("docs_v1");
        server.search.beforeNextSearch(() -> {
            put("live", "docs_v2");
            server.delete("/v1/vectors/index/docs_v1");
            throw new FreshetException(ErrorCode.INDEX_NOT_FOUND, "there is no index with the id " + old);
        });
        JsonNode answer = search("live");
        assertThat(answer.path("index").asText()).isEqualTo("docs_v2");
        assertThat(answer.path("model").asText()).isEqualTo("other");
    }

    @Test
    void isLookedUpAgainWhenPartsOfItsIndexAreGoneAlready() {
        put("live", "docs_v1");
        server.search.answer(new Coverage(2, 1));
        server.search.beforeNextSearch(() -> {
            put("live", "docs_v2");
            server.delete("/v1/vectors/index/docs_v1");
        });
        assertThat(search("live").path("index").asText()).isEqualTo("docs_v2");
        assertThat(server.search.requests()).hasSize(2);
        assertThat(search("live").path("coverage").path("complete").asBoolean())
                .as("what is not gone is not asked twice")
                .isFalse();
        assertThat(server.search.requests()).hasSize(3);
    }

    @Test
    void passesOnThatItsIndexIsGone() {
        server.search.beforeNextSearch(() -> {
            server.delete("/v1/vectors/index/docs_v1");
            throw new FreshetException(ErrorCode.NOT_READY, "no partition is ready");
        });
        assertThat(server.post("/v1/vectors/index/docs_v1/search", "{\"text\": \"a\"}")
                        .code())
                .isEqualTo("index_not_found");
    }

    private Answer put(String alias, String index) {
        return server.put("/v1/vectors/aliases/" + alias, "{\"index\": \"" + index + "\"}");
    }

    private JsonNode search(String name) {
        Answer answer = server.post("/v1/vectors/index/" + name + "/search", "{\"text\": \"a\"}");
        assertThat(answer.status()).isEqualTo(200);
        return answer.json();
    }

    private long id(String index) {
        return server.catalog.current().index(index).orElseThrow().id();
    }
}
