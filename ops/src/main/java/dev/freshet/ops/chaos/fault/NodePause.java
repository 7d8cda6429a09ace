package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.Circumstance;
import dev.freshet.ops.chaos.world.NodeProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** SIGSTOP for longer than the node's session lasts, then SIGCONT: a zombie that believes to own what others have taken over. */
record NodePause(int node, Duration lasting) implements Fault {
    NodePause {
        requireNonNull(lasting, "lasting is null");
    }

    @Override
    public FaultKind kind() {
        return FaultKind.PAUSE;
    }

    @Override
    public Set<String> holds() {
        return Set.of(Site.part(node));
    }

    @Override
    public Set<Circumstance> circumstances() {
        return Set.of(Circumstance.NODE_PAUSED);
    }

    @Override
    public Injected inject(Site site) throws IOException {
        NodeProcess process = site.node(node);
        if (!process.alive()) {
            return () -> {
                site.startDead(node);
                return Outcome.missed("it was not running");
            };
        }
        process.pause();
        return () -> {
            process.resume();
            return Outcome.happened("");
        };
    }

    @Override
    public String toString() {
        return "pause " + Site.part(node) + " for " + Durations.seconds(lasting);
    }
}
