package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.server.SnapshotFiles;
import dev.freshet.ops.chaos.world.NodeProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;

/** What the nodes' snapshots were some time ago, for faults that put them back. For one thread. */
public final class SnapshotArchive {
    private static final int ATTEMPTS = 3;

    private final Path directory;

    /** An empty one, in a directory of its own. */
    public SnapshotArchive(Path directory) {
        this.directory = requireNonNull(directory, "directory is null");
    }

    /** Keeps the snapshots that a node has now in place of those from before. It may be writing: a snapshot takes its place in one step. */
    public void keep(NodeProcess node) throws IOException {
        Path state = node.stateDirectory();
        for (int attempt = 1; Files.exists(state); attempt++) {
            try {
                for (Path file : SnapshotFiles.under(state).files()) {
                    Path kept = place(node, file);
                    Files.createDirectories(requireNonNull(kept.getParent(), "a file without directory"));
                    Files.copy(file, kept, StandardCopyOption.REPLACE_EXISTING);
                }
                return;
            } catch (NoSuchFileException e) {
                // The node deleted something while it was looked at.
                if (attempt == ATTEMPTS) {
                    return;
                }
            }
        }
    }

    /** The older state of a snapshot, if there is one. */
    Optional<Path> find(NodeProcess node, Path snapshot) {
        Path kept = place(node, snapshot);
        return Files.exists(kept) ? Optional.of(kept) : Optional.empty();
    }

    private Path place(NodeProcess node, Path snapshot) {
        return directory.resolve(node.name()).resolve(node.stateDirectory().relativize(snapshot));
    }
}
