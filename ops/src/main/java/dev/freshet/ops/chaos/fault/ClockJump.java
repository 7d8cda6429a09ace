package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.Circumstance;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/**
 * A node's clock is wrong for a while.
 *
 * @param jump forward, or back if it is negative
 * @param restarted whether the node is killed and started after the jump, so that it meets its local state with that clock
 */
record ClockJump(int node, Duration jump, boolean restarted, Duration lasting) implements Fault {
    ClockJump {
        requireNonNull(jump, "jump is null");
        requireNonNull(lasting, "lasting is null");
    }

    @Override
    public FaultKind kind() {
        return FaultKind.CLOCK;
    }

    @Override
    public Set<String> holds() {
        return Set.of(Site.part(node));
    }

    @Override
    public Set<Circumstance> circumstances() {
        return restarted
                ? Set.of(Circumstance.CLOCK_JUMPED, Circumstance.NODE_RESTARTED)
                : Set.of(Circumstance.CLOCK_JUMPED);
    }

    @Override
    public Injected inject(Site site) throws IOException {
        site.node(node).jumpClock(jump);
        restart(site);
        return () -> {
            site.node(node).jumpClock(jump.negated());
            restart(site);
            return Outcome.happened("");
        };
    }

    private void restart(Site site) throws IOException {
        if (restarted) {
            site.node(node).kill();
        }
        site.startDead(node);
    }

    @Override
    public String toString() {
        return "the clock of " + Site.part(node) + " is off by " + jump + " for " + Durations.seconds(lasting)
                + (restarted ? ", restarts" : "");
    }
}
