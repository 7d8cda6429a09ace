package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareRouteTest {
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        server.post("/v1/vectors/index", "{\"name\": \"docs_v2\", \"dataset\": \"docs\"}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void showsBothSidesAndWhereTheyDiffer() {
        Answer answer = server.post(
                "/v1/vectors/index/docs_v1/compare",
                "{\"with\": \"docs_v2\", \"queries\": [\"a question\"], \"k\": 2, \"ef\": 40, \"timeout_ms\": 1000}");
        assertThat(answer.status()).isEqualTo(200);
        JsonNode body = answer.json();
        assertThat(body.path("k").asInt()).isEqualTo(2);
        assertThat(body.path("indexes").findValuesAsText("index")).containsExactly("docs_v1", "docs_v2");
        assertThat(body.path("indexes").path(0).path("recall").asDouble()).isEqualTo(1.0);
        assertThat(body.path("overlap").asDouble()).isEqualTo(0.5);
        assertThat(body.at("/most_different/0/rows/docs_v2").toString()).isEqualTo("[\"1\",\"3\"]");
        assertThat(body.at("/coverage/complete").asBoolean()).isTrue();
        assertThat(server.search.compared()).singleElement().satisfies(request -> {
            assertThat(request.queries()).isEqualTo(List.of("a question"));
            assertThat(request.ef()).isEqualTo(40);
            assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(1));
        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{}|400|'with' is missing",
                "{\"with\": \"nothing\"}|404|there is no index 'nothing'",
                "{\"with\": \"docs_v2\", \"k\": 0}|400|'k' is 0",
                "{\"with\": \"docs_v2\", \"k\": 10, \"ef\": 5}|400|'ef' is 5",
                "{\"with\": \"docs_v2\", \"queries\": []}|400|'queries' has 0 texts",
                "{\"with\": \"docs_v2\", \"queries\": [\" \"]}|400|'queries' has an empty text",
                "{\"with\": \"docs_v2\", \"queries\": [\"a\"], \"sample\": 3}|400|leave them out with 'queries'",
                "{\"with\": \"docs_v2\", \"samples\": 3}|400|unknown field 'samples'",
            })
    void refusesWhatMakesNoSense(String body, int status, String message) {
        Answer answer = server.post("/v1/vectors/index/docs_v1/compare", body);
        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.json().path("detail").asText()).contains(message);
    }
}
