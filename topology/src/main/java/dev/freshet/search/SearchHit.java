package dev.freshet.search;

import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * One chunk that was found.
 *
 * @param id {@code <row key>#<ordinal>}
 * @param score grows with likeness: 1 − distance under cosine, 1 / (1 + distance) under euclidean, the dot product under dot
 * @param distance 1 − cosine, the L2 norm of the difference, or the negative dot product
 * @param metadata a JSON object
 */
public record SearchHit(
        String id,
        String row,
        int chunk,
        double score,
        double distance,
        String text,
        String metadata,
        float @Nullable [] vector) {
    /** As answers are sorted: by distance, and the same for everybody where distances are equal. */
    public static final Comparator<SearchHit> NEAREST_FIRST = Comparator.comparingDouble(SearchHit::distance)
            .thenComparing(SearchHit::row)
            .thenComparingInt(SearchHit::chunk);
}
