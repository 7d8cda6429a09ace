package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.ModelReference;
import dev.freshet.search.Coverage;
import dev.freshet.search.SearchHit;
import dev.freshet.search.SearchResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a search found, as answers show it: ascending by distance.
 *
 * @param index the index that was searched
 * @param alias the name that was asked for, if it is an alias of that index
 */
record SearchAnswer(
        List<Result> results,
        String index,
        @Nullable String alias,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String model,
        double tookMs,
        CoverageInfo coverage,
        Freshness freshness)
        implements Searched {

    /** One chunk; the vector is absent unless asked for. */
    record Result(
            String id,
            String row,
            int chunk,
            double score,
            double distance,
            String text,
            @JsonRawValue String metadata,
            float @Nullable [] vector) {
        static Result of(SearchHit hit) {
            return new Result(
                    hit.id(),
                    hit.row(),
                    hit.chunk(),
                    hit.score(),
                    hit.distance(),
                    hit.text(),
                    hit.metadata(),
                    hit.vector());
        }
    }

    /** How many partitions answered; an answer that is not complete may miss results. */
    record CoverageInfo(int partitions, int answered, boolean complete) {
        static CoverageInfo of(Coverage coverage) {
            return new CoverageInfo(coverage.partitions(), coverage.answered(), coverage.complete());
        }
    }

    /** Per partition, the offset in the rows topic up to which every change is reflected. */
    record Freshness(Map<Integer, Long> positions, long lagMs) {
        static Freshness of(SearchResponse response) {
            return new Freshness(new TreeMap<>(response.positions()), response.lagMs());
        }
    }

    static SearchAnswer of(IndexDefinition index, String asked, SearchResponse response, long tookNanos) {
        ModelReference model = index.model();
        return new SearchAnswer(
                response.results().stream().map(Result::of).toList(),
                index.name(),
                asked.equals(index.name()) ? null : asked,
                model == null ? null : model.name(),
                Math.round(tookNanos / 1e3) / 1e3,
                CoverageInfo.of(response.coverage()),
                Freshness.of(response));
    }
}
