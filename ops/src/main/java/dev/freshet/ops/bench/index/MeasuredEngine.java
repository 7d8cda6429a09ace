package dev.freshet.ops.bench.index;

import static java.util.Objects.requireNonNull;

import dev.freshet.index.Quantization;
import dev.freshet.index.VectorIndexes;

/** An engine, and the form in which it compares vectors; it must have that form. */
public record MeasuredEngine(VectorIndexes engine, Quantization quantization) {
    public MeasuredEngine {
        requireNonNull(engine, "engine is null");
        requireNonNull(quantization, "quantization is null");
        if (!engine.supports(quantization)) {
            throw new IllegalArgumentException(
                    "the engine " + engine.engine() + " has no quantization " + quantization.text());
        }
    }

    /** The engine's name, with the quantization behind it if there is one. */
    public String name() {
        return quantization == Quantization.NONE ? engine.engine() : engine.engine() + "-" + quantization.text();
    }

    /** Whether graphs of this engine are saved in snapshots. */
    public boolean hasSnapshots() {
        return engine.hasSnapshots();
    }
}
