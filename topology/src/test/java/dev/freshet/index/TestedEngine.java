package dev.freshet.index;

import java.nio.file.Path;

/** An engine, the form in which it compares vectors, and where it keeps these as they came. */
public enum TestedEngine {
    COMPACT(VectorIndexes.COMPACT, Quantization.NONE, false),
    COMPACT_INT8(VectorIndexes.COMPACT, Quantization.INT8, false),
    COMPACT_INT8_ON_DISK(VectorIndexes.COMPACT, Quantization.INT8, true),
    HNSWLIB(VectorIndexes.HNSWLIB, Quantization.NONE, false);

    private final VectorIndexes engine;
    private final Quantization quantization;
    private final boolean vectorsOnDisk;

    TestedEngine(VectorIndexes engine, Quantization quantization, boolean vectorsOnDisk) {
        this.engine = engine;
        this.quantization = quantization;
        this.vectorsOnDisk = vectorsOnDisk;
    }

    public VectorIndexes engine() {
        return engine;
    }

    public Quantization quantization() {
        return quantization;
    }

    public boolean vectorsOnDisk() {
        return vectorsOnDisk;
    }

    /** Where vectors are kept whose files go in this directory. */
    VectorPlace place(Path directory) {
        return vectorsOnDisk ? new VectorPlace(directory) : VectorPlace.MEMORY;
    }
}
