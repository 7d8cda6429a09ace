package dev.freshet.ops.chaos;

/** Is told how far a run has come. Called from the thread of the run. */
@FunctionalInterface
public interface ChaosProgress {
    /**
     * Something begins.
     *
     * @param seconds since the first round began
     * @param doing a few words
     */
    void at(long seconds, String doing);
}
