package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.Circumstance;
import dev.freshet.ops.chaos.world.NodeProcess;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * The disk of a node's state is full to the last byte for a while. The node is moved to a small disk in memory for it, and moved back afterwards. When there is room again, it has to
 * become ready by itself, without being started again.
 */
record DiskFull(int node, Duration lasting) implements Fault {
    /** What the node has without the filler: RocksDB reserves megabytes for each store, beyond what it writes, and the tasks of the other node may come too while that is away. */
    private static final long ROOM_BYTES = 192L << 20;

    private static final int BLOCK_BYTES = 1 << 20;
    private static final int SMALLEST_BLOCK_BYTES = 512;
    private static final Duration READY_WITHIN = Duration.ofSeconds(90);
    private static final String FILLER = "filler";

    DiskFull {
        requireNonNull(lasting, "lasting is null");
    }

    @Override
    public FaultKind kind() {
        return FaultKind.DISK;
    }

    // Without a broker the node would not become ready on its new disk.
    @Override
    public Set<String> holds() {
        return Set.of(Site.part(node), "broker");
    }

    @Override
    public Set<Circumstance> circumstances() {
        return Set.of(Circumstance.DISK_FULL, Circumstance.NODE_RESTARTED);
    }

    @Override
    public Injected inject(Site site) throws IOException, InterruptedException {
        Optional<String> obstacle = Tmpfs.obstacle(site.scratch());
        if (obstacle.isPresent()) {
            return () -> Outcome.notRun("a small disk cannot be mounted, run as root on Linux: " + obstacle.get());
        }
        NodeProcess process = site.node(node);
        process.kill();
        Path state = process.stateDirectory();
        Files.createDirectories(state);
        Path aside = Files.createTempDirectory(site.scratch(), "disk");
        Directories.copy(state, aside);
        Tmpfs.mount(state, Directories.size(aside) + ROOM_BYTES);
        SmallDisk disk = new SmallDisk(process, state, aside);
        try {
            Directories.copy(aside, state);
            process.start();
            process.awaitReady(READY_WITHIN);
            disk.fill();
            return disk;
        } catch (IOException | RuntimeException e) {
            process.kill();
            disk.abandon();
            throw e;
        }
    }

    @Override
    public String toString() {
        return "the disk of " + Site.part(node) + " is full for " + Durations.seconds(lasting);
    }

    /** A node on a disk that is full. */
    private static final class SmallDisk implements Injected {
        private final NodeProcess process;
        private final Path state;
        private final Path aside;
        private boolean mounted = true;

        private SmallDisk(NodeProcess process, Path state, Path aside) {
            this.process = process;
            this.state = state;
            this.aside = aside;
        }

        private void fill() throws IOException {
            try (OutputStream filler = Files.newOutputStream(state.resolve(FILLER))) {
                for (int bytes = BLOCK_BYTES; bytes >= SMALLEST_BLOCK_BYTES; bytes /= 2) {
                    writeUntilFull(filler, new byte[bytes]);
                }
            }
        }

        private static void writeUntilFull(OutputStream filler, byte[] block) {
            try {
                while (true) {
                    filler.write(block);
                }
            } catch (IOException full) {
                // Which was the purpose; a smaller block may still fit.
                return;
            }
        }

        @Override
        public Outcome heal() throws IOException, InterruptedException {
            Files.delete(state.resolve(FILLER));
            Outcome outcome = recover();
            process.kill();
            Directories.empty(aside);
            Directories.copy(state, aside);
            unmount();
            Directories.empty(state);
            Directories.copy(aside, state);
            Directories.empty(aside);
            Files.delete(aside);
            process.start();
            return outcome;
        }

        private Outcome recover() {
            try {
                process.awaitReady(READY_WITHIN);
                return Outcome.happened("");
            } catch (IOException e) {
                return Outcome.notRecovered("the disk has room again, but: " + e.getMessage());
            }
        }

        private void unmount() throws IOException {
            Tmpfs.unmount(state);
            mounted = false;
        }

        @Override
        public void abandon() throws IOException {
            if (mounted) {
                unmount();
            }
        }
    }
}
