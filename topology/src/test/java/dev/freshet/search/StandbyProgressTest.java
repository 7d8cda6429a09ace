package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.schemas.key.VectorKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.TaskId;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
class StandbyProgressTest {
    private static final long INDEX = 1;
    private static final TopicPartition PARTITION = new TopicPartition(OpenStore.TOPIC, 0);

    private final Path directory;
    private final TestCatalog catalog = new TestCatalog().add(TestCatalog.index(INDEX, 2, Distance.EUCLIDEAN));
    private final LocalVectorStores stores = new LocalVectorStores(
            OpenStore.TOPIC, catalog, Images::deserializer, new SimpleMeterRegistry(), new ManualLoaders(true));
    private final BlockingQueue<Long> ends = new LinkedBlockingQueue<>();
    private final AtomicInteger failures = new AtomicInteger();
    private final StandbyProgress progress = new StandbyProgress(stores, partition -> {
        if (failures.getAndDecrement() > 0) {
            throw new IllegalStateException("Kafka does not answer, as the test wants it");
        }
        try {
            return ends.take();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    });

    StandbyProgressTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @AfterEach
    void close() {
        progress.close();
        stores.close();
    }

    private OpenStore standby() throws Exception {
        OpenStore opened = new OpenStore(
                stores, Files.createTempDirectory(directory, "task").toFile(), 0);
        opened.tick(stores); // Its graphs are loaded.
        return opened;
    }

    private static KeyValue<String, Optional<RowImage>> row(String key, long version) {
        return new KeyValue<>(
                VectorKeys.row(INDEX, key), Optional.of(Images.row(INDEX, key, version, new float[] {version, 0})));
    }

    private static KeyValue<String, Optional<RowImage>> watermark(long offset) {
        return new KeyValue<>(
                VectorKeys.watermark(INDEX, 0),
                Optional.of(Images.watermark(INDEX, RowVersion.of(1, offset), Long.MIN_VALUE)));
    }

    private void restore(OpenStore standby, List<KeyValue<String, Optional<RowImage>>> records) {
        standby.restore(records);
        progress.onBatchLoaded(PARTITION, "store", new TaskId(0, 0), standby.offset() - 1, records.size(), -1);
    }

    private Optional<PartitionAnswer> ask() {
        VectorStore store = stores.telling(0);
        return store == null
                ? Optional.empty()
                : store.search(
                        new VectorQuery(INDEX, new float[] {0, 0}, 10, 10, true, null, false, false, null),
                        () -> false);
    }

    private void awaitAnswers() throws InterruptedException {
        while (ask().isEmpty()) {
            TimeUnit.MILLISECONDS.sleep(5);
        }
    }

    @Test
    void answersOnceItHasRestoredWhatTheLogHeldAfterItBegan() throws Exception {
        try (OpenStore standby = standby()) {
            progress.onUpdateStart(PARTITION, "store", 0);
            restore(standby, List.of(row("a", 1), watermark(1), row("b", 2), watermark(2)));
            assertThat(ask()).as("nobody knows how much there is").isEmpty();
            ends.add(5L);
            while (standby.store.following().awaitsTarget(2)) {
                TimeUnit.MILLISECONDS.sleep(5);
            }
            assertThat(ask()).as("two records are missing").isEmpty();
            restore(standby, List.of(row("a", 3)));
            assertThat(ask()).isEmpty();
            restore(standby, List.of(watermark(3)));
            PartitionAnswer answer = ask().orElseThrow();
            assertThat(answer.hits()).extracting(SearchHit::text).containsExactly("b@2#0", "a@3#0");
            assertThat(answer.position()).isEqualTo(3);
            restore(standby, List.of(row("c", 9)));
            assertThat(ask().orElseThrow().hits()).hasSize(3);
            assertThat(ask().orElseThrow().position())
                    .as("it says how far it is")
                    .isEqualTo(3);
        }
        assertThat(ask()).isEmpty();
    }

    @Test
    void aStandbyWithNothingToRestoreAnswersWhenTheEndIsKnownAndAsksAgainWhenItIsNot() throws Exception {
        failures.set(1);
        try (OpenStore standby = standby()) {
            progress.onUpdateStart(PARTITION, "store", 0);
            ends.add(-1L);
            awaitAnswers();
            assertThat(failures.get()).as("it was asked twice").isEqualTo(-1);
            assertThat(ask().orElseThrow().hits()).isEmpty();
            assertThat(standby.store.follows()).isTrue();
        }
    }

    @Test
    void anActiveStoreGoesOnAsAStandbyUnlessRecordsAreRestoredAgain() throws Exception {
        try (OpenStore store = standby().open()) {
            store.put(Images.row(INDEX, "a", 1, new float[] {1, 0}));
            store.delete(INDEX, "a");
            store.commit();
            store.store.deactivate();
            progress.onUpdateStart(PARTITION, "store", 2);
            assertThat(ask().orElseThrow().hits()).isEmpty();
            store.open();
            store.store.deactivate();
            progress.onUpdateStart(PARTITION, "store", 0);
            store.at(0);
            restore(store, List.of(row("a", 1)));
            assertThat(ask()).as("a row that was deleted would be back").isEmpty();
            restore(store, List.of(new KeyValue<>(VectorKeys.row(INDEX, "a"), Optional.empty())));
            ends.add(1L);
            awaitAnswers();
            assertThat(ask().orElseThrow().hits()).isEmpty();
        }
    }

    @Test
    void aStandbyThatIsPromotedIsAskedAsTheActiveOne() throws Exception {
        try (OpenStore store = standby()) {
            ends.add(-1L);
            progress.onUpdateStart(PARTITION, "store", 0);
            awaitAnswers();
            assertThat(stores.answering()).isEmpty();
            store.open();
            assertThat(stores.answering()).containsExactly(store.store);
            assertThat(store.store.follows()).isFalse();
            assertThat(ask()).isPresent();
        }
    }
}
