package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

/**
 * What came of a fault.
 *
 * @param detail what more there is to say; empty if nothing
 */
public record Outcome(Result result, String detail) {
    public Outcome {
        requireNonNull(result, "result is null");
        requireNonNull(detail, "detail is null");
    }

    /** Whether it took place. */
    public enum Result {
        HAPPENED,
        /** What it waited for did not come, for example a method that nobody called. */
        MISSED,
        /** This machine cannot do it. */
        NOT_RUN,
        /** It took place, and what it broke stayed broken when it was over: a finding. */
        NOT_RECOVERED
    }

    public static Outcome happened(String detail) {
        return new Outcome(Result.HAPPENED, detail);
    }

    public static Outcome missed(String why) {
        return new Outcome(Result.MISSED, why);
    }

    /** With what to do about it. */
    public static Outcome notRun(String why) {
        return new Outcome(Result.NOT_RUN, why);
    }

    public static Outcome notRecovered(String what) {
        return new Outcome(Result.NOT_RECOVERED, what);
    }
}
