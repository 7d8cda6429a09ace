package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CompareRouteTest {
    private final ExecutorService callers = Executors.newCachedThreadPool();
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
        callers.shutdownNow();
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
        assertThat(body.path("indexes").findValuesAsText("rows")).containsExactly("12", "7");
        assertThat(body.path("overlap").asDouble()).isEqualTo(0.5);
        assertThat(body.at("/most_different/0/rows/docs_v2").toString()).isEqualTo("[\"1\",\"3\"]");
        assertThat(body.at("/coverage/complete").asBoolean()).isTrue();
        assertThat(server.search.compared()).singleElement().satisfies(request -> {
            assertThat(request.queries()).isEqualTo(List.of("a question"));
            assertThat(request.ef()).isEqualTo(40);
            assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(1));
        });
    }

    @Test
    void refusesMoreComparisonsThanMayRunAtOnce() throws Exception {
        String body = "{\"with\": \"docs_v2\", \"queries\": [\"a question\"]}";
        CountDownLatch gate = new CountDownLatch(1);
        server.search.holdSearches(gate);
        List<CompletableFuture<Answer>> running = new ArrayList<>();
        try {
            for (int i = 0; i < SearchRoutes.COMPARISONS_MAX; i++) {
                running.add(CompletableFuture.supplyAsync(
                        () -> server.post("/v1/vectors/index/docs_v1/compare", body), callers));
            }
            assertThat(server.search.comparing().tryAcquire(SearchRoutes.COMPARISONS_MAX, 10, TimeUnit.SECONDS))
                    .isTrue();
            Answer refused = CompletableFuture.supplyAsync(
                            () -> server.post("/v1/vectors/index/docs_v1/compare", body), callers)
                    .get(10, TimeUnit.SECONDS);
            assertThat(refused.status()).isEqualTo(503);
            assertThat(refused.code()).isEqualTo("not_ready");
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.detail()).contains("4 comparisons running");
        } finally {
            gate.countDown();
        }
        for (CompletableFuture<Answer> one : running) {
            assertThat(one.get(10, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
        assertThat(server.post("/v1/vectors/index/docs_v1/compare", body).status())
                .isEqualTo(200);
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
