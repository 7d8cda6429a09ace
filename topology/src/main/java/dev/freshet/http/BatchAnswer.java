package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.ModelReference;
import dev.freshet.http.SearchAnswer.CoverageInfo;
import dev.freshet.http.SearchAnswer.Freshness;
import dev.freshet.http.SearchAnswer.Result;
import dev.freshet.search.Coverage;
import dev.freshet.search.SearchResponse;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the searches of a batch found.
 *
 * @param results one per query, in the order of the queries
 * @param index see {@link SearchAnswer}
 * @param alias see {@link SearchAnswer}
 * @param coverage of the least complete answer
 */
record BatchAnswer(
        List<One> results,
        String index,
        @Nullable String alias,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String model,
        double tookMs,
        CoverageInfo coverage)
        implements Searched {

    /** The answer to one query. */
    record One(List<Result> results, CoverageInfo coverage, Freshness freshness) {
        static One of(SearchResponse response) {
            return new One(
                    response.results().stream().map(Result::of).toList(),
                    CoverageInfo.of(response.coverage()),
                    Freshness.of(response));
        }
    }

    static BatchAnswer of(IndexDefinition index, String asked, List<SearchResponse> responses, long tookNanos) {
        ModelReference model = index.model();
        Coverage least = responses.stream()
                .map(SearchResponse::coverage)
                .min(Comparator.comparingInt(Coverage::answered))
                .orElseThrow();
        return new BatchAnswer(
                responses.stream().map(One::of).toList(),
                index.name(),
                asked.equals(index.name()) ? null : asked,
                model == null ? null : model.name(),
                Math.round(tookNanos / 1e3) / 1e3,
                CoverageInfo.of(least));
    }
}
