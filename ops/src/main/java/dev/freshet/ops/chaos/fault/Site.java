package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.NodeProcess;
import dev.freshet.ops.chaos.world.World;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Set;

/**
 * Where faults take place.
 *
 * @param scratch a directory for what a fault puts aside
 * @param snapshots what the nodes' snapshots were before
 */
public record Site(World world, Path scratch, SnapshotArchive snapshots) {
    public Site {
        requireNonNull(world, "world is null");
        requireNonNull(scratch, "scratch is null");
        requireNonNull(snapshots, "snapshots is null");
    }

    NodeProcess node(int node) {
        return world.nodes().get(node);
    }

    /** Starts a node unless it runs. */
    void startDead(int node) throws IOException {
        NodeProcess process = node(node);
        if (!process.alive()) {
            process.start();
        }
    }

    /** The part that a node is. */
    static String part(int node) {
        return "node " + (node + 1);
    }

    static Set<String> parts() {
        return Set.of(part(0), part(1));
    }
}
