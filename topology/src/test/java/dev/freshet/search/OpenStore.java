package dev.freshet.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.VectorKeys;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsMetrics;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.CommitCallback;
import org.apache.kafka.streams.processor.StateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.processor.TaskId;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;

/** A store, as a task of Kafka Streams holds it: opened in a directory, restored, processing. */
final class OpenStore implements AutoCloseable {
    static final String TOPIC = "freshet.vectors";

    final VectorStore store;
    private final Context context;
    private final TopicPartition topicPartition;
    private long offset;
    private long clock = System.nanoTime();

    OpenStore(LocalVectorStores stores, File directory, int partition) {
        MockProcessorContext<Void, Void> task =
                new MockProcessorContext<>(new Properties(), new TaskId(0, partition), directory);
        context = new Context(task.getStateStoreContext());
        topicPartition = new TopicPartition(TOPIC, partition);
        store = stores.create("store");
        store.init(context, store);
        Long committed = store.committedOffset(topicPartition);
        offset = committed == null ? 0 : committed + 1;
    }

    /** Opens so many partitions, each in a new directory of its own. */
    static List<OpenStore> open(LocalVectorStores stores, Path directory, int partitions) throws IOException {
        List<OpenStore> opened = new ArrayList<>();
        for (int partition = 0; partition < partitions; partition++) {
            Path task = Files.createDirectory(directory.resolve("task-" + partition));
            opened.add(new OpenStore(stores, task.toFile(), partition).open());
        }
        return opened;
    }

    /** Some time goes by, twice: what was changed is then seen to be quiet. */
    void tick(LocalVectorStores stores) {
        for (int i = 0; i < 2; i++) {
            clock += Duration.ofHours(1).toNanos();
            stores.keeper().tick(clock);
        }
    }

    /** The processor of an active task begins. */
    OpenStore open() {
        store.open();
        return this;
    }

    /** An index that the store knows. */
    IndexPartition index(long id) {
        return requireNonNull(store.index(id), "the store does not know the index");
    }

    /** The graph of an index that is loaded. */
    IndexGraph graph(long id) {
        return requireNonNull(index(id).serving(), "the index is not loaded");
    }

    /** The offset that the next record has. */
    long offset() {
        return offset;
    }

    OpenStore at(long newOffset) {
        offset = newOffset;
        return this;
    }

    void put(RowImage image) {
        store.process(key(VectorKeys.row(image.getIndexId(), image.getRowKey())), Images.bytes(image), offset++);
    }

    void delete(long index, String rowKey) {
        store.process(key(VectorKeys.row(index, rowKey)), null, offset++);
    }

    void watermark(long index, long version, long waitingSinceMs) {
        store.process(
                key(VectorKeys.watermark(index, store.partition())),
                Images.bytes(Images.watermark(index, version, waitingSinceMs)),
                offset++);
    }

    /** Restores a batch; a key with an empty value is a tombstone. */
    void restore(List<KeyValue<String, Optional<RowImage>>> records) {
        List<KeyValue<byte[], byte[]>> batch = new ArrayList<>();
        records.forEach(change -> batch.add(record(change.key, change.value.orElse(null))));
        context.restore().restoreAll(batch);
        offset += records.size();
    }

    /** A standby is told of a batch of its active task's records, and that it goes on at an offset. */
    void follow(List<KeyValue<String, Optional<RowImage>>> records, long next) {
        restore(records);
        offset = next;
        store.standbyReached(next - 1);
    }

    /** A record as the log has it. */
    void process(KeyValue<String, Optional<RowImage>> change) {
        store.process(key(change.key), change.value.map(Images::bytes).orElse(null), offset++);
    }

    private static KeyValue<byte[], byte[]> record(String key, @Nullable RowImage image) {
        return new KeyValue<>(key(key), image == null ? null : Images.bytes(image));
    }

    /** Streams commits: everything up to the last record. */
    void commit() throws Exception {
        store.commit(Map.of(topicPartition, offset - 1));
        context.commit.onCommit();
    }

    @Override
    public void close() {
        store.close();
    }

    private static byte[] key(String key) {
        return key.getBytes(UTF_8);
    }

    private static final class Context implements StateStoreContext {
        private final StateStoreContext task;
        private @Nullable BatchingStateRestoreCallback restore;
        private CommitCallback commit = () -> {};

        Context(StateStoreContext task) {
            this.task = task;
        }

        BatchingStateRestoreCallback restore() {
            if (restore == null) {
                throw new AssertionError("the store registered no restore callback");
            }
            return restore;
        }

        @Override
        public void register(StateStore store, StateRestoreCallback restoreCallback) {
            throw new AssertionError("without a commit callback the position is lost");
        }

        @Override
        public void register(StateStore store, StateRestoreCallback restoreCallback, CommitCallback commitCallback) {
            restore = (BatchingStateRestoreCallback) restoreCallback;
            commit = commitCallback;
        }

        @Override
        public String applicationId() {
            return task.applicationId();
        }

        @Override
        public TaskId taskId() {
            return task.taskId();
        }

        @Override
        public Optional<RecordMetadata> recordMetadata() {
            return Optional.empty();
        }

        @Override
        public Serde<?> keySerde() {
            return task.keySerde();
        }

        @Override
        public Serde<?> valueSerde() {
            return task.valueSerde();
        }

        @Override
        public File stateDir() {
            return task.stateDir();
        }

        @Override
        public StreamsMetrics metrics() {
            return task.metrics();
        }

        @Override
        public Map<String, Object> appConfigs() {
            return task.appConfigs();
        }

        @Override
        public Map<String, Object> appConfigsWithPrefix(String prefix) {
            return task.appConfigsWithPrefix(prefix);
        }
    }
}
