package dev.freshet.search;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.index.DistanceFunction;
import dev.freshet.index.TestedEngine;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.VectorKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Many lives of a store, each ended by a close or a crash at a random moment. A crash is a copy of the directory as it is while the store runs: RocksDB then falls back to what it
 * had flushed, and is behind its snapshots or ahead of them. The topic is compacted at random in between. Whenever the store answers, it answers what the topic says up to where it
 * has read.
 */
class SnapshotRestartTest {
    private static final int DIMENSIONS = 4;
    private static final int LIVES = 40;

    private final Path directory;
    private final RandomGenerator random = TestRandom.create(SnapshotRestartTest.class);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final TestCatalog catalog = new TestCatalog()
            .add(TestCatalog.index(1, DIMENSIONS, Distance.EUCLIDEAN, null, "compact"))
            .add(TestCatalog.index(2, DIMENSIONS, Distance.EUCLIDEAN, null, "hnswlib"))
            .add(TestCatalog.indexWith(TestedEngine.COMPACT_INT8_ON_DISK, 3, DIMENSIONS, Distance.EUCLIDEAN));
    private final ManualLoaders loaders = new ManualLoaders(false);
    private final LocalVectorStores stores =
            new LocalVectorStores(OpenStore.TOPIC, catalog, Images::deserializer, metrics, loaders);
    private final List<Change> topic = new ArrayList<>();
    private long end;
    private long groupOffset = -1;
    private long now = System.nanoTime();

    SnapshotRestartTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private record Change(long offset, long index, String key, Optional<RowImage> image) {}

    @Test
    void answersWhatTheTopicSaysInEveryLife() throws Exception {
        int crashes = 0;
        Path state = Files.createDirectory(directory.resolve("life-0"));
        for (int life = 1; life <= LIVES; life++) {
            OpenStore opened = new OpenStore(stores, state.toFile(), 0);
            restore(opened);
            live(opened);
            if (random.nextBoolean()) {
                commit(opened);
                opened.close();
            } else {
                crashes++;
                state = copy(state, directory.resolve("life-" + life));
                opened.close();
            }
            loaders.run();
            compact();
        }
        double fromSnapshot = loads("snapshot");
        System.out.println(
                crashes + " crashes, " + fromSnapshot + " graphs from snapshots, " + loads("store") + " built");
        assertThat(crashes).isPositive();
        assertThat(fromSnapshot).isPositive();
        assertThat(metrics.get("freshet.snapshot.failures").counter().count()).isZero();
        for (SnapshotFiles.Refusal refusal : SnapshotFiles.Refusal.values()) {
            assertThat(metrics.get("freshet.snapshot.refusals")
                            .tag("reason", refusal.name().toLowerCase(Locale.ROOT))
                            .counter()
                            .count())
                    .as("%s", refusal)
                    .isZero();
        }
    }

    private double loads(String from) {
        return metrics.get("freshet.index.loads").tag("from", from).counter().count();
    }

    /** Streams restores a task up to the group's offset, in batches, and reports it now and then. A standby may load meanwhile. */
    private void restore(OpenStore opened) throws Exception {
        long from = opened.offset();
        assertThat(from - 1).as("no further than the group").isLessThanOrEqualTo(groupOffset);
        List<KeyValue<String, Optional<RowImage>>> batch = new ArrayList<>();
        if (from > 0) {
            opened.commit();
        }
        boolean standby = random.nextInt(3) == 0;
        for (Change change : topic) {
            if (change.offset() < from || change.offset() > groupOffset) {
                continue;
            }
            batch.add(new KeyValue<>(VectorKeys.row(change.index(), change.key()), change.image()));
            if (random.nextInt(40) == 0) {
                opened.restore(batch);
                batch.clear();
                opened.at(change.offset() + 1);
                if (random.nextInt(3) == 0) {
                    opened.commit();
                }
                if (standby) {
                    tick();
                    loadSome();
                }
            }
        }
        opened.restore(batch);
        opened.at(groupOffset + 1);
        if (groupOffset >= 0) {
            opened.commit();
        }
        opened.open();
    }

    private void live(OpenStore opened) throws Exception {
        for (Change change : List.copyOf(topic)) {
            if (change.offset() > groupOffset) {
                opened.at(change.offset());
                apply(opened, change);
                if (random.nextInt(10) == 0) {
                    loadSome();
                    check(opened, change.offset());
                }
            }
        }
        if (opened.store.replaying()) {
            opened.store.replayed();
        }
        opened.at(end);
        for (int step = random.nextInt(12); step > 0; step--) {
            switch (random.nextInt(6)) {
                case 0 -> commit(opened);
                case 1 -> tick();
                case 2 -> loadSome();
                default -> {
                    for (int changes = random.nextInt(60); changes > 0; changes--) {
                        Change change = randomChange();
                        topic.add(change);
                        apply(opened, change);
                    }
                }
            }
            check(opened, end - 1);
        }
        if (random.nextBoolean()) {
            commit(opened);
            loadSome();
            tick();
            loadSome();
            check(opened, end - 1);
        }
    }

    private void commit(OpenStore opened) throws Exception {
        opened.at(end);
        if (end > 0) {
            opened.commit();
            groupOffset = end - 1;
        }
    }

    private void loadSome() {
        if (random.nextBoolean()) {
            loaders.run();
        }
    }

    // Twice: the first finds that there are changes, the second that no more came.
    private void tick() {
        for (int i = 0; i < 2; i++) {
            now += Duration.ofHours(1).toNanos();
            stores.keeper().tick(now);
        }
    }

    private Change randomChange() {
        long index = 1L + random.nextInt(3);
        String key = "row-" + random.nextInt(40);
        long offset = end;
        end += random.nextInt(4) == 0 ? 2 : 1; // transaction markers take offsets, too
        if (random.nextInt(4) == 0) {
            return new Change(offset, index, key, Optional.empty());
        }
        // A replayed dead letter has the version of the image before.
        long version = topic.stream()
                .filter(change -> change.index() == index && change.key().equals(key))
                .reduce((earlier, later) -> later)
                .flatMap(Change::image)
                .filter(image -> random.nextInt(3) == 0)
                .map(RowImage::getVersion)
                .orElse(offset);
        float[][] vectors = new float[random.nextInt(3)][];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = RandomVectors.draw(random, DIMENSIONS);
        }
        return new Change(offset, index, key, Optional.of(Images.row(index, key, version, vectors)));
    }

    private static void apply(OpenStore opened, Change change) {
        opened.at(change.offset());
        change.image().ifPresentOrElse(opened::put, () -> opened.delete(change.index(), change.key()));
    }

    /** Older records of a key go; its last one, or the tombstone, stays. What the group has not read yet is not compacted: half of it read would be a state that never was. */
    private void compact() {
        Set<String> seen = new HashSet<>();
        List<Change> kept = new ArrayList<>();
        for (int i = topic.size() - 1; i >= 0; i--) {
            Change change = topic.get(i);
            if (change.offset() > groupOffset
                    || seen.add(change.index() + "/" + change.key())
                    || random.nextInt(3) > 0) {
                kept.add(0, change);
            }
        }
        topic.clear();
        topic.addAll(kept);
    }

    private void check(OpenStore opened, long upTo) {
        for (long index = 1; index <= 3; index++) {
            float[] query = RandomVectors.draw(random, DIMENSIONS);
            Optional<PartitionAnswer> answer = opened.store.search(
                    new VectorQuery(index, query, 1_000, 1_000, random.nextBoolean(), null, false, false, null),
                    () -> false);
            if (answer.isPresent()) {
                Map<String, RowImage> rows = rows(index, upTo);
                List<String> expected = new ArrayList<>();
                rows.values()
                        .forEach(image -> image.getChunks()
                                .forEach(chunk -> expected.add(chunk.getText().toString())));
                assertThat(answer.get().hits())
                        .extracting(SearchHit::text)
                        .as("index %s up to %s", index, upTo)
                        .containsExactlyInAnyOrderElementsOf(expected);
                for (SearchHit hit : answer.get().hits()) {
                    float[] vector = StoreFormat.image(hit.row(), requireNonNull(rows.get(hit.row())), 0)
                            .chunks()
                            .get(hit.chunk())
                            .vector();
                    assertThat((float) hit.distance()).isEqualTo(DistanceFunction.EUCLIDEAN.between(query, vector));
                }
                IndexGraph graph = opened.graph(index);
                assertThat(graph.rows()).isEqualTo(rows.size());
            }
        }
    }

    private Map<String, RowImage> rows(long index, long upTo) {
        Map<String, RowImage> rows = new TreeMap<>();
        for (Change change : topic) {
            if (change.index() == index && change.offset() <= upTo) {
                change.image().ifPresentOrElse(image -> rows.put(change.key(), image), () -> rows.remove(change.key()));
            }
        }
        return rows;
    }

    // RocksDB may clear away a file meanwhile, in its own background: then again.
    private static Path copy(Path from, Path to) throws IOException {
        for (int attempt = 0; ; attempt++) {
            Path copy = to.resolveSibling(to.getFileName() + "-" + attempt);
            try {
                List<Path> before = files(from);
                copyAll(before, from, copy);
                // RocksDB may have written a file meanwhile that a list copied later speaks of.
                if (attempt == 50 || files(from).equals(before)) {
                    return copy;
                }
            } catch (NoSuchFileException e) {
                if (attempt == 50) {
                    throw e;
                }
            } catch (UncheckedIOException e) {
                if (attempt == 50 || !(e.getCause() instanceof NoSuchFileException)) {
                    throw e;
                }
            }
        }
    }

    private static List<Path> files(Path directory) throws IOException {
        try (Stream<Path> files = Files.walk(directory)) {
            return files.sorted().toList();
        }
    }

    private static void copyAll(List<Path> files, Path from, Path to) throws IOException {
        for (Path file : files) {
            Files.copy(file, to.resolve(from.relativize(file)));
        }
    }
}
