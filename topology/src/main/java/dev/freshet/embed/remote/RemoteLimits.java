package dev.freshet.embed.remote;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How a provider is used.
 *
 * @param batchTextsMax texts of one request, 1 to 2048
 * @param batchTokensMax estimated tokens of one request, at least 1; a text with more goes alone
 * @param requestsPerMinute 0 for no limit
 * @param tokensPerMinute 0 for no limit
 * @param inFlightMax requests at one time, 1 to 64. Rows leave one free for searches if there are two or more
 * @param waitingMax rows' texts accepted and not yet done, 1 to 1,000,000; more are refused (retryable)
 * @param timeout from sending a request until the whole answer is there, 10 ms to 10 minutes
 * @param retries tries of a request after the first one, 0 to 10
 */
public record RemoteLimits(
        int batchTextsMax,
        int batchTokensMax,
        long requestsPerMinute,
        long tokensPerMinute,
        int inFlightMax,
        int waitingMax,
        Duration timeout,
        int retries) {
    public RemoteLimits {
        requireNonNull(timeout, "timeout is null");
        range("batchTextsMax", batchTextsMax, 1, 2048);
        range("batchTokensMax", batchTokensMax, 1, 10_000_000);
        range("requestsPerMinute", requestsPerMinute, 0, 1_000_000_000);
        range("tokensPerMinute", tokensPerMinute, 0, 1_000_000_000_000L);
        range("inFlightMax", inFlightMax, 1, 64);
        range("waitingMax", waitingMax, 1, 1_000_000);
        range("timeout in ms", timeout.toMillis(), 10, 600_000);
        range("retries", retries, 0, 10);
    }

    public static RemoteLimits defaults() {
        return new RemoteLimits(64, 50_000, 0, 0, 4, 10_000, Duration.ofSeconds(60), 4);
    }

    private static void range(String name, long value, long min, long max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(name + " is " + value + ", must be " + min + " to " + max);
        }
    }
}
