package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.server.SnapshotFiles;
import dev.freshet.ops.chaos.world.Circumstance;
import dev.freshet.ops.chaos.world.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.Set;

/**
 * A node ends, its snapshots are damaged, and it is started.
 *
 * @param orderly it is stopped and not killed. After a kill Kafka Streams fills its stores again from the changelogs, and so all rows of a graph are compared with them; after a stop a graph is what its
 *     snapshot says
 * @param seed of which snapshots, and where in them
 */
record SnapshotDamage(int node, boolean orderly, Damage damage, long seed, Duration lasting) implements Fault {
    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(12);
    private static final long POLL_MS = 100;

    SnapshotDamage {
        requireNonNull(damage, "damage is null");
        requireNonNull(lasting, "lasting is null");
    }

    @Override
    public FaultKind kind() {
        return FaultKind.SNAPSHOT;
    }

    @Override
    public Set<String> holds() {
        return Set.of(Site.part(node));
    }

    @Override
    public Set<Circumstance> circumstances() {
        return Set.of(Circumstance.SNAPSHOT_DAMAGED, Circumstance.NODE_RESTARTED);
    }

    /** Snapshots are written when nothing was for some seconds. */
    @Override
    public boolean quiet() {
        return true;
    }

    @Override
    public Injected inject(Site site) throws IOException, InterruptedException {
        NodeProcess process = site.node(node);
        awaitSomethingToDamage(process);
        if (orderly) {
            process.stop();
        } else {
            process.kill();
        }
        int damaged = damage(site, process);
        process.start();
        return () -> {
            site.startDead(node);
            return damaged == 0
                    ? Outcome.missed("there was no snapshot to do this to")
                    : Outcome.happened(damaged + " snapshots");
        };
    }

    /** Gives a node that has no snapshots the time to write some. One that is to stop in good order also gets the time to have begun: before that its stores are not such that it would keep them. */
    private void awaitSomethingToDamage(NodeProcess process) throws IOException, InterruptedException {
        long deadline = System.nanoTime() + WRITTEN_WITHIN.toNanos();
        while ((snapshots(process).isEmpty() || (orderly && !process.isReady())) && System.nanoTime() - deadline < 0) {
            Thread.sleep(POLL_MS);
        }
    }

    private static List<Path> snapshots(NodeProcess process) throws IOException {
        Path state = process.stateDirectory();
        try {
            return Files.exists(state)
                    ? SnapshotFiles.under(state).files().stream().sorted().toList()
                    : List.of();
        } catch (NoSuchFileException e) {
            // The node deleted something while it was looked at.
            return List.of();
        }
    }

    private int damage(Site site, NodeProcess process) throws IOException {
        List<Path> files = snapshots(process);
        Random random = new Random(seed);
        int damaged = 0;
        for (Path file : files) {
            // Some stay whole, so that a node has both; the last one if no other was taken.
            boolean last = file.equals(files.get(files.size() - 1));
            if (random.nextBoolean() || (last && damaged == 0)) {
                List<Path> others =
                        files.stream().filter(other -> !other.equals(file)).toList();
                damaged += damage.apply(file, others, site.snapshots().find(process, file), random) ? 1 : 0;
            }
        }
        return damaged;
    }

    @Override
    public String toString() {
        return "snapshots of " + Site.part(node) + ": " + damage + ", after a " + (orderly ? "stop" : "kill");
    }
}
