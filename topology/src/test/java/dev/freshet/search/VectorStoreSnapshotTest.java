package dev.freshet.search;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.ModelReference;
import dev.freshet.index.DamagedFiles;
import dev.freshet.index.TestedEngine;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.VectorKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.apache.kafka.streams.KeyValue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VectorStoreSnapshotTest {
    private static final int DIMENSIONS = 4;
    private static final int ROWS = 30;

    private final Path directory;
    private final RandomGenerator random = TestRandom.create(VectorStoreSnapshotTest.class);
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final TestCatalog catalog = new TestCatalog().add(index("a"));
    private final ManualLoaders loaders = new ManualLoaders(true);
    private final LocalVectorStores stores = stores(Clock.systemUTC());

    VectorStoreSnapshotTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private static IndexDefinition index(String fingerprint) {
        return index(fingerprint, "none");
    }

    private static IndexDefinition index(String fingerprint, String quantization) {
        return TestCatalog.index(
                1,
                DIMENSIONS,
                Distance.EUCLIDEAN,
                new ModelReference("model", "1", DIMENSIONS, 100, fingerprint),
                "compact",
                quantization,
                false);
    }

    private LocalVectorStores stores(Clock clock) {
        return new LocalVectorStores(
                OpenStore.TOPIC, catalog, Images::deserializer, metrics, loaders, 1, clock, Duration.ZERO);
    }

    private OpenStore store() {
        return new OpenStore(stores, directory.toFile(), 0);
    }

    private Path file() {
        return directory.resolve("graphs").resolve("1.snapshot");
    }

    private double loads(String from) {
        return metrics.get("freshet.index.loads").tag("from", from).counter().count();
    }

    private double refusals(SnapshotFiles.Refusal reason) {
        return metrics.get("freshet.snapshot.refusals")
                .tag("reason", reason.name().toLowerCase(Locale.ROOT))
                .counter()
                .count();
    }

    private double unsaved() {
        return metrics.get("freshet.index.unsaved.vectors").gauge().value();
    }

    private void fill(OpenStore opened) {
        for (int row = 0; row < ROWS; row++) {
            opened.put(image("row-" + row, opened.offset()));
        }
    }

    private RowImage image(String key, long version) {
        return Images.row(1, key, version, RandomVectors.draw(random, DIMENSIONS));
    }

    /** A store that was filled, committed and closed, and so left a snapshot. */
    private void leaveSnapshot() throws Exception {
        try (OpenStore opened = store().open()) {
            fill(opened);
            opened.commit();
        }
        assertThat(file()).exists();
    }

    private static List<String> found(OpenStore opened) {
        return opened
                .store
                .search(
                        new VectorQuery(1, new float[DIMENSIONS], 100, 100, false, null, false, false, null),
                        () -> false)
                .orElseThrow()
                .hits()
                .stream()
                .map(SearchHit::row)
                .toList();
    }

    @Test
    void aGraphThatCannotBeLoadedIsTriedAgain() throws Exception {
        catalog.add(TestCatalog.indexWith(TestedEngine.COMPACT_INT8_ON_DISK, 2, DIMENSIONS, Distance.EUCLIDEAN));
        try (OpenStore opened = store().open()) {
            opened.put(Images.row(2, "row", opened.offset(), RandomVectors.draw(random, DIMENSIONS)));
            opened.commit();
        }
        Path graphs = requireNonNull(file().getParent());
        Files.move(graphs, directory.resolve("away"));
        Files.createFile(graphs);
        try (OpenStore opened = store().open()) {
            assertThat(opened.index(2).serving()).isNull();
            opened.tick(stores);
            assertThat(opened.index(2).serving()).isNull();
            Files.delete(graphs);
            opened.tick(stores);
            assertThat(opened.graph(2).rows()).isEqualTo(1);
        }
    }

    @Test
    void aGraphComesBackFromItsSnapshotAndNothingIsBuilt() throws Exception {
        leaveSnapshot();
        assertThat(loads("store")).as("the first time").isEqualTo(1);
        try (OpenStore opened = store().open()) {
            assertThat(loads("snapshot")).isEqualTo(1);
            assertThat(loads("store")).isEqualTo(1);
            assertThat(found(opened)).hasSize(ROWS);
            assertThat(unsaved()).isZero();
            opened.delete(1, "row-3");
            assertThat(unsaved()).isEqualTo(1);
            assertThat(found(opened)).hasSize(ROWS - 1).doesNotContain("row-3");
        }
    }

    @Test
    void aDamagedSnapshotIsRefusedDeletedAndBuiltAgain() throws Exception {
        leaveSnapshot();
        byte[] good = Files.readAllBytes(file());
        List<DamagedFiles.Damage> damages = DamagedFiles.all(good, random, 2);
        for (int i = 0; i < 15; i++) {
            DamagedFiles.Damage damage = damages.get(random.nextInt(damages.size()));
            double refused = refusals(SnapshotFiles.Refusal.DAMAGED);
            double built = loads("store");
            DamagedFiles.write(file(), damage);
            try (OpenStore opened = store().open()) {
                assertThat(refusals(SnapshotFiles.Refusal.DAMAGED))
                        .as(damage.what())
                        .isEqualTo(refused + 1);
                assertThat(loads("store")).isEqualTo(built + 1);
                assertThat(found(opened)).hasSize(ROWS);
                assertThat(file()).doesNotExist();
                opened.tick(stores);
                assertThat(file()).as("written again").exists();
            }
        }
    }

    @Test
    void aForeignSnapshotIsRefused() throws Exception {
        leaveSnapshot();
        byte[] good = Files.readAllBytes(file());
        catalog.drop(1);
        catalog.add(index("b"));
        try (OpenStore opened = store().open()) {
            assertThat(refusals(SnapshotFiles.Refusal.FOREIGN)).isEqualTo(1);
            assertThat(file()).doesNotExist();
            assertThat(found(opened)).hasSize(ROWS);
        }
        Files.write(directory.resolve("graphs").resolve("2.snapshot"), good);
        catalog.add(TestCatalog.indexWith(TestedEngine.COMPACT_INT8, 2, DIMENSIONS, Distance.EUCLIDEAN));
        try (OpenStore opened = store().open()) {
            assertThat(refusals(SnapshotFiles.Refusal.FOREIGN)).isEqualTo(2);
            assertThat(opened.graph(2).rows()).isZero();
        }
    }

    @Test
    void aSnapshotOfAnotherQuantizationIsForeign() throws Exception {
        leaveSnapshot();
        catalog.drop(1);
        catalog.add(index("a", "int8"));
        try (OpenStore opened = store().open()) {
            assertThat(refusals(SnapshotFiles.Refusal.FOREIGN)).isEqualTo(1);
            assertThat(found(opened)).hasSize(ROWS);
        }
    }

    @Test
    void anOldSnapshotIsRefusedBecauseDeletionsMayBeForgotten() throws Exception {
        leaveSnapshot();
        Instant later = Instant.now().plus(StateStamp.AGE_MAX).plusSeconds(60);
        LocalVectorStores laterStores = stores(Clock.fixed(later, ZoneOffset.UTC));
        try (OpenStore opened = new OpenStore(laterStores, directory.toFile(), 0).open()) {
            assertThat(refusals(SnapshotFiles.Refusal.OLD)).isEqualTo(1);
            assertThat(found(opened)).hasSize(ROWS);
        }
    }

    @Test
    void replayBeginsWhereTheSnapshotEnds() throws Exception {
        leaveSnapshot();
        byte[] early = Files.readAllBytes(file());
        try (OpenStore opened = store().open()) {
            opened.delete(1, "row-1");
            opened.put(image("row-2", opened.offset()));
            opened.commit();
        }
        Files.write(file(), early);
        try (OpenStore opened = store()) {
            assertThat(opened.offset()).as("RocksDB is two further").isEqualTo(ROWS);
            opened.restore(List.of(
                    new KeyValue<>(VectorKeys.row(1, "row-1"), Optional.empty()),
                    new KeyValue<>(
                            VectorKeys.row(1, "row-2"),
                            Optional.of(Images.row(
                                    1,
                                    "row-2",
                                    ROWS + 1,
                                    opened.store
                                            .image(1, "row-2")
                                            .orElseThrow()
                                            .chunks()
                                            .get(0)
                                            .vector())))));
            opened.commit();
            opened.open();
            assertThat(loads("snapshot")).isEqualTo(2);
            assertThat(opened.store.replaying()).isFalse();
            assertThat(found(opened)).hasSize(ROWS - 1).doesNotContain("row-1");
        }
    }

    @Test
    void aStoreThatIsOnlyLookedIntoLoadsAndWritesNothing() throws Exception {
        leaveSnapshot();
        byte[] before = Files.readAllBytes(file());
        double loaded = loads("snapshot") + loads("store");
        try (OpenStore opened = store()) {
            opened.commit();
            stores.keeper().tick(System.nanoTime());
        }
        assertThat(loads("snapshot") + loads("store")).isEqualTo(loaded);
        assertThat(file()).hasBinaryContent(before);
    }

    @Test
    void aStandbyIsWarmAndTakesOverWithoutLoading() throws Exception {
        leaveSnapshot();
        try (OpenStore opened = store()) {
            opened.commit();
            opened.tick(stores);
            double loaded = loads("snapshot") + loads("store");
            assertThat(opened.graph(1).rows()).isEqualTo(ROWS);
            assertThat(stores.answering()).isEmpty();
            List<KeyValue<String, Optional<RowImage>>> batch = new ArrayList<>();
            batch.add(new KeyValue<>(VectorKeys.row(1, "new"), Optional.of(image("new", opened.offset()))));
            batch.add(new KeyValue<>(VectorKeys.row(1, "row-0"), Optional.empty()));
            opened.restore(batch);
            opened.commit();
            assertThat(unsaved()).as("standbys write snapshots, too").isEqualTo(2);
            opened.tick(stores);
            assertThat(unsaved()).isZero();
            IndexGraph warm = opened.graph(1);
            opened.open();
            assertThat(found(opened)).hasSize(ROWS).contains("new").doesNotContain("row-0");
            assertThat(opened.graph(1)).isSameAs(warm);
            assertThat(loads("snapshot") + loads("store")).isEqualTo(loaded);
        }
    }

    @Test
    void aFloodOfRestoredRecordsIsNotMetWithALoad() throws Exception {
        try (OpenStore opened = store()) {
            List<KeyValue<String, Optional<RowImage>>> batch = new ArrayList<>();
            for (int row = 0; row < 1_500; row++) {
                batch.add(new KeyValue<>(VectorKeys.row(1, "row-" + row), Optional.of(image("row-" + row, row))));
            }
            opened.restore(batch);
            stores.keeper().tick(System.nanoTime() + Duration.ofSeconds(5).toNanos());
            assertThat(opened.store.index(1)).isNull();
            stores.keeper().tick(System.nanoTime() + Duration.ofSeconds(6).toNanos());
            assertThat(opened.graph(1).rows()).isEqualTo(1_500);
        }
    }

    @Test
    void aSnapshotThatTheGroupHasNotCaughtUpWithDoesNotTakeItsPlace() throws Exception {
        leaveSnapshot();
        byte[] before = Files.readAllBytes(file());
        try (OpenStore opened = store().open()) {
            opened.at(ROWS).put(image("uncommitted", ROWS));
            opened.tick(stores);
            assertThat(file()).hasBinaryContent(before);
            assertThat(unsaved()).isEqualTo(1);
        }
        assertThat(file()).hasBinaryContent(before);
    }

    @Test
    void aDroppedIndexTakesItsSnapshotWithIt() throws Exception {
        leaveSnapshot();
        try (OpenStore opened = store().open()) {
            catalog.drop(1);
            assertThat(opened.store.index(1)).isNull();
            assertThat(file()).doesNotExist();
        }
        assertThat(file()).doesNotExist();
    }

    @Test
    void aSnapshotOfAnIndexThatWasDroppedMeanwhileIsClearedAway() throws Exception {
        leaveSnapshot();
        catalog.drop(1);
        try (OpenStore opened = store().open()) {
            assertThat(file()).as("the catalog may lag").exists();
            opened.tick(stores);
            assertThat(file()).doesNotExist();
        }
    }

    @Test
    void anIndexThatTheCatalogLearnsOfLateIsBuiltFromTheStore() throws Exception {
        leaveSnapshot();
        catalog.forget();
        try (OpenStore opened = store().open()) {
            opened.delete(1, "row-5");
            catalog.add(index("a"));
            assertThat(found(opened)).hasSize(ROWS - 1).doesNotContain("row-5");
            assertThat(loads("snapshot")).isZero();
        }
    }

    @Test
    void aDiskThatTakesNoSnapshotStopsNothing() throws Exception {
        Files.writeString(directory.resolve("graphs"), "not a directory");
        try (OpenStore opened = store().open()) {
            fill(opened);
            opened.commit();
            opened.tick(stores);
            assertThat(metrics.get("freshet.snapshot.failures").counter().count())
                    .isPositive();
            assertThat(found(opened)).hasSize(ROWS);
            assertThat(unsaved()).isEqualTo(ROWS);
            Files.delete(directory.resolve("graphs"));
            opened.tick(stores);
            assertThat(unsaved()).isZero();
        }
        assertThat(file()).exists();
    }

    @Test
    void whatAKilledProcessLeftHalfWrittenIsClearedAway() throws Exception {
        leaveSnapshot();
        Path half = file().resolveSibling("1.snapshot.tmp");
        Files.writeString(half, "FRESH");
        try (OpenStore opened = store().open()) {
            assertThat(found(opened)).hasSize(ROWS);
            assertThat(half).doesNotExist();
        }
    }

    @Test
    void aSnapshotThatFarTooManyChangesHaveOvertakenIsGivenUp() throws Exception {
        leaveSnapshot();
        try (OpenStore opened = store()) {
            List<KeyValue<String, Optional<RowImage>>> batch = new ArrayList<>();
            for (int row = 0; row <= IndexPartition.WAITING_ROWS_MAX; row++) {
                batch.add(new KeyValue<>(VectorKeys.row(1, "gone-" + row), Optional.empty()));
            }
            opened.restore(batch);
            opened.commit();
            opened.open();
            assertThat(refusals(SnapshotFiles.Refusal.OVERTAKEN)).isEqualTo(1);
            assertThat(found(opened)).hasSize(ROWS);
            assertThat(loads("snapshot")).isZero();
        }
    }
}
