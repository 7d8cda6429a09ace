package dev.freshet.ops.chaos.truth;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * What the catalog must say after the workload's commands: of each name, what the last acknowledged command made of it, or what one makes that got no answer and may come
 * later. Thread-safe.
 */
final class Commands {
    /** What a name is when it is nobody's. */
    static final String GONE = "gone";

    /** What it is when it is somebody's, and no more is told. */
    static final String THERE = "there";

    /** Longer than a command can be on its way. */
    private static final Duration LATE = Duration.ofSeconds(45);

    private final Map<String, String> acknowledged = new HashMap<>();
    private final Map<String, Map<String, Long>> doubted = new HashMap<>();

    /** A command got no answer: it may have been carried out, and may still be. */
    synchronized void mayBe(String name, String value) {
        doubted.computeIfAbsent(name, unknown -> new HashMap<>()).put(value, System.nanoTime());
    }

    /** A command was acknowledged. */
    synchronized void is(String name, String value) {
        acknowledged.put(name, value);
    }

    /** Whether a value can be right; of a name without an acknowledged command, any can. */
    synchronized List<Finding> check(String where, String name, String value) {
        Set<String> possible =
                new TreeSet<>(doubted.getOrDefault(name, Map.of()).keySet());
        String last = acknowledged.get(name);
        if (last == null || last.equals(value) || possible.contains(value)) {
            return List.of();
        }
        possible.add(last);
        return List.of(Finding.of(
                Invariant.COMMANDS,
                where + ": an acknowledged command of the catalog does not hold",
                name + " is '" + value + "', must be one of " + possible));
    }

    /** All has settled, and a name is this: what was doubted long ago has come or never will. */
    synchronized void settled(String name, String value) {
        acknowledged.put(name, value);
        long now = System.nanoTime();
        doubted.getOrDefault(name, new HashMap<>()).values().removeIf(since -> now - since > LATE.toNanos());
    }
}
