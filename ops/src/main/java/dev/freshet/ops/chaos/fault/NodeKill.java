package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.Circumstance;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * SIGKILL, and a start some time later.
 *
 * @param nodes those that are killed at the same moment: 0, 1 or both
 */
record NodeKill(Set<Integer> nodes, Duration lasting) implements Fault {
    NodeKill {
        nodes = Set.copyOf(nodes);
        requireNonNull(lasting, "lasting is null");
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("no node is to be killed");
        }
    }

    @Override
    public FaultKind kind() {
        return FaultKind.KILL;
    }

    @Override
    public Set<String> holds() {
        return nodes.stream().map(Site::part).collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public Set<Circumstance> circumstances() {
        return Set.of(Circumstance.NODE_RESTARTED);
    }

    @Override
    public Injected inject(Site site) throws IOException {
        boolean killed = false;
        for (int node : nodes) {
            if (site.node(node).alive()) {
                site.node(node).kill();
                killed = true;
            }
        }
        Outcome outcome = killed ? Outcome.happened("") : Outcome.missed("it was not running");
        return () -> {
            for (int node : nodes) {
                site.startDead(node);
            }
            return outcome;
        };
    }

    @Override
    public String toString() {
        return "kill " + String.join(" and ", new TreeSet<>(holds())) + ", start after " + Durations.seconds(lasting);
    }
}
