package dev.freshet.ops.chaos;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.fault.FaultKind;
import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * What to run.
 *
 * @param seed of everything that is drawn
 * @param lasting no round begins later than this after the first one. The processes' start before and the check after it come on top
 * @param faults the kinds that take part, at least one
 * @param nodeOptions more options for the JVMs of nodes, for tests
 */
public record ChaosSettings(long seed, Duration lasting, Set<FaultKind> faults, List<String> nodeOptions) {
    public ChaosSettings {
        requireNonNull(lasting, "lasting is null");
        if (lasting.isNegative() || lasting.isZero()) {
            throw new IllegalArgumentException("a run lasts " + lasting + ", must be more than nothing");
        }
        if (faults.isEmpty()) {
            throw new IllegalArgumentException("no kind of fault is to take part");
        }
        faults = Set.copyOf(EnumSet.copyOf(faults));
        nodeOptions = List.copyOf(nodeOptions);
    }
}
