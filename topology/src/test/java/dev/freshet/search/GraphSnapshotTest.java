package dev.freshet.search;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestRandom;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.index.DamagedFiles;
import dev.freshet.index.SnapshotException;
import dev.freshet.index.SnapshotReader;
import dev.freshet.index.SnapshotWriter;
import dev.freshet.index.TestedEngine;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.Failure;
import dev.freshet.schemas.avro.RowImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Snapshots of graphs: what goes in comes out, also while the graph changes, and what is damaged does not come out at all. */
@ParameterizedClass
@EnumSource(
        mode = EnumSource.Mode.EXCLUDE,
        names = {"HNSWLIB", "COMPACT_INT8"})
class GraphSnapshotTest {
    private static final int DIMENSIONS = 6;

    private final IndexDefinition index;
    private final RandomGenerator random = TestRandom.create(GraphSnapshotTest.class);
    private final Path directory;
    private final Path file;
    private final Map<String, StoredImage> oracle = new TreeMap<>();
    private long version;

    GraphSnapshotTest(TestedEngine engine, @TempDir Path directory) {
        this.index = TestCatalog.indexWith(engine, 1, DIMENSIONS, Distance.EUCLIDEAN);
        this.directory = directory;
        this.file = directory.resolve("1.snapshot");
    }

    @Test
    void whatGoesInComesOutThroughManyGenerations() throws IOException {
        IndexGraph graph = new IndexGraph(index, directory);
        for (int generation = 0; generation < 8; generation++) {
            for (int change = random.nextInt(300); change > 0; change--) {
                change(graph, 120);
            }
            write(graph, () -> false);
            graph = read();
            assertThat(graph.changes()).isZero();
            assertHolds(graph);
        }
        assertThat(graph.slots()).as("slots are used again").isLessThan(1_500);
    }

    @Test
    void rowsWithoutMetadataOrChunksOrWithManySurvive() throws IOException {
        IndexGraph graph = new IndexGraph(index, directory);
        put(graph, StoreFormat.image("", Images.row(1, "", 1, new float[DIMENSIONS]), 0));
        put(graph, StoreFormat.image("failed", Images.row(1, "failed", 2, new Failure("x", "y")), 7));
        RowImage large = Images.row(1, "large", 4, new float[DIMENSIONS]);
        large.setMetadata("{\"text\":\"" + "x".repeat(MetadataFields.BYTES_IN_MEMORY_MAX) + "\"}");
        put(graph, StoreFormat.image("large", large, 0));
        RowImage bare = Images.row(1, "bare", 3, new float[DIMENSIONS]);
        bare.setMetadata("");
        put(graph, StoreFormat.image("bare", bare, 0));
        write(graph, () -> false);
        IndexGraph read = read();
        assertHolds(read);
        assertThat(requireNonNull(read.row("failed")).failed()).isTrue();
    }

    @Test
    void anEmptyGraphIsAGraph() throws IOException {
        write(new IndexGraph(index, directory), () -> false);
        assertHolds(read());
    }

    /** The graph changes between the blocks of the file; what is read is fuzzy, and exact again when the changes since its begin are repeated. */
    @Test
    void changesWhileItIsWrittenMayBeInItAndRepeatingThemCompletesIt() throws IOException {
        IndexGraph graph = new IndexGraph(index, directory);
        int keys = 9_000;
        for (int change = 0; change < 12_000; change++) {
            change(graph, keys);
        }
        for (int round = 0; round < 4; round++) {
            Map<String, Set<Long>> states = new LinkedHashMap<>();
            oracle.forEach((key, image) ->
                    states.put(key, new HashSet<>(Set.of(image.row().version()))));
            Set<String> deleted = new HashSet<>();
            List<String> changed = new ArrayList<>();
            IndexGraph changing = graph;
            write(graph, () -> {
                for (int change = random.nextInt(150); change > 0; change--) {
                    String key = change(changing, keys);
                    changed.add(key);
                    StoredImage image = oracle.get(key);
                    if (image == null) {
                        deleted.add(key);
                    } else {
                        states.computeIfAbsent(key, row -> {
                                    deleted.add(key);
                                    return new HashSet<>();
                                })
                                .add(image.row().version());
                    }
                }
                return false;
            });
            assertThat(changed).as("changes among the blocks").hasSizeGreaterThan(20);
            IndexGraph read = read();
            for (String key : states.keySet()) {
                GraphRow row = read.row(key);
                if (row == null) {
                    assertThat(deleted).as("%s is missing", key).contains(key);
                } else {
                    assertThat(row.version()).isIn(requireNonNull(states.get(key)));
                }
            }
            for (String key : changed) {
                IndexPartition.apply(read, key, Optional.ofNullable(oracle.get(key)));
            }
            assertHolds(read);
            assertHolds(graph);
            graph = random.nextBoolean() ? read : graph;
        }
    }

    @Test
    void aDamagedSnapshotIsNeverAGraph() throws IOException {
        IndexGraph graph = new IndexGraph(index, directory);
        for (int change = 0; change < 200; change++) {
            change(graph, 60);
        }
        write(graph, () -> false);
        byte[] good = Files.readAllBytes(file);
        assertHolds(read());
        List<DamagedFiles.Damage> damages = DamagedFiles.all(good, random, 40);
        for (DamagedFiles.Damage damage : damages) {
            DamagedFiles.write(file, damage);
            assertThatThrownBy(this::read).as(damage.what()).isInstanceOf(SnapshotException.class);
        }
        System.out.println(damages.size() + " damages in " + DamagedFiles.sections(good));
    }

    private String change(IndexGraph graph, int keys) {
        String key = "row-" + random.nextInt(keys);
        if (random.nextInt(4) == 0) {
            oracle.remove(key);
            graph.remove(key);
        } else {
            float[][] vectors = new float[random.nextInt(4)][];
            StoredImage old = oracle.get(key);
            for (int i = 0; i < vectors.length; i++) {
                vectors[i] = old != null && !old.chunks().isEmpty() && random.nextBoolean()
                        ? old.chunks().get(0).vector()
                        : RandomVectors.draw(random, DIMENSIONS);
            }
            put(graph, StoreFormat.image(key, Images.row(1, key, ++version, vectors), random.nextInt(3)));
        }
        return key;
    }

    private void put(IndexGraph graph, StoredImage image) {
        oracle.put(image.rowKey(), image);
        graph.put(image);
    }

    @Test
    void aDiskWithoutRoomIsNotTheSnapshotsFault() throws IOException {
        IndexGraph graph = new IndexGraph(index, directory);
        for (int change = 0; change < 50; change++) {
            change(graph, 20);
        }
        write(graph, () -> false);
        Path noDirectory = Files.createFile(directory.resolve("no-directory"));
        try (SnapshotReader snapshot = SnapshotReader.open(file)) {
            if (index.vectorsOnDisk()) {
                assertThatThrownBy(() -> IndexGraph.read(index, noDirectory, snapshot))
                        .isInstanceOf(UncheckedIOException.class)
                        .hasMessageContaining("cannot keep vectors on disk");
            } else {
                assertThat(IndexGraph.read(index, noDirectory, snapshot).rows()).isEqualTo(graph.rows());
            }
        }
    }

    private void write(IndexGraph graph, BooleanSupplier amongBlocks) throws IOException {
        try (SnapshotWriter snapshot =
                SnapshotWriter.create(file, IndexPartition.header(index, 0, 5, 6), amongBlocks)) {
            graph.write(snapshot);
            snapshot.commit();
        }
    }

    private IndexGraph read() throws IOException {
        try (SnapshotReader snapshot = SnapshotReader.open(file)) {
            return IndexGraph.read(index, directory, snapshot);
        }
    }

    private void assertHolds(IndexGraph graph) {
        assertThat(graph.rows()).isEqualTo(oracle.size());
        int chunks = 0;
        for (StoredImage image : oracle.values()) {
            GraphRow row = requireNonNull(graph.row(image.rowKey()), image.rowKey());
            assertThat(row.version()).isEqualTo(image.row().version());
            assertThat(row.revision()).isEqualTo(image.row().revision());
            assertThat(row.ordinals()).isEqualTo(image.row().ordinals());
            assertThat(row.metadata())
                    .isEqualTo(MetadataFields.forMemory(image.row().metadata()));
            chunks += image.chunks().size();
        }
        assertThat(graph.vectors()).isEqualTo(chunks);
        assertThat(graph.statistics().vectors()).isEqualTo(chunks);
        for (int search = 0; search < 3; search++) {
            float[] query = RandomVectors.draw(random, DIMENSIONS);
            List<Candidate> expected = new ArrayList<>();
            oracle.values().forEach(image -> expected.addAll(graph.score(query, image)));
            expected.sort(null);
            int k = Math.min(20, chunks);
            assertThat(graph.search(query, k, 200, true, false, null, () -> false)
                            .subList(0, k))
                    .isEqualTo(expected.subList(0, k));
            List<Candidate> walked =
                    new ArrayList<>(graph.search(query, chunks + 1, chunks + 1, false, false, null, () -> false));
            walked.sort(null);
            assertThat(walked).as("by walking the graph").isEqualTo(expected);
        }
    }
}
