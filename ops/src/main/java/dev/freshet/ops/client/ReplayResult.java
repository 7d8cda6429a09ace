package dev.freshet.ops.client;

import java.util.List;

/**
 * What became of a request to replay dead letters.
 *
 * @param notSent how many were not sent back
 * @param refused the first 100 of those
 */
public record ReplayResult(long sent, long notSent, List<Refusal> refused) {
    /** A letter that was not sent back, and why. */
    public record Refusal(String id, String code, String message) {}
}
