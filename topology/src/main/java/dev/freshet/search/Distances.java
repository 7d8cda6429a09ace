package dev.freshet.search;

import dev.freshet.index.DistanceFunction;
import dev.freshet.schemas.avro.Distance;

/** What the catalog's distances mean here. */
final class Distances {
    private Distances() {}

    static DistanceFunction function(Distance distance) {
        return switch (distance) {
            case COSINE -> DistanceFunction.COSINE;
            case DOT -> DistanceFunction.DOT;
            case EUCLIDEAN -> DistanceFunction.EUCLIDEAN;
        };
    }

    /** See {@link SearchHit#score}. */
    static double score(DistanceFunction function, double distance) {
        return switch (function) {
            case COSINE -> 1 - distance;
            case DOT -> -distance;
            case EUCLIDEAN -> 1 / (1 + distance);
        };
    }
}
