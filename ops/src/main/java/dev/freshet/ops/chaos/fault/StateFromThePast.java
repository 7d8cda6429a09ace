package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.Circumstance;
import dev.freshet.ops.chaos.world.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;

/** A copy is made of a node's local state, the node goes on from there, and later it gets that copy back, as from a backup. */
record StateFromThePast(int node, Duration lasting) implements Fault {
    StateFromThePast {
        requireNonNull(lasting, "lasting is null");
    }

    @Override
    public FaultKind kind() {
        return FaultKind.PAST;
    }

    @Override
    public Set<String> holds() {
        return Set.of(Site.part(node));
    }

    @Override
    public Set<Circumstance> circumstances() {
        return Set.of(Circumstance.OLD_STATE, Circumstance.NODE_RESTARTED);
    }

    @Override
    public Injected inject(Site site) throws IOException {
        NodeProcess process = site.node(node);
        process.kill();
        Path state = process.stateDirectory();
        Path copy = Files.createTempDirectory(site.scratch(), "past");
        if (Files.exists(state)) {
            Directories.copy(state, copy);
        }
        process.start();
        return () -> {
            process.kill();
            Files.createDirectories(state);
            Directories.empty(state);
            Directories.copy(copy, state);
            process.start();
            Directories.empty(copy);
            Files.delete(copy);
            return Outcome.happened("");
        };
    }

    @Override
    public String toString() {
        return Site.part(node) + " gets back the state that it had " + Durations.seconds(lasting) + " before";
    }
}
