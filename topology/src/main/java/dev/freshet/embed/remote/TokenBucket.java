package dev.freshet.embed.remote;

import java.time.Duration;

/**
 * Lets so much through per minute, evenly: what one second earns may be used at once, at least 1, and no more is saved up. More than that may be taken from a full
 * bucket, which then owes the rest. Not thread-safe.
 */
final class TokenBucket {
    private static final double NANOS_PER_MINUTE = Duration.ofMinutes(1).toNanos();

    private final double perNano;
    private final double capacity;
    private double balance;
    private long filledAtNanos;

    /**
     * @param perMinute 0 for no limit
     * @param nowNanos a clock's nanoseconds, from any origin, as in the other methods
     */
    TokenBucket(long perMinute, long nowNanos) {
        this.perNano = perMinute / NANOS_PER_MINUTE;
        this.capacity = Math.max(1, perMinute / 60.0);
        this.balance = capacity;
        this.filledAtNanos = nowNanos;
    }

    /** How long until so much may be taken; 0 if it may be now. */
    long nanosUntil(double amount, long nowNanos) {
        if (perNano == 0) {
            return 0;
        }
        fill(nowNanos);
        double missing = Math.min(amount, capacity) - balance;
        return missing <= 0 ? 0 : (long) Math.ceil(missing / perNano);
    }

    /** Takes so much, or gives it back where it is negative. */
    void take(double amount, long nowNanos) {
        if (perNano > 0) {
            fill(nowNanos);
            balance = Math.min(capacity, balance - amount);
        }
    }

    private void fill(long nowNanos) {
        balance = Math.min(capacity, balance + (nowNanos - filledAtNanos) * perNano);
        filledAtNanos = nowNanos;
    }
}
