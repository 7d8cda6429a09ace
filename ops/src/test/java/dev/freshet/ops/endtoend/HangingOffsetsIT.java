package dev.freshet.ops.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A broker that was killed amid a commit, as chaos has left one: the transaction is complete to its coordinator, and the marker behind the offsets that it committed is missing. Here the marker is cut off
 * while nothing runs.
 */
@Timeout(600)
class HangingOffsetsIT {
    private static final String DATASET = "notes";
    private static final String INDEX = "notes_v1";
    // Of a batch of records in a log: where what is needed here lies, and what its attributes say.
    private static final int LENGTH_AT = 8;
    private static final int LENGTH_ENDS = 12;
    private static final int ATTRIBUTES_AT = 21;
    private static final int HEADER = 23;
    private static final int CONTROL = 0x20;

    private final Path directory;
    private final Random random = Seeds.random("HangingOffsetsIT");
    private final Texts texts = new Texts(random);
    private final Map<String, Row> rows = new TreeMap<>();

    HangingOffsetsIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void shouldGoOnAfterATransactionThatNobodyEnds() throws Exception {
        try (UpProcess up = UpProcess.start(directory)) {
            User user = new User(up.uri());
            user.createDataset(DATASET);
            write(user, 20);
            Contents.checkEventually(user, INDEX, rows.values());
            // Stopped in good order, a broker would trust what it finds, and not look into logs that are shorter now.
            ProcessHandle broker = up.running().broker();
            broker.destroyForcibly();
            up.kill();
            broker.onExit().get(60, TimeUnit.SECONDS);

            assertThat(cutOffLastMarkers()).as("partitions with a marker").isPositive();

            up.startAgain();
            write(user, 20);
            Contents.checkEventually(user, INDEX, rows.values());
            assertThat(user.metric("freshet_hanging_transactions_aborted_total"))
                    .isPositive();
        }
    }

    private void write(User user, int count) {
        for (int i = 0; i < count; i++) {
            Row row = new Row("row-" + random.nextInt(30), texts.sentence(), "new");
            rows.put(row.id(), row);
        }
        // Nobody waits here for what may have to wait for the transaction.
        user.ingest(DATASET, rows.values(), false);
    }

    /** Ends the log of each partition of offsets before its last marker; what came after it were other groups' offsets and the members of groups. */
    private int cutOffLastMarkers() throws IOException {
        int cut = 0;
        try (Stream<Path> files = Files.walk(directory.resolve("home"))) {
            List<Path> logs = files.filter(file -> file.getParent() != null
                            && file.getParent().getFileName().toString().startsWith("__consumer_offsets-"))
                    .filter(file -> file.toString().endsWith(".log"))
                    .toList();
            for (Path log : logs) {
                long marker = lastMarker(log);
                if (marker >= 0) {
                    try (FileChannel channel = FileChannel.open(log, StandardOpenOption.WRITE)) {
                        channel.truncate(marker);
                    }
                    deleteDerived(requireNonNull(log.getParent()));
                    cut++;
                }
            }
        }
        return cut;
    }

    private static void deleteDerived(Path partition) throws IOException {
        try (Stream<Path> files = Files.list(partition)) {
            for (Path file : files.filter(file -> file.toString().endsWith(".snapshot")
                            || file.toString().endsWith("index"))
                    .toList()) {
                Files.delete(file);
            }
        }
    }

    private static long lastMarker(Path log) throws IOException {
        ByteBuffer batches = ByteBuffer.wrap(Files.readAllBytes(log));
        int last = -1;
        for (int at = 0; at + HEADER <= batches.limit(); at += LENGTH_ENDS + batches.getInt(at + LENGTH_AT)) {
            if ((batches.getShort(at + ATTRIBUTES_AT) & CONTROL) != 0) {
                last = at;
            }
        }
        return last;
    }
}
