package dev.freshet.embed;

/**
 * How an in-process model runs.
 *
 * @param workers threads that embed, one text each at a time; 1 to 256. More than the machine has cores gains nothing.
 * @param waitingMax texts that may wait; more are refused with a retryable {@link EmbeddingException}; 1 to 1,000,000
 */
public record OnnxOptions(int workers, int waitingMax) {
    public static final int WAITING_MAX_DEFAULT = 10_000;

    public OnnxOptions {
        if (workers < 1 || workers > 256) {
            throw new IllegalArgumentException("workers is " + workers + ", must be 1 to 256");
        }
        if (waitingMax < 1 || waitingMax > 1_000_000) {
            throw new IllegalArgumentException("waitingMax is " + waitingMax + ", must be 1 to 1000000");
        }
    }

    /** One worker per core. */
    public static OnnxOptions defaults() {
        return new OnnxOptions(Math.min(256, Runtime.getRuntime().availableProcessors()), WAITING_MAX_DEFAULT);
    }
}
