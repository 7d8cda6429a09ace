package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import dev.freshet.index.SnapshotException;
import dev.freshet.index.SnapshotHeader;
import dev.freshet.index.SnapshotReader;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The snapshots of one partition's graphs: {@code graphs/<index id>.snapshot} in the task's own directory, so that they go when Streams wipes the state. A file that cannot be used
 * is refused once: logged, counted and deleted, and its graph is built from the store. One thread at a time.
 */
final class SnapshotFiles {
    private static final Logger log = LoggerFactory.getLogger(SnapshotFiles.class);
    private static final String DIRECTORY = "graphs";
    private static final String SUFFIX = ".snapshot";

    private final Path directory;
    private final SnapshotMetrics metrics;

    SnapshotFiles(Path taskDirectory, SnapshotMetrics metrics) {
        this.directory = requireNonNull(taskDirectory, "taskDirectory is null").resolve(DIRECTORY);
        this.metrics = requireNonNull(metrics, "metrics is null");
    }

    /** Why a snapshot was not used. */
    enum Refusal {
        /** Cut short, changed, not a snapshot, or of a format that this version does not read. */
        DAMAGED,
        /** Of another index, partition, model, engine or with other parameters. */
        FOREIGN,
        /** So old that deletions after it may have been forgotten. */
        OLD,
        /** More rows changed since than are worth remembering. */
        OVERTAKEN,
        /** The disk or the operating system did not give it. */
        UNREADABLE
    }

    /** Where they are, or will be: {@code graphs} in the task's directory. */
    Path directory() {
        return directory;
    }

    /** The file of an index. */
    Path file(long indexId) {
        return directory.resolve(indexId + SUFFIX);
    }

    /** The file of an index, in a directory that exists. */
    Path createFile(long indexId) throws IOException {
        Files.createDirectories(directory);
        return file(indexId);
    }

    /** The ids of all indexes that have a file here. What a killed process had not completed is deleted. */
    List<Long> indexIds() {
        List<Long> ids = new ArrayList<>();
        try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
            for (Path file : files) {
                String name = String.valueOf(file.getFileName());
                OptionalLong id = id(name);
                if (id.isPresent()) {
                    ids.add(id.getAsLong());
                } else if (name.contains(SUFFIX)) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (NoSuchFileException e) {
            return List.of();
        } catch (IOException e) {
            log.warn("cannot list {}; graphs are built from the store: {}", directory, e.toString());
        }
        return ids;
    }

    private static OptionalLong id(String name) {
        if (!name.endsWith(SUFFIX)) {
            return OptionalLong.empty();
        }
        try {
            return OptionalLong.of(Long.parseLong(name.substring(0, name.length() - SUFFIX.length())));
        } catch (NumberFormatException e) {
            return OptionalLong.empty();
        }
    }

    /**
     * The offset of an index's snapshot, by its header alone; empty if it was refused.
     *
     * @param expected what the header has to fit
     * @param oldestMs when it must have been begun at the earliest
     */
    OptionalLong offset(SnapshotHeader expected, long oldestMs) {
        Path file = file(expected.indexId());
        try (SnapshotReader snapshot = SnapshotReader.open(file)) {
            SnapshotHeader header = snapshot.header();
            if (!header.fits(expected) || header.offset() < 1) {
                refuse(expected.indexId(), Refusal.FOREIGN, "it is " + header + ", expected was " + expected);
                return OptionalLong.empty();
            }
            if (header.createdMs() < oldestMs) {
                refuse(expected.indexId(), Refusal.OLD, "it was begun at " + header.createdMs() + " ms");
                return OptionalLong.empty();
            }
            return OptionalLong.of(header.offset());
        } catch (IOException e) {
            refuse(expected.indexId(), e);
            return OptionalLong.empty();
        }
    }

    /** Refuses a snapshot that could not be read. */
    void refuse(long indexId, IOException problem) {
        refuse(
                indexId,
                problem instanceof SnapshotException ? Refusal.DAMAGED : Refusal.UNREADABLE,
                String.valueOf(problem.getMessage()));
    }

    /** Refuses a snapshot. */
    void refuse(long indexId, Refusal refusal, String why) {
        metrics.refused(refusal);
        log.warn(
                "the snapshot {} is not used ({}): {}. The graph is built from the store, and the file deleted",
                file(indexId),
                refusal,
                why);
        delete(indexId);
    }

    /** Deletes an index's snapshot, if there is one. */
    void delete(long indexId) {
        try {
            Files.deleteIfExists(file(indexId));
        } catch (IOException e) {
            log.warn("cannot delete the snapshot {}; delete it by hand: {}", file(indexId), e.toString());
        }
    }
}
