package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;

/**
 * The rows of which it is known what searches must find: their last write was waited for, and nothing has been written since. Thread-safe.
 *
 * <p>A write that got no answer may still be on its way, in a process that is stopped or in a producer that tries again; its row is doubted until all has settled, and for
 * {@link #LATE} at least.
 */
final class KnownRows {
    /** A producer gives up after 30 s. */
    private static final Duration LATE = Duration.ofSeconds(45);

    private final Map<Name, Known> known = new HashMap<>();
    private final List<Name> order = new ArrayList<>();
    private final Map<Name, Long> doubted = new HashMap<>();
    /** What rows had when they were known last. */
    private final Map<Name, Map<String, List<Chunk>>> before = new HashMap<>();

    /** A row's name. */
    record Name(String dataset, String key) {}

    /**
     * What is known of a row.
     *
     * @param offset of its last change, or a later one, in its partition of the rows topic
     * @param chunks by index; of a row that was deleted, those that it had
     */
    record Known(Name name, int partition, long offset, boolean deleted, Map<String, List<Chunk>> chunks) {
        Known {
            requireNonNull(name, "name is null");
            chunks = Map.copyOf(chunks);
        }

        /** One of its chunks in an index; empty if it has none there. */
        Optional<Chunk> chunk(String index, Random random) {
            List<Chunk> all = chunks.getOrDefault(index, List.of());
            return all.isEmpty() ? Optional.empty() : Optional.of(all.get(random.nextInt(all.size())));
        }
    }

    /** A row is about to be written. */
    synchronized void changes(Name name) {
        known.remove(name);
    }

    /** A write of a row may still come, whatever is written until then. */
    synchronized void doubt(Name name) {
        known.remove(name);
        doubted.put(name, System.nanoTime());
    }

    synchronized boolean doubts(Name name) {
        return doubted.containsKey(name);
    }

    /** A row was written, and waited for. Passed over if the row is doubted. */
    synchronized void is(Known row) {
        if (!doubted.containsKey(row.name())) {
            before.put(row.name(), row.chunks());
            if (known.put(row.name(), row) == null) {
                order.add(row.name());
            }
        }
    }

    /** The chunks that a row had when it was known last, by index; of one that never was, none. */
    synchronized Map<String, List<Chunk>> before(Name name) {
        return before.getOrDefault(name, Map.of());
    }

    /** One of them. */
    synchronized Optional<Known> any(Random random) {
        while (!order.isEmpty()) {
            int at = random.nextInt(order.size());
            Known row = known.get(order.get(at));
            if (row != null) {
                return Optional.of(row);
            }
            order.set(at, order.get(order.size() - 1));
            order.remove(order.size() - 1);
        }
        return Optional.empty();
    }

    /** Whether this is still what is known, so that an answer in between must have had it. */
    synchronized boolean still(Known row) {
        return row.equals(known.get(row.name()));
    }

    /** Nothing is on its way any more, but what was written lately without an answer. */
    synchronized void settled() {
        long now = System.nanoTime();
        doubted.values().removeIf(since -> now - since > LATE.toNanos());
    }
}
