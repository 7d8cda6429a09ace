package dev.freshet.index;

/** An engine, and the form in which it compares vectors. */
public enum TestedEngine {
    COMPACT(VectorIndexes.COMPACT, Quantization.NONE),
    COMPACT_INT8(VectorIndexes.COMPACT, Quantization.INT8),
    HNSWLIB(VectorIndexes.HNSWLIB, Quantization.NONE);

    private final VectorIndexes engine;
    private final Quantization quantization;

    TestedEngine(VectorIndexes engine, Quantization quantization) {
        this.engine = engine;
        this.quantization = quantization;
    }

    public VectorIndexes engine() {
        return engine;
    }

    public Quantization quantization() {
        return quantization;
    }
}
