package dev.freshet.http;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.ComparisonRequest;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST …/compare}. */
record CompareBody(
        String with,
        List<String> queries,
        int sample,
        int k,
        @Nullable Integer ef,
        int seed,
        Duration timeout) {
    private static final List<String> FIELDS = List.of("with", "queries", "sample", "k", "ef", "seed", "timeout_ms");
    private static final int QUERIES_MAX = 1_000;
    private static final int DEFAULT_SAMPLE = 50;
    private static final int DEFAULT_K = 10;
    private static final int MAX_K = 1_000;
    private static final int MAX_EF = 10_000;
    private static final Duration DEFAULT_TIMEOUT = Duration.ofSeconds(60);

    static CompareBody read(byte[] body) {
        JsonFields fields = JsonFields.of(HttpJson.read(body), FIELDS);
        List<String> queries = queries(fields);
        if (!queries.isEmpty() && (fields.has("sample") || fields.has("seed"))) {
            throw bad(
                    "'sample' and 'seed' are for queries that are drawn from the rows; leave them out with 'queries'");
        }
        int k = orElse(fields.integer("k", 1, MAX_K), DEFAULT_K);
        Integer ef = fields.integer("ef", 1, MAX_EF);
        if (ef != null && ef < k) {
            throw bad("'ef' is " + ef + ", must be at least 'k', which is " + k);
        }
        Integer timeoutMs = fields.integer("timeout_ms", 1, Waiting.MAX_TIMEOUT_MS);
        return new CompareBody(
                fields.requiredText("with"),
                queries,
                orElse(fields.integer("sample", 1, QUERIES_MAX), DEFAULT_SAMPLE),
                k,
                ef,
                orElse(fields.integer("seed", 0, Integer.MAX_VALUE), 0),
                timeoutMs == null ? DEFAULT_TIMEOUT : Duration.ofMillis(timeoutMs));
    }

    ComparisonRequest request(IndexDefinition left, IndexDefinition right) {
        return new ComparisonRequest(left.id(), right.id(), queries, sample, k, ef, seed, timeout);
    }

    private static List<String> queries(JsonFields fields) {
        List<String> queries = fields.texts("queries");
        if (queries == null) {
            return List.of();
        }
        if (queries.isEmpty() || queries.size() > QUERIES_MAX) {
            throw bad("'queries' has " + queries.size() + " texts, must have 1 to " + QUERIES_MAX);
        }
        if (queries.stream().anyMatch(String::isBlank)) {
            throw bad("'queries' has an empty text");
        }
        return queries;
    }

    private static int orElse(@Nullable Integer given, int absent) {
        return given == null ? absent : given;
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
