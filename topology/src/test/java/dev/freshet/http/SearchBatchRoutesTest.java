package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Coverage;
import dev.freshet.search.Filter;
import dev.freshet.search.SearchHit;
import dev.freshet.search.SearchRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Filters, positions to wait for and several searches in one body. */
class SearchBatchRoutesTest {
    private static final String SEARCH = "/v1/vectors/index/own/search";

    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void takesAFilterAndPositions() {
        server.post(
                SEARCH,
                "{\"vector\": [1, 2, 3], \"filter\": {\"gte\": {\"price\": 9007199254740993}, \"in\": {\"site\": [\"a\", 1.50]}},"
                        + " \"min_positions\": {\"0\": 17, \"3\": 0}, \"require_complete\": true}");
        SearchRequest request = server.search.requests().get(0);
        assertThat(request.filter())
                .isEqualTo(Filter.parse("{\"gte\":{\"price\":9007199254740993},\"in\":{\"site\":[\"a\",1.50]}}"));
        assertThat(request.minPositions()).isEqualTo(Map.of(0, 17L, 3, 0L));
        assertThat(request.requireComplete()).isTrue();
    }

    @Test
    void answersEachQueryInItsPlace() {
        server.search.answer(new Coverage(2, 1), new SearchHit("7#0", "7", 0, 0.75, 0.25, "some text", "{}", null));
        Answer answer = server.post(
                SEARCH,
                "{\"queries\": [{\"vector\": [1, 0, 0], \"k\": 1}, {\"vector\": [0, 1, 0], \"k\": 2, \"filter\": {\"eq\": {\"a\": 1}}},"
                        + " {\"vector\": [0, 0, 1], \"k\": 3, \"exact\": true}], \"timeout_ms\": 4000, \"min_positions\": {\"1\": 5}}");
        assertThat(answer.status()).isEqualTo(200);
        JsonNode json = answer.json();
        assertThat(json.path("results")).hasSize(3).allSatisfy(one -> {
            assertThat(one.path("results").path(0).path("id").asText()).isEqualTo("7#0");
            assertThat(one.path("coverage").path("complete").asBoolean()).isFalse();
            assertThat(one.path("freshness").path("lag_ms").asInt()).isEqualTo(12);
        });
        assertThat(json.path("index").asText()).isEqualTo("own");
        assertThat(json.path("took_ms").isNumber()).isTrue();
        assertThat(json.path("coverage").toString()).isEqualTo("{\"partitions\":2,\"answered\":1,\"complete\":false}");
        assertThat(server.search.requests())
                .hasSize(3)
                .allSatisfy(request -> {
                    assertThat(request.minPositions()).isEqualTo(Map.of(1, 5L));
                    assertThat(request.timeout()).isBetween(Duration.ofMillis(1), Duration.ofMillis(4000));
                })
                .extracting(SearchRequest::k)
                .containsExactlyInAnyOrder(1, 2, 3);
    }

    @Test
    void aBatchRunsManyAtOnceAndAllOfThem() {
        CountDownLatch gate = new CountDownLatch(1);
        server.search.beforeNextSearch(gate::countDown);
        String queries = IntStream.range(0, 100)
                .mapToObj(i -> "{\"vector\": [1, 2, 3], \"k\": " + (i + 1) + "}")
                .collect(Collectors.joining(","));
        assertThat(server.post(SEARCH, "{\"queries\": [" + queries + "]}")
                        .json()
                        .path("results"))
                .hasSize(100);
        assertThat(server.search.requests())
                .extracting(SearchRequest::k)
                .containsExactlyInAnyOrderElementsOf(
                        IntStream.rangeClosed(1, 100).boxed().toList());
        assertThat(gate.getCount()).isZero();
    }

    @Test
    void oneThatFailsFailsTheBatchByItsPlace() {
        server.search.failWith(new FreshetException(ErrorCode.INCOMPLETE, "1 of 2 partitions"));
        Answer answer = server.post(SEARCH, "{\"queries\": [{\"vector\": [1, 0, 0]}, {\"vector\": [0, 1, 0]}]}");
        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("incomplete");
        assertThat(answer.detail()).matches("queries\\[[01]\\]: 1 of 2 partitions");
    }

    @Test
    void aBatchThatRunsOutOfTimeIsOver() {
        server.search.beforeNextSearch(() -> {
            try {
                Thread.sleep(50);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        String queries = "{\"vector\": [1, 2, 3]},".repeat(100);
        Answer answer = server.post(
                SEARCH, "{\"queries\": [" + queries.substring(0, queries.length() - 1) + "], \"timeout_ms\": 1}");
        // The fake takes no notice of its timeout, so some were run, and the one after them was not.
        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.code()).isEqualTo("deadline_exceeded");
        assertThat(answer.detail()).contains("the timeout of all queries together was over");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'vector': [1, 2, 3], 'filter': {'like': {'a': 1}}}          | invalid_filter     | 'filter' has the unknown operator 'like'",
                "{'vector': [1, 2, 3], 'filter': {'and': [{'eq': 1}]}}        | invalid_filter     | 'filter.and[0].eq' is a number",
                "{'vector': [1, 2, 3], 'filter': 5}                           | invalid_filter     | 'filter' is a number",
                "{'vector': [1, 2, 3], 'filter': {'lt': {'a': NaN}}}          | invalid_filter     | NaN, must be a finite number",
                "{'vector': [1, 2, 3], 'min_positions': [1]}                  | bad_request        | 'min_positions' is an array",
                "{'vector': [1, 2, 3], 'min_positions': {'x': 1}}             | bad_request        | 'min_positions' names 'x'",
                "{'vector': [1, 2, 3], 'min_positions': {'01': 1}}            | bad_request        | 'min_positions' names '01'",
                "{'vector': [1, 2, 3], 'min_positions': {'0': -1}}            | bad_request        | 'min_positions.0' is -1",
                "{'vector': [1, 2, 3], 'min_positions': {'0': 1.5}}           | bad_request        | 'min_positions.0' is 1.5",
                "{'vector': [1, 2, 3], 'require_complete': 1}                 | bad_request        | 'require_complete' is a number",
                "{'queries': []}                                              | bad_request        | 'queries' has 0 searches, must have 1 to 100",
                "{'queries': {}}                                              | bad_request        | 'queries' is an object, must be an array",
                "{'queries': [{'vector': [1, 2, 3]}], 'k': 5}                 | bad_request        | 'k' stands beside 'queries'",
                "{'queries': [{'vector': [1, 2, 3]}], 'n': 5}                 | unknown_field      | 'n'; known are queries, min_positions",
                "{'queries': [{'vector': [1, 2, 3]}, 5]}                      | bad_request        | queries[1]: is a number, must be an object",
                "{'queries': [{'vector': [1, 2, 3]}, {'vector': [1, 2]}]}     | dimension_mismatch | queries[1]: ",
                "{'queries': [{'vector': [1, 2, 3], 'timeout_ms': 5}]}        | unknown_field      | queries[0]: unknown field 'timeout_ms'",
                "{'queries': [{'vector': [1, 2, 3], 'filter': {}}]}           | invalid_filter     | queries[0]: 'filter' has no operator",
            })
    void refusesWhatMakesNoSense(String body, String code, String detail) {
        Answer answer = server.post(SEARCH, body.replace('\'', '"'));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).contains(detail);
        assertThat(server.search.requests()).isEmpty();
    }

    @Test
    void takesNoMoreResultsThanTenThousandTogether() {
        String query = "{\"vector\": [1, 2, 3], \"k\": 1000},";
        String most = query.repeat(9) + "{\"vector\": [1, 2, 3], \"k\": 1000}";
        assertThat(server.post(SEARCH, "{\"queries\": [" + most + "]}").status())
                .isEqualTo(200);
        Answer answer =
                server.post(SEARCH, "{\"queries\": [" + query.repeat(10) + "{\"vector\": [1, 2, 3], \"k\": 1}]}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("bad_request");
        assertThat(answer.detail()).contains("10001 results together", "may ask for 10000", "several calls");
        assertThat(server.search.requests()).hasSize(10);
    }

    @Test
    void takesNoMoreThanAHundred() {
        String queries = "{\"vector\": [1, 2, 3]},".repeat(101);
        Answer answer = server.post(SEARCH, "{\"queries\": [" + queries.substring(0, queries.length() - 1) + "]}");
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.detail()).contains("'queries' has 101 searches, must have 1 to 100");
    }
}
