package dev.freshet.ops.bench.load;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.index.MeasuredEngine;
import dev.freshet.ops.bench.index.SyntheticVectors;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * An index, and the searches that measure it.
 *
 * @param vectors that are there at the beginning, and the queries, which are gone through again and again
 * @param k 1 to the number of vectors
 * @param ef candidates looked at per partition; null: the index's own
 * @param form how requests have their vectors
 * @param connections that search at once, at least 1
 * @param rounds of each kind, at least 1
 * @param measured how long each is, at least 1 ms
 * @param warmUp how long each kind runs before the first round
 */
public record SearchLoad(
        MeasuredEngine engine,
        SyntheticVectors vectors,
        int m,
        int efConstruction,
        int k,
        @Nullable Integer ef,
        SearchBodies.VectorForm form,
        int connections,
        int rounds,
        Duration measured,
        Duration warmUp) {
    public SearchLoad {
        requireNonNull(engine, "engine is null");
        requireNonNull(vectors, "vectors is null");
        requireNonNull(form, "form is null");
        if (k < 1 || k > vectors.vectors()) {
            throw new IllegalArgumentException("k is " + k + ", must be 1 to " + vectors.vectors());
        }
        if (connections < 1 || rounds < 1) {
            throw new IllegalArgumentException(connections + " connections, " + rounds + " rounds: at least 1 of each");
        }
        if (measured.toMillis() < 1 || warmUp.isNegative()) {
            throw new IllegalArgumentException("nothing is measured in " + measured + " after " + warmUp);
        }
    }
}
