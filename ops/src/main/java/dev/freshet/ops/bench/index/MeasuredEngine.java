package dev.freshet.ops.bench.index;

import static java.util.Objects.requireNonNull;

import dev.freshet.index.Quantization;
import dev.freshet.index.VectorIndexes;

/**
 * An engine, and the form in which it compares vectors; it must have that form.
 *
 * @param vectorsOnDisk whether the vectors as they came are in files; only with a quantization
 */
public record MeasuredEngine(VectorIndexes engine, Quantization quantization, boolean vectorsOnDisk) {
    public MeasuredEngine {
        requireNonNull(engine, "engine is null");
        requireNonNull(quantization, "quantization is null");
        if (!engine.supports(quantization)) {
            throw new IllegalArgumentException(
                    "the engine " + engine.engine() + " has no quantization " + quantization.text());
        }
        if (vectorsOnDisk && quantization == Quantization.NONE) {
            throw new IllegalArgumentException("vectors can be on disk only with a quantization, for example int8");
        }
    }

    /** The engine's name, with the quantization and the place behind it where they are not the usual ones. */
    public String name() {
        return engine.engine()
                + (quantization == Quantization.NONE ? "" : "-" + quantization.text())
                + (vectorsOnDisk ? "-on-disk" : "");
    }

    /** Whether graphs of this engine are saved in snapshots. */
    public boolean hasSnapshots() {
        return engine.hasSnapshots();
    }
}
