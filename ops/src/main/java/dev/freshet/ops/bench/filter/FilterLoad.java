package dev.freshet.ops.bench.filter;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.index.MeasuredEngine;
import dev.freshet.ops.bench.index.SyntheticVectors;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An index, and the filters that measure it.
 *
 * @param vectors what the index is filled with, and the queries, which are gone through again and again
 * @param k 1 to the number of vectors
 * @param ef candidates looked at per partition; null: the index's own
 * @param selectivities shares of the vectors that filters let through, each more than 0 and at most 1, at least one
 * @param rounds of each kind, at least 1
 * @param measured how long each is, at least 1 ms
 * @param warmUp how long each kind runs before the first round
 */
public record FilterLoad(
        MeasuredEngine engine,
        SyntheticVectors vectors,
        int m,
        int efConstruction,
        int k,
        @Nullable Integer ef,
        List<Double> selectivities,
        int rounds,
        Duration measured,
        Duration warmUp) {
    public FilterLoad {
        requireNonNull(engine, "engine is null");
        requireNonNull(vectors, "vectors is null");
        selectivities = List.copyOf(selectivities);
        if (selectivities.isEmpty() || selectivities.stream().anyMatch(share -> !(share > 0 && share <= 1))) {
            throw new IllegalArgumentException(
                    "selectivities are " + selectivities + ", must be more than 0 and at most 1, at least one");
        }
        double least =
                selectivities.stream().mapToDouble(Double::doubleValue).min().orElseThrow();
        if (k < 1 || rows(least, vectors.vectors()) < k) {
            throw new IllegalArgumentException("k is " + k + ", must be at least 1, and at most the "
                    + rows(least, vectors.vectors()) + " of " + vectors.vectors() + " vectors that a selectivity of "
                    + least + " lets through");
        }
        if (ef != null && ef < k) {
            throw new IllegalArgumentException("ef is " + ef + ", must be at least k, which is " + k);
        }
        if (rounds < 1 || measured.toMillis() < 1 || warmUp.isNegative()) {
            throw new IllegalArgumentException(
                    "nothing is measured in " + rounds + " rounds of " + measured + " after " + warmUp);
        }
    }

    /** How many vectors a filter lets through. */
    int rows(double selectivity) {
        return rows(selectivity, vectors.vectors());
    }

    private static int rows(double selectivity, int vectors) {
        return (int) Math.round(selectivity * vectors);
    }
}
