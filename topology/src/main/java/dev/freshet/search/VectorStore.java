package dev.freshet.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.index.VectorIndexes;
import dev.freshet.schemas.avro.ImageKind;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.VectorKeys;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.BatchingStateRestoreCallback;
import org.apache.kafka.streams.processor.StateStore;
import org.apache.kafka.streams.processor.StateStoreContext;
import org.apache.kafka.streams.query.FailureReason;
import org.apache.kafka.streams.query.Position;
import org.apache.kafka.streams.query.PositionBound;
import org.apache.kafka.streams.query.Query;
import org.apache.kafka.streams.query.QueryConfig;
import org.apache.kafka.streams.query.QueryResult;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The indexes of one partition of the vectors topic: rows and chunks in RocksDB, which are the truth here, and a graph per index in memory, which is
 * derived from them in the background. The vectors topic is both source and changelog, so the store is a pure function of a compacted log.
 *
 * <ul>
 *   <li><b>One code applies changes</b>, whether they are restored, replicated to a standby or processed: decode, write RocksDB in one batch, then
 *       change the graphs that are loaded or mark the rows for those that load ({@link IndexPartition}). Applying is idempotent ({@link StagedChanges}).
 *   <li><b>{@link #init} only opens RocksDB</b>: Streams opens every local store once at start-up, closes it, and opens it again. Graphs are loaded
 *       from {@link #open}, which the processor of an active task calls. A standby restores to RocksDB alone until then; a task that becomes a standby keeps its
 *       graphs warm.
 *   <li><b>Searches are answered between {@link #open} and {@link #deactivate}</b>, for the indexes that are loaded, and not while records are
 *       processed that had been before: after a crash RocksDB may be ahead of the group's offset, and a replay would show rows as they were, deleted ones too. Each
 *       batch that is processed says in RocksDB up to where it goes.
 *   <li>The graph of an index that the catalog does not know is not built: images of it wait in RocksDB. An index that was dropped frees its graph at once; its
 *       records go with their tombstones.
 * </ul>
 *
 * <p>Writing methods (restore, {@link #process}, {@link #open}, {@link #deactivate}, {@link #commit}, {@link #close}) belong to the one Streams thread that owns the task; reading
 * ones may be called from any thread at any time, also while the store closes: then they are not answered.
 */
public final class VectorStore implements StateStore {
    private static final Logger log = LoggerFactory.getLogger(VectorStore.class);

    private final String name;
    private final LocalVectorStores stores;
    private final Deserializer<RowImage> images;
    private final Map<Long, IndexPartition> indexes = new ConcurrentHashMap<>();
    private final Position position = Position.emptyPosition();
    private volatile @Nullable RowStorage storage;
    private @Nullable KeyValueStore<Bytes, byte[]> inner;
    private volatile int partition = -1;
    private volatile boolean active;
    private volatile boolean replaying;
    private long restoredTo = -1;
    private long appliedBefore = -1;
    private long reconciled;

    VectorStore(String name, LocalVectorStores stores, Deserializer<RowImage> images) {
        this.name = name;
        this.stores = stores;
        this.images = images;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public void init(StateStoreContext context, StateStore root) {
        partition = context.taskId().partition();
        restoredTo = -1;
        KeyValueStore<Bytes, byte[]> opened =
                Stores.persistentKeyValueStore(name).get();
        InnerStoreContext innerContext = new InnerStoreContext(context);
        opened.init(innerContext, opened);
        inner = opened;
        storage = new RowStorage(opened);
        BatchingStateRestoreCallback restore = this::restore;
        context.register(root, restore, innerContext::onCommit);
    }

    /** Begins to answer: loads the graphs that the catalog knows, and from now on those it learns of. Called when an active task starts. */
    void open() {
        appliedBefore = StoreFormat.decodeOffset(storage().get(StoreFormat.appliedKey()));
        replaying = appliedBefore > restoredTo;
        active = true;
        stores.opened(this);
    }

    /** Stops answering: the task is closed, or becomes a standby. Graphs stay as they are. */
    void deactivate() {
        active = false;
        stores.closed(this);
    }

    /** Whether records are being processed that had been processed before. */
    boolean replaying() {
        return replaying;
    }

    /** There is nothing more to replay: what is left of it was compacted away. */
    void replayed() {
        replaying = false;
        stores.changed();
    }

    private void restore(Collection<KeyValue<byte[], byte[]>> records) {
        StagedChanges staged = new StagedChanges(storage());
        for (KeyValue<byte[], byte[]> restored : records) {
            stage(staged, restored.key, restored.value);
        }
        apply(staged);
    }

    /** Applies a record of the vectors topic; a null value deletes. */
    void process(byte[] key, byte @Nullable [] value, long offset) {
        StagedChanges staged = new StagedChanges(storage());
        stage(staged, key, value);
        if (offset >= appliedBefore) {
            staged.applied(offset);
        }
        apply(staged);
        if (replaying && offset >= appliedBefore) {
            replaying = false;
        }
        stores.changed();
    }

    private void stage(StagedChanges staged, byte[] keyBytes, byte @Nullable [] value) {
        String key = new String(keyBytes, UTF_8);
        long index;
        try {
            index = VectorKeys.indexId(key);
            if (VectorKeys.isWatermark(key)) {
                stageWatermark(staged, index, value);
                return;
            }
            VectorKeys.rowKey(key);
        } catch (IllegalArgumentException e) {
            log.error("partition {}: a record that is not Freshet's is left out: {}", partition, e.getMessage());
            return;
        }
        if (value == null) {
            staged.delete(index, VectorKeys.rowKey(key));
        } else {
            RowImage image = decode(value);
            if (image.getKind() == ImageKind.ROW) {
                staged.put(index, VectorKeys.rowKey(key), image);
            }
        }
    }

    private void stageWatermark(StagedChanges staged, long index, byte @Nullable [] value) {
        if (value == null) {
            staged.deleteWatermark(index);
            return;
        }
        RowImage image = decode(value);
        Instant waiting = image.getSourceTimestamp();
        staged.watermark(
                index, new Watermark(image.getVersion(), waiting == null ? Long.MIN_VALUE : waiting.toEpochMilli()));
    }

    private RowImage decode(byte[] value) {
        return images.deserialize(stores.topic(), value);
    }

    private void apply(StagedChanges staged) {
        staged.write();
        staged.rows().forEach((row, image) -> {
            IndexPartition index = indexes.get(row.index());
            if (index != null) {
                index.apply(row.rowKey(), image);
                if (index.requestRebuild()) {
                    stores.load(this, index);
                }
            }
        });
        staged.watermarks().forEach((id, watermark) -> {
            IndexPartition index = indexes.get(id);
            if (index != null) {
                index.advance(watermark);
            }
        });
    }

    /** Loads the indexes that the catalog has and this store has not, and frees those it has no more. Any thread. */
    synchronized void reconcile(Catalog catalog) {
        RowStorage current = storage;
        // The task that opens the store and the catalog's reader may come in either order; an older catalog must not
        // undo a newer one.
        if (current == null || !active || catalog.version() < reconciled) {
            return;
        }
        reconciled = catalog.version();
        try {
            indexes.values().removeIf(index -> {
                boolean gone = catalog.index(index.definition().id()).isEmpty();
                if (gone) {
                    index.drop();
                }
                return gone;
            });
            for (IndexDefinition definition : catalog.indexes()) {
                if (!indexes.containsKey(definition.id())) {
                    add(current, definition);
                }
            }
        } catch (NotAnsweredException e) {
            log.debug("partition {} was closed while the catalog changed", partition);
        }
    }

    private void add(RowStorage current, IndexDefinition definition) {
        if (VectorIndexes.find(definition.engine()).isEmpty()) {
            log.error(
                    "index {} cannot be searched here: unknown engine {}, there are {}",
                    definition.name(),
                    definition.engine(),
                    VectorIndexes.names());
            return;
        }
        IndexPartition index = new IndexPartition(definition, Watermark.NONE);
        indexes.put(definition.id(), index);
        // Read after the index can be seen: what is applied from now on reaches it, what was before is read here.
        index.advance(StoreFormat.decodeWatermark(current.get(StoreFormat.watermarkKey(definition.id()))));
        stores.load(this, index);
    }

    /** Builds an index's graph. On a loader's thread. */
    void load(IndexPartition index) {
        RowStorage current = storage;
        if (current == null) {
            return;
        }
        try {
            IndexLoad load = IndexLoad.begin(index, current);
            if (load != null && load.run()) {
                stores.changed();
            }
        } catch (NotAnsweredException e) {
            log.debug(
                    "partition {} was closed while index {} loaded",
                    partition,
                    index.definition().name());
        } catch (RuntimeException e) {
            log.error(
                    "partition {}: the graph of index {} could not be built",
                    partition,
                    index.definition().name(),
                    e);
        }
    }

    /** The partition of the vectors topic. */
    int partition() {
        return partition;
    }

    /** Whether searches are answered, for the indexes that are loaded. */
    boolean answers() {
        return active && !replaying;
    }

    /** Whether every index that the catalog knows is answered. */
    boolean ready(Catalog catalog) {
        return answers()
                && catalog.indexes().stream().allMatch(definition -> {
                    IndexPartition index = indexes.get(definition.id());
                    return index != null && index.serving() != null;
                });
    }

    /** An index in this partition; null if the store does not know of it yet, or no more. */
    @Nullable
    IndexPartition index(long indexId) {
        return indexes.get(indexId);
    }

    /** A row and its chunks as they are now. Throws {@link NotAnsweredException} when the store is closed. */
    Optional<StoredImage> image(long indexId, String rowKey) {
        return storage().image(indexId, rowKey);
    }

    /** A row without its chunks. Throws {@link NotAnsweredException} when the store is closed. */
    Optional<StoredRow> row(long indexId, String rowKey) {
        return storage().row(indexId, rowKey);
    }

    /** What this partition finds; empty if it cannot answer. */
    Optional<PartitionAnswer> search(VectorQuery query, BooleanSupplier expired) {
        RowStorage current = storage;
        IndexPartition index = indexes.get(query.indexId());
        IndexGraph graph = index == null ? null : index.serving();
        if (current == null || index == null || graph == null || !answers()) {
            return Optional.empty();
        }
        // Before the search: what is reflected now is reflected in what it finds.
        Watermark watermark = index.watermark();
        try {
            List<SearchHit> hits = new PartitionSearch(current, graph, query).run(expired);
            return Optional.of(new PartitionAnswer(partition, hits, watermark.offset(), watermark.waitingSinceMs()));
        } catch (NotAnsweredException e) {
            return Optional.empty();
        }
    }

    /** Answers a {@link VectorQuery}. Position bounds are not looked at: they know of this topic's offsets, not of the rows'. */
    @Override
    @SuppressWarnings("unchecked")
    public <R> QueryResult<R> query(Query<R> query, PositionBound positionBound, QueryConfig config) {
        if (!(query instanceof VectorQuery vectorQuery)) {
            return QueryResult.forUnknownQueryType(query, this);
        }
        Position reached = getPosition();
        QueryResult<R> result = search(vectorQuery, () -> false)
                .map(answer -> (QueryResult<R>) QueryResult.forResult(answer))
                .orElseGet(() -> QueryResult.forFailure(
                        FailureReason.NOT_PRESENT, "partition " + partition + " of " + name + " does not answer"));
        result.setPosition(reached);
        return result;
    }

    @Override
    public Position getPosition() {
        return position.copy();
    }

    @Override
    public void commit(Map<TopicPartition, Long> changelogOffsets) {
        changelogOffsets.forEach((topicPartition, offset) -> {
            if (offset != null && offset >= 0) {
                restoredTo = Math.max(restoredTo, offset);
                position.withComponent(topicPartition.topic(), topicPartition.partition(), offset);
            }
        });
        inner().commit(changelogOffsets);
    }

    @Override
    public @Nullable Long committedOffset(TopicPartition topicPartition) {
        Long offset = inner().committedOffset(topicPartition);
        if (offset != null && offset >= 0) {
            restoredTo = Math.max(restoredTo, offset);
        }
        return offset;
    }

    @Override
    @Deprecated
    @SuppressWarnings("InlineMeSuggester")
    public boolean managesOffsets() {
        return true;
    }

    @Override
    public void close() {
        RowStorage current = storage;
        if (current == null || current.isClosed()) {
            return;
        }
        deactivate();
        synchronized (this) {
            indexes.values().forEach(IndexPartition::drop);
            indexes.clear();
        }
        current.close();
    }

    @Override
    public boolean persistent() {
        return true;
    }

    @Override
    public boolean isOpen() {
        RowStorage current = storage;
        return current != null && !current.isClosed();
    }

    /** The rows in RocksDB. Throws {@link NotAnsweredException} before {@link #init}. */
    RowStorage storage() {
        RowStorage current = storage;
        if (current == null) {
            throw new NotAnsweredException("the store is not open");
        }
        return current;
    }

    private KeyValueStore<Bytes, byte[]> inner() {
        if (inner == null) {
            throw new IllegalStateException("the store is not open");
        }
        return inner;
    }
}
