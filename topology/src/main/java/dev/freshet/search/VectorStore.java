package dev.freshet.search;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.index.Quantization;
import dev.freshet.index.SnapshotHeader;
import dev.freshet.index.VectorIndexes;
import dev.freshet.schemas.avro.ImageKind;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.VectorKeys;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
 * derived from them, and kept in snapshots beside them. The vectors topic is both source and changelog, so the store is a pure function of a compacted log.
 *
 * <ul>
 *   <li><b>One code applies changes</b>, whether they are restored, replicated to a standby or processed: decode, write RocksDB in one batch, then
 *       change the graphs that are loaded or mark the rows for those that load ({@link IndexPartition}). Applying is idempotent ({@link StagedChanges}).
 *   <li><b>{@link #init} opens RocksDB and reads the snapshots' headers</b>, no more: Streams opens every local store once at start-up, closes it, and opens it again. From then on the rows
 *       that change are marked for the graphs whose snapshots wait. Nothing is loaded, and nothing written of what was not loaded.
 *   <li><b>Graphs are loaded</b> from {@link #open}, which the processor of an active task calls; for a standby soon after {@link #init}, when no flood of records is being restored
 *       ({@link #tick}). From then on they follow. A standby that becomes active, or the other way round, keeps them.
 *   <li><b>Kafka replays what a snapshot lacks</b>: {@link #committedOffset} is the lowest of RocksDB's and the snapshots' offsets. Replayed records reach the graphs even where RocksDB had them
 *       already. A snapshot is never ahead of the group's offset ({@link SnapshotKeeper}), so all that it may have of later changes is restored before the task opens the store.
 *   <li><b>Searches are answered between {@link #open} and {@link #deactivate}</b>, for the indexes that are loaded, and not while records are
 *       processed that had been before: after a crash RocksDB may be ahead of the group's offset, and a replay would show rows as they were, deleted ones too. Each
 *       batch that is processed says in RocksDB up to where it goes.
 *   <li><b>A standby answers too, when it is asked for</b>, once it has caught up with the log ({@link Following}) and for the indexes that are loaded. It is some moments behind, and
 *       its watermark says how far it is.
 *   <li>The graph of an index that the catalog does not know is not built: images of it wait in RocksDB. An index that was dropped frees its graph and its snapshot at once; its
 *       records go with their tombstones. A snapshot of an index that this process has never heard of stays until the catalog has caught up and still does not know it.
 * </ul>
 *
 * <p>Writing methods (restore, {@link #process}, {@link #open}, {@link #deactivate}, {@link #commit}, {@link #close}) belong to the one Streams thread that owns the task; {@link #tick} to that of
 * {@link SnapshotKeeper}; reading ones may be called from any thread at any time, also while the store closes: then they are not answered.
 */
public final class VectorStore implements StateStore {
    private static final Logger log = LoggerFactory.getLogger(VectorStore.class);

    private static final Duration CATCH_UP = Duration.ofSeconds(5);
    /** Streams closes a store that it only looks into sooner than this. */
    private static final Duration COLD = Duration.ofSeconds(2);
    /** A store that is still being flooded is loaded all the same after this. */
    private static final Duration COLD_LONGEST = Duration.ofSeconds(60);
    /** More restored records than this between two ticks are a flood: building graphs beside it would only slow both down. */
    private static final int FLOOD = 1_000;

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
    private volatile boolean warm;
    private volatile boolean closing;
    private volatile boolean swept;
    private volatile long committed = -1;
    private volatile long applied = -1;
    private volatile long begun = -1;
    private final AtomicInteger restored = new AtomicInteger();
    private volatile long initialised;
    private OptionalLong snapshotOffset = OptionalLong.empty();
    private volatile @Nullable SnapshotFiles files;
    private long appliedBefore = -1;
    private long reconciled;
    private final Following following = new Following();
    private final RecentDeletes deletes = new RecentDeletes();

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
        committed = -1;
        applied = -1;
        begun = -1;
        warm = false;
        closing = false;
        swept = false;
        restored.set(0);
        following.reset();
        KeyValueStore<Bytes, byte[]> opened =
                Stores.persistentKeyValueStore(name).get();
        InnerStoreContext innerContext = new InnerStoreContext(context);
        opened.init(innerContext, opened);
        inner = opened;
        storage = new RowStorage(opened);
        BatchingStateRestoreCallback restore = this::restore;
        findSnapshots(context.stateDir().toPath());
        context.register(root, restore, innerContext::onCommit);
        initialised = System.nanoTime();
        stores.registered(this);
    }

    // Their headers say up to where each goes; from now on changes are marked for them.
    private void findSnapshots(Path taskDirectory) {
        SnapshotFiles found = new SnapshotFiles(taskDirectory, stores.snapshotMetrics());
        files = found;
        snapshotOffset = OptionalLong.empty();
        long now = stores.clock().millis();
        Catalog catalog = stores.catalog().current();
        for (long id : found.indexIds()) {
            Optional<IndexDefinition> definition = catalog.index(id).filter(VectorStore::hasSnapshots);
            if (definition.isEmpty()) {
                continue;
            }
            SnapshotHeader expected = IndexPartition.header(definition.get(), partition, 0, now);
            found.offset(expected, now - StateStamp.AGE_MAX.toMillis()).ifPresent(offset -> {
                IndexPartition index = new IndexPartition(definition.get(), Watermark.NONE);
                index.awaitSnapshot();
                indexes.put(id, index);
                snapshotOffset = OptionalLong.of(Math.min(offset, snapshotOffset.orElse(Long.MAX_VALUE)));
            });
        }
    }

    private static boolean hasSnapshots(IndexDefinition definition) {
        return engine(definition).filter(VectorIndexes::hasSnapshots).isPresent();
    }

    /** The engine that can hold an index; a later version may know others, or other quantizations. */
    private static Optional<VectorIndexes> engine(IndexDefinition definition) {
        return VectorIndexes.find(definition.engine())
                .filter(engine -> Quantization.find(definition.quantization())
                        .filter(engine::supports)
                        .isPresent());
    }

    /** Begins to answer. Called when an active task starts. */
    void open() {
        appliedBefore = StoreFormat.decodeOffset(storage().get(StoreFormat.appliedKey()));
        replaying = appliedBefore > committed;
        active = true;
        warmUp();
        stores.opened(this);
    }

    /** Loads the graphs that the catalog knows, and from now on those it learns of. */
    private void warmUp() {
        warm = true;
        reconcile(stores.catalog().current());
    }

    /** Time goes by: loads the graphs of a standby, and those that could not be loaded, and once clears away snapshots of indexes that are no more. */
    void tick(long now) {
        int flood = restored.getAndSet(0);
        long cold = now - initialised;
        if (!isOpen() || cold < COLD.toNanos()) {
            return;
        }
        if (!warm && (flood < FLOOD || cold > COLD_LONGEST.toNanos())) {
            warmUp();
        }
        for (IndexPartition index : indexes.values()) {
            if (index.retryDue(now)) {
                stores.load(this, index);
            }
        }
        if (warm && !swept) {
            swept = true;
            sweep(stores.catalog().catchUp(CATCH_UP));
        }
    }

    private void sweep(Catalog caughtUp) {
        for (long id : snapshotFiles().indexIds()) {
            if (caughtUp.index(id).isEmpty()) {
                log.info("partition {}: deleting the snapshot of index {}, which is no more", partition, id);
                snapshotFiles().delete(id);
            }
        }
    }

    /** The task is closed, or becomes a standby. Graphs stay as they are. */
    void deactivate() {
        following.deactivated(answers());
        active = false;
        deletes.clear(); // From now on it would not be told of all.
        stores.closed(this);
    }

    /** Following the active task begins with the record at an offset; with a number if the end of the log is to be told. On Streams' thread. */
    OptionalInt standbyBegan(long offset) {
        return following.began(offset, applied);
    }

    /** See {@link Following#target}. Any thread. */
    void standbyTarget(int restoring, long last) {
        if (following.target(restoring, last)) {
            caughtUp();
        }
    }

    /** Everything up to this offset is restored. On Streams' thread. */
    void standbyReached(long offset) {
        if (following.reached(offset)) {
            caughtUp();
        }
        stores.changed();
    }

    private void caughtUp() {
        log.info("partition {}: the standby has caught up and answers when it is asked", partition);
        stores.changed();
    }

    /** Whether it has caught up with the log. */
    Following following() {
        return following;
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
        for (KeyValue<byte[], byte[]> record : records) {
            stage(staged, record.key, record.value);
        }
        apply(staged);
        restored.addAndGet(records.size());
    }

    /** Applies a record of the vectors topic; a null value deletes. */
    void process(byte[] key, byte @Nullable [] value, long offset) {
        begun = Math.max(begun, offset);
        StagedChanges staged = new StagedChanges(storage());
        stage(staged, key, value);
        if (offset >= appliedBefore) {
            staged.applied(offset);
        }
        apply(staged);
        applied = Math.max(applied, offset);
        if (replaying && offset >= appliedBefore) {
            replayed();
        } else if (staged.watermarks().isEmpty()) {
            stores.changed(staged.touched());
        } else {
            stores.changed();
        }
    }

    /** A deletion that was processed just now was made by the change of this version. */
    void deleted(byte[] keyBytes, long version) {
        String key = new String(keyBytes, UTF_8);
        StagedChanges.RowId row;
        try {
            row = new StagedChanges.RowId(VectorKeys.indexId(key), VectorKeys.rowKey(key));
        } catch (IllegalArgumentException e) {
            return; // No row's, as processing it has logged.
        }
        deletes.deleted(row.index(), row.rowKey(), version);
        stores.changed(Set.of(row));
    }

    /** Whether a deletion of this row by this change, or a newer one, has been processed not long ago. Any thread. */
    boolean deletedSince(long indexId, String rowKey, long version) {
        return deletes.covers(indexId, rowKey, version);
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
        staged.repeated().forEach(row -> {
            IndexPartition index = indexes.get(row.index());
            if (index != null) {
                index.applyAgain(row.rowKey(), storage());
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
        if (current == null || !warm || catalog.version() < reconciled) {
            return;
        }
        reconciled = catalog.version();
        try {
            indexes.values().removeIf(index -> {
                boolean gone = catalog.index(index.definition().id()).isEmpty();
                if (gone) {
                    index.drop();
                    snapshotFiles().delete(index.definition().id());
                }
                return gone;
            });
            for (IndexDefinition definition : catalog.indexes()) {
                IndexPartition known = indexes.get(definition.id());
                if (known == null) {
                    add(current, definition);
                } else if (known.serving() == null) {
                    load(current, known);
                }
            }
        } catch (NotAnsweredException e) {
            log.debug("partition {} was closed while the catalog changed", partition);
        }
    }

    private void add(RowStorage current, IndexDefinition definition) {
        if (engine(definition).isEmpty()) {
            log.error(
                    "index {} cannot be searched here: engine {} with quantization {} is unknown, there are {} with {}",
                    definition.name(),
                    definition.engine(),
                    definition.quantization(),
                    VectorIndexes.names(),
                    Quantization.names());
            return;
        }
        IndexPartition index = new IndexPartition(definition, Watermark.NONE);
        indexes.put(definition.id(), index);
        load(current, index);
    }

    private void load(RowStorage current, IndexPartition index) {
        // Read after the index can be seen: what is applied from now on reaches it, what was before is read here.
        index.advance(StoreFormat.decodeWatermark(
                current.get(StoreFormat.watermarkKey(index.definition().id()))));
        stores.load(this, index);
    }

    /** Reads or builds an index's graph. On a loader's thread. */
    void load(IndexPartition index) {
        RowStorage current = storage;
        if (current == null) {
            return;
        }
        try {
            long began = System.nanoTime();
            IndexLoad load = IndexLoad.begin(index, current, snapshotFiles(), stores.effort());
            if (load != null && load.run()) {
                stores.snapshotMetrics().loaded(load.fromSnapshot());
                log.info(
                        "partition {}: the graph of index {} was {} in {} ms: {}",
                        partition,
                        index.definition().name(),
                        load.source(),
                        TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began),
                        load.outcome());
                stores.changed();
            }
        } catch (NotAnsweredException e) {
            log.debug(
                    "partition {} was closed while index {} loaded",
                    partition,
                    index.definition().name());
        } catch (RuntimeException | InternalError e) {
            // An InternalError is what a mapped file that cannot be read throws.
            index.loadFailed(System.nanoTime());
            log.error(
                    "partition {}: the graph of index {} could not be loaded, which is tried again",
                    partition,
                    index.definition().name(),
                    e);
        }
    }

    /** The partition of the vectors topic. */
    int partition() {
        return partition;
    }

    /** Whether searches are answered as an active task's, for the indexes that are loaded. */
    boolean answers() {
        return active && !replaying;
    }

    /** Whether searches are answered as a standby's: as they were some moments ago. */
    boolean follows() {
        return !active && following.caughtUp() && isOpen();
    }

    /** Whether searches are answered at all. */
    boolean tells() {
        return answers() || follows();
    }

    /** Whether every index that the catalog knows is answered. */
    boolean ready(Catalog catalog) {
        return answers() && loading(catalog) == 0;
    }

    /** How many of the indexes that the catalog knows are not answered yet. */
    int loading(Catalog catalog) {
        return (int) catalog.indexes().stream()
                .map(definition -> indexes.get(definition.id()))
                .filter(index -> index == null || index.serving() == null)
                .count();
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

    /** Up to {@code count} random rows of an index with their chunks; none if it cannot answer. */
    List<StoredImage> sample(long indexId, int count, Random random) {
        IndexPartition index = indexes.get(indexId);
        IndexGraph graph = index == null ? null : index.serving();
        if (graph == null || !tells()) {
            return List.of();
        }
        try {
            return graph.sampleRows(count, random).stream()
                    .flatMap(rowKey -> image(indexId, rowKey).stream())
                    .toList();
        } catch (NotAnsweredException e) {
            return List.of(); // Closed meanwhile.
        }
    }

    /** What this partition finds; empty if it cannot answer. */
    Optional<PartitionAnswer> search(VectorQuery query, BooleanSupplier expired) {
        try {
            return find(query, null, expired, expired).map(PartitionFindings::fetchAll);
        } catch (NotAnsweredException e) {
            return Optional.empty();
        }
    }

    /**
     * What this partition finds, nothing of it fetched; empty if it cannot answer.
     *
     * @param width see {@link PartitionSearch}
     * @param expired when the search is given up
     * @param late when fetching is given up
     */
    Optional<PartitionFindings> find(
            VectorQuery query, @Nullable SearchWidth width, BooleanSupplier expired, BooleanSupplier late) {
        RowStorage current = storage;
        IndexPartition index = indexes.get(query.indexId());
        IndexGraph graph = index == null ? null : index.serving();
        if (current == null || index == null || graph == null || !tells()) {
            return Optional.empty();
        }
        // Before the search: what is reflected now is reflected in what it finds.
        Watermark watermark = index.watermark();
        try {
            return Optional.of(new PartitionSearch(partition, watermark, current, graph, query, width, expired, late));
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
                reached(offset);
                position.withComponent(topicPartition.topic(), topicPartition.partition(), offset);
            }
        });
        inner().commit(changelogOffsets);
    }

    @Override
    public @Nullable Long committedOffset(TopicPartition topicPartition) {
        Long offset = inner().committedOffset(topicPartition);
        if (offset == null || offset < 0) {
            return offset; // Unknown: everything is restored.
        }
        // A snapshot's offset is of the next record, Streams' of the last.
        long lowest = Math.min(offset, snapshotOffset.orElse(Long.MAX_VALUE) - 1);
        reached(lowest);
        return lowest;
    }

    private void reached(long offset) {
        committed = Math.max(committed, offset);
        applied = Math.max(applied, offset);
    }

    /** Every record up to this offset is in the storage and in all graphs; -1 if that is not known. Any thread. */
    long applied() {
        return applied;
    }

    /** The newest record that was processed, or is being; -1 before the first. Any thread. */
    long begun() {
        return begun;
    }

    /** A restart restores everything up to this offset before it answers; -1 if that is not known. Any thread. */
    long committed() {
        return committed;
    }

    /** The indexes that this store knows. Any thread. */
    Collection<IndexPartition> indexes() {
        return indexes.values();
    }

    /** Snapshots of this store's graphs. Throws {@link NotAnsweredException} before {@link #init}. */
    SnapshotFiles snapshotFiles() {
        SnapshotFiles current = files;
        if (current == null) {
            throw new NotAnsweredException("the store was not opened");
        }
        return current;
    }

    /** Whether snapshots of this store are to be given up. Any thread. */
    boolean isClosing() {
        return closing;
    }

    /** No more snapshots are begun, and the one that is being written ends soon. Any thread. */
    void giveUpSnapshots() {
        closing = true;
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
        following.reset();
        stores.closing(this);
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
