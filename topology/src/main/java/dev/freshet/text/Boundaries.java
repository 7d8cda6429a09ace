package dev.freshet.text;

import java.util.ArrayList;
import java.util.List;

/**
 * Chooses, among a text's stops, those where chunks end, so that an edit moves boundaries in its neighbourhood only.
 *
 * <ol>
 *   <li>A stop is an <em>anchor</em> if no stop nearer than the minimum on either side has a higher priority (of equals, the first counts),
 *       and neither end of the text is nearer than that. So anchors are at least the minimum apart, twice that on average, and an edit
 *       can make or unmake anchors only within the minimum of itself: at most one on each side, and its own. This is content-defined chunking (LBFS, rsync,
 *       FastCDC) by local maxima rather than by a threshold, as in Bjørner, Blass and Gurevich, "Content-dependent chunking for
 *       differential compression, the local maximum approach" (2010): a forced cut, which cascades, is seldom needed.
 *   <li>Two anchors that are more than the maximum apart are divided by what lies between them alone.
 * </ol>
 *
 * <p>Linear in the number of stops.
 */
final class Boundaries {
    /** The least distance between anchors, as a share of the maximum: small enough that divisions, which can cascade, are rare. */
    private static final double MINIMUM_SHARE = 0.25;

    /** The golden ratio in 64 bits, as in Knuth's multiplicative hashing. */
    private static final long SCATTER = 0x9E3779B97F4A7C15L;

    private final Stops stops;
    private final int minimum;
    private final int maximum;
    private final List<Integer> chosen = new ArrayList<>();

    private Boundaries(Stops stops, int maximum) {
        this.stops = stops;
        this.minimum = (int) (maximum * MINIMUM_SHARE);
        this.maximum = maximum;
    }

    /** Ascending indexes of stops, the last stop included; consecutive ones are at most {@code maximum} apart wherever there is a stop to cut at. */
    static List<Integer> choose(Stops stops, int maximum) {
        Boundaries boundaries = new Boundaries(stops, maximum);
        int previous = -1;
        for (int anchor : boundaries.anchors()) {
            boundaries.divide(previous, anchor);
            boundaries.chosen.add(anchor);
            previous = anchor;
        }
        return boundaries.chosen;
    }

    private List<Integer> anchors() {
        int last = stops.count() - 1;
        int[] nextHigher = nextHigher(last);
        List<Integer> anchors = new ArrayList<>();
        // Stops whose priorities descend: the top of the stack is the nearest with at least the priority of the one at
        // hand.
        int[] stack = new int[last];
        int depth = 0;
        for (int stop = 0; stop < last; stop++) {
            while (depth > 0 && stops.priority(stack[depth - 1]) < stops.priority(stop)) {
                depth--;
            }
            int before = depth == 0 ? 0 : stops.weight(stack[depth - 1]);
            int after = stops.weight(nextHigher[stop]);
            if (stops.weight(stop) - before >= minimum && after - stops.weight(stop) >= minimum) {
                anchors.add(stop);
            }
            stack[depth++] = stop;
        }
        anchors.add(last);
        return anchors;
    }

    /** For each stop but the last, the nearest later one of a higher priority; the text's end is higher than all. */
    private int[] nextHigher(int last) {
        int[] nextHigher = new int[last];
        for (int stop = last - 1; stop >= 0; stop--) {
            int candidate = stop + 1;
            while (candidate < last && stops.priority(candidate) <= stops.priority(stop)) {
                candidate = nextHigher[candidate];
            }
            nextHigher[stop] = candidate;
        }
        return nextHigher;
    }

    /** Adds cuts between two anchors, in order, where they are more than the maximum apart. */
    private void divide(int previous, int anchor) {
        int from = previous;
        // INVARIANT: from grows with every turn, and stays below anchor.
        while (weightAt(anchor) - weightAt(from) > maximum && from + 1 < anchor) {
            int rest = weightAt(anchor) - weightAt(from);
            from = rest <= 2 * (long) maximum ? single(from, anchor) : highest(from, anchor);
            chosen.add(from);
        }
    }

    /**
     * The best kind of stop that leaves at most the maximum on both sides; of these one by hash, so that it is likely to stay when the anchor at
     * one end moves.
     */
    private int single(int from, int anchor) {
        int start = weightAt(from);
        int end = weightAt(anchor);
        int lowest = Math.max(end - maximum, start + minimum);
        int highest = Math.min(start + maximum, end - minimum);
        int best = -1;
        for (int stop = from + 1; stop < anchor && stops.weight(stop) <= highest; stop++) {
            if (stops.weight(stop) >= lowest && (best < 0 || isBetterSingle(stop, best))) {
                best = stop;
            }
        }
        return best < 0 ? furthest(from, anchor) : best;
    }

    private boolean isBetterSingle(int stop, int best) {
        if (stops.kind(stop) != stops.kind(best)) {
            return stops.kind(stop) > stops.kind(best);
        }
        return scattered(stop) > scattered(best);
    }

    /** Another hash than the priority, which rises or falls steadily where anchors are far apart, and so favours the ends. */
    private long scattered(int stop) {
        return stops.priority(stop) * SCATTER;
    }

    /** The stop of the highest priority between the minimum and the maximum, of equals the last. */
    private int highest(int from, int anchor) {
        int start = weightAt(from);
        int best = -1;
        for (int stop = from + 1; stop < anchor && stops.weight(stop) <= start + maximum; stop++) {
            if (stops.weight(stop) >= start + minimum && (best < 0 || stops.priority(stop) >= stops.priority(best))) {
                best = stop;
            }
        }
        return best < 0 ? furthest(from, anchor) : best;
    }

    /** The last stop within the maximum, or the next one when a single character weighs more. */
    private int furthest(int from, int anchor) {
        int stop = from + 1;
        while (stop + 1 < anchor && stops.weight(stop + 1) - weightAt(from) <= maximum) {
            stop++;
        }
        return stop;
    }

    private int weightAt(int stop) {
        return stop < 0 ? 0 : stops.weight(stop);
    }
}
