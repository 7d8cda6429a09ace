package dev.freshet.ops.bench;

/** Is told how far a benchmark has come. Called from any thread, one phase after the other. */
public interface BenchmarkProgress {
    /** A phase begins, and the one before it is over. */
    void begin(String phase, long steps);

    /** So many steps of the phase are done. */
    void stepTo(long step);
}
