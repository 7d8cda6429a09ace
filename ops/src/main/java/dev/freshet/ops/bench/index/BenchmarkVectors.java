package dev.freshet.ops.bench.index;

import dev.freshet.index.DistanceFunction;
import dev.freshet.index.VectorValidator;
import java.util.Arrays;

/**
 * What an index is filled with, and what it is asked for; all of the same dimensions. The arrays are shared, and must not be changed.
 *
 * @param base at least one
 * @param queries at least one
 */
public record BenchmarkVectors(float[][] base, float[][] queries) {
    public BenchmarkVectors {
        if (base.length == 0 || queries.length == 0) {
            throw new IllegalArgumentException(base.length + " vectors and " + queries.length + " queries are too few");
        }
    }

    public int dimensions() {
        return base[0].length;
    }

    /** All of them as the distance wants them. A vector that no index would take is refused, as {@link IllegalArgumentException}, with its position. */
    public BenchmarkVectors prepare(DistanceFunction distance) {
        return new BenchmarkVectors(prepare("vector", base, distance), prepare("query", queries, distance));
    }

    private float[][] prepare(String what, float[][] vectors, DistanceFunction distance) {
        VectorValidator validator = new VectorValidator(dimensions(), distance);
        for (int i = 0; i < vectors.length; i++) {
            int position = i;
            validator.problem(vectors[i]).ifPresent(problem -> {
                throw new IllegalArgumentException(what + " " + position + ": " + problem.message());
            });
        }
        return Arrays.stream(vectors).map(distance::prepare).toArray(float[][]::new);
    }
}
