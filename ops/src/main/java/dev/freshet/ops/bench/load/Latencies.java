package dev.freshet.ops.bench.load;

import java.util.Arrays;
import java.util.List;

/**
 * How long calls took.
 *
 * @param nanos of each call, ascending; at least one
 * @param seconds in which they all were made, more than 0
 */
public record Latencies(long[] nanos, double seconds) {
    /** In any order. */
    public Latencies {
        nanos = nanos.clone();
        Arrays.sort(nanos);
        if (nanos.length == 0 || !(seconds > 0)) {
            throw new IllegalArgumentException("a figure needs a call, and time: " + nanos.length + " in " + seconds);
        }
    }

    /** All calls of several runs, one after the other; of at least one. */
    public static Latencies together(List<Latencies> runs) {
        return new Latencies(
                runs.stream().flatMapToLong(run -> Arrays.stream(run.nanos)).toArray(),
                runs.stream().mapToDouble(Latencies::seconds).sum());
    }

    public double perSecond() {
        return nanos.length / seconds;
    }

    /**
     * The time within which this share of the calls ended, in microseconds.
     *
     * @param share 0 to 1; of the two calls around it, the slower
     */
    public double micros(double share) {
        if (!(share >= 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", must be 0 to 1");
        }
        int rank = (int) Math.ceil(share * nanos.length);
        return nanos[Math.max(0, rank - 1)] / 1e3;
    }

    public double meanMicros() {
        return Arrays.stream(nanos).average().orElseThrow() / 1e3;
    }
}
