package dev.freshet.ops.bench.filter;

import dev.freshet.ops.bench.server.EmbeddedIndex;
import dev.freshet.search.SearchHit;
import dev.freshet.search.VectorQuery;
import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Filters what searches without a filter have found: asks for as many as should do, and for twice as many while fewer than {@code k} pass. It is told beforehand what share passes, which
 * nobody knows who filters so, and whether a row passes costs it nothing. For any thread.
 *
 * @param k results wanted
 * @param expected how many to ask for at first, at least {@code k}
 * @param most how many there are
 * @param ef candidates per partition, if no more are asked for
 */
record PostFilter(EmbeddedIndex.Filled index, Predicate<SearchHit> filter, int k, int expected, int most, int ef) {
    /** The nearest that pass, at most {@code k}, nearest first. */
    List<SearchHit> search(float[] query) throws IOException {
        for (int asked = Math.min(expected, most); ; asked = (int) Math.min(2L * asked, most)) {
            List<SearchHit> passing = index
                    .searches()
                    .nearest(new VectorQuery(
                            index.id(), query, asked, Math.max(ef, asked), false, null, false, false, null))
                    .stream()
                    .filter(filter)
                    .limit(k)
                    .toList();
            if (passing.size() == k || asked == most) {
                return passing;
            }
        }
    }
}
