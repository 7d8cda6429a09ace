package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobWork.Drop;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.catalog.JobWork.IndexName;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.avro.Scan;
import dev.freshet.schemas.avro.ScanState;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.StreamPlace;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Walks through a partition's stored rows, some at a time: to fill a new index, to look at rows anew when their dataset's columns changed or an index is
 * rebuilt, to count and clear away what was dropped, to truncate, to sweep. How far it has come is stored, so a restart goes on where it was. A walk that is part of a job
 * counts its rows there.
 *
 * <p>An index takes effect in a partition when this partition first sees it: rows changed from then on are reflected as they come, and those stored before
 * are found by the walk. So a catalog that lags loses nothing. Used by the task's stream thread only.
 */
final class PartitionScans {
    private static final Logger log = LoggerFactory.getLogger(PartitionScans.class);
    private static final int ROWS_PER_STEP = 200;
    private static final char INDEX = 'i';
    private static final char DATASET = 'd';
    private static final char TRUNCATE = 't';
    private static final char SWEEP = 's';
    private static final Bytes PARTITION = StoreKeys.scan('p');

    private final RefreshStores stores;
    private final RowReflector reflector;
    private final RowUpdater updater;
    private final RowProtection protection;
    private final ImageWriter images;
    private final JobParts jobs;
    private final Map<Bytes, ScanState> states = new HashMap<>();
    /** By sweep under way, how many rows this task has deleted. */
    private final Map<Bytes, Long> swept = new HashMap<>();

    PartitionScans(
            RefreshStores stores,
            RowReflector reflector,
            RowUpdater updater,
            RowProtection protection,
            ImageWriter images,
            JobParts jobs) {
        this.stores = stores;
        this.reflector = reflector;
        this.updater = updater;
        this.protection = protection;
        this.images = images;
        this.jobs = jobs;
        try (TypedStore.Cursor<ScanState> entries = stores.scans().all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, ScanState> entry = entries.next();
                states.put(entry.key, entry.value);
            }
        }
    }

    /** The version of the last change taken in this partition; -1 before the first. */
    long processed() {
        return Optional.ofNullable(states.get(PARTITION))
                .map(ScanState::getWatermark)
                .orElse(-1L);
    }

    void processed(long version) {
        ScanState state = Optional.ofNullable(states.get(PARTITION)).orElseGet(() -> state(0));
        state.setWatermark(version);
        put(PARTITION, state);
    }

    /** The newest version of the catalog that this partition has acted on; -1 before the first. */
    long catalogVersion() {
        return Optional.ofNullable(states.get(PARTITION))
                .map(ScanState::getCatalogVersion)
                .orElse(-1L);
    }

    void catalogVersion(long version) {
        ScanState state = Optional.ofNullable(states.get(PARTITION)).orElseGet(() -> state(0));
        state.setCatalogVersion(version);
        put(PARTITION, state);
    }

    /** Whether this partition has seen a dataset before, so that rows of it may be stored. */
    boolean knows(long datasetId) {
        return states.containsKey(StoreKeys.scan(DATASET, datasetId));
    }

    Optional<ScanState> index(long indexId) {
        return Optional.ofNullable(states.get(StoreKeys.scan(INDEX, indexId)));
    }

    void watermark(long indexId, ScanState state, long version) {
        state.setWatermark(version);
        put(StoreKeys.scan(INDEX, indexId), state);
    }

    /** Stores how fresh an index is, if that changed. */
    void freshness(long indexId, ScanState state, @Nullable Long staleSince, @Nullable Long lastEmbedded) {
        if (!Objects.equals(staleSince, state.getStaleSince())
                || !Objects.equals(lastEmbedded, state.getLastEmbedded())) {
            state.setStaleSince(staleSince);
            state.setLastEmbedded(lastEmbedded);
            put(StoreKeys.scan(INDEX, indexId), state);
        }
    }

    /** Begins this partition's part in a job that fills indexes; one that is gone already is left out. */
    void begin(Catalog catalog, long jobId, Fill fill) {
        for (IndexName index : fill.indexes()) {
            catalog.index(index.id())
                    .flatMap(known -> catalog.dataset(known.datasetId()))
                    .ifPresent(dataset -> fill(dataset, index.id(), jobId, fill.rebuild()));
        }
    }

    /** Begins this partition's part in a job that clears away what was dropped, so far as it ever knew of it. */
    void begin(long jobId, Drop drop) {
        for (IndexName index : drop.indexes()) {
            clear(StoreKeys.scan(INDEX, index.id()), jobId, !drop.rows());
        }
        if (drop.rows()) {
            clear(StoreKeys.scan(DATASET, drop.datasetId()), jobId, true);
        }
    }

    /** Starts what a change of the catalog makes necessary and no job has started. */
    void reconcile(Catalog catalog) {
        for (Dataset dataset : catalog.datasets()) {
            protect(dataset);
            for (IndexDefinition index : catalog.indexesOf(dataset.id())) {
                ScanState state = states.get(StoreKeys.scan(INDEX, index.id()));
                if (state == null || state.getRevision() < dataset.revision()) {
                    fill(dataset, index.id(), endedFill(catalog, index.id()), false);
                }
            }
        }
        for (Bytes key : List.copyOf(states.keySet())) {
            clearUnknown(catalog, key);
        }
    }

    /** Whether a walk is under way that is part of a job. */
    boolean walking(long jobId) {
        return states.values().stream()
                .anyMatch(state -> state.getScan() != Scan.NONE && Objects.equals(state.getJob(), jobId));
    }

    /** Whether rows are still being counted that a job will clear away. */
    boolean counting(long jobId) {
        return states.values().stream()
                .anyMatch(state -> state.getScan() == Scan.COUNT && Objects.equals(state.getJob(), jobId));
    }

    /** Whether a walk over the rows of a dataset is under way. */
    boolean walkingOver(long datasetId) {
        return states.values().stream()
                .anyMatch(state -> state.getScan() != Scan.NONE && state.getDatasetId() == datasetId);
    }

    /** Has a truncate delete the rows of a dataset that are older than it. */
    void truncate(long datasetId, long version, Optional<Source> source) {
        ScanState state = state(datasetId);
        state.setScan(Scan.TRUNCATE);
        state.setBeforeVersion(version);
        state.setBeforeOrder(source.map(Source::getOrder).orElse(null));
        put(StoreKeys.scan(TRUNCATE, datasetId, version), state);
        Bytes key = StoreKeys.scan(DATASET, datasetId);
        ScanState dataset = Optional.ofNullable(states.get(key)).orElseGet(() -> state(datasetId));
        dataset.setBeforeVersion(Math.max(dataset.getBeforeVersion(), version + 1));
        put(key, dataset);
    }

    /**
     * Has a sweep delete the rows of a stream that are older than it and stand before its place. Of each stream the sweeps are kept that no other supersedes, also when they are done: in most cases one. What
     * comes for a row before the walk has come to it stands: it says that the row is there, or deletes it.
     */
    void sweep(long datasetId, long version, StreamPlace place) {
        ScanState sweep = state(datasetId);
        sweep.setScan(Scan.SWEEP);
        sweep.setBeforeVersion(version);
        sweep.setPlace(place);
        List<Map.Entry<Bytes, ScanState>> others =
                sweeps(datasetId, place.getStream()).toList();
        if (others.stream().anyMatch(other -> supersedes(other.getValue(), sweep))) {
            return;
        }
        others.stream()
                .filter(other -> supersedes(sweep, other.getValue()))
                .map(Map.Entry::getKey)
                .forEach(this::remove);
        put(StoreKeys.scan(SWEEP, datasetId, version), sweep);
    }

    /**
     * Whether a sweep leaves nothing that another of its stream would find. The newer one may stand before the older one, where a source that had been given up told of its snapshot late, or where the
     * places began anew.
     */
    private static boolean supersedes(ScanState sweep, ScanState other) {
        return sweep.getBeforeVersion() >= other.getBeforeVersion()
                && sweep.getPlace().getFollows() >= other.getPlace().getFollows();
    }

    /** Whether a sweep newer than this version has come that deletes a row whose change stands here. */
    boolean sweptSince(long datasetId, long version, @Nullable StreamPlace place) {
        return place != null
                && sweeps(datasetId, place.getStream())
                        .map(Map.Entry::getValue)
                        .anyMatch(sweep -> sweep.getBeforeVersion() > version && leaves(sweep, place));
    }

    private Stream<Map.Entry<Bytes, ScanState>> sweeps(long datasetId, String stream) {
        return states.entrySet().stream()
                .filter(entry -> entry.getKey().get()[0] == SWEEP && id(entry.getKey()) == datasetId)
                .filter(entry -> entry.getValue().getPlace() != null
                        && entry.getValue().getPlace().getStream().equals(stream));
    }

    /** Whether a truncate of this version or a newer one has come for a dataset. */
    boolean truncatedSince(long datasetId, long version) {
        return Optional.ofNullable(states.get(StoreKeys.scan(DATASET, datasetId)))
                .filter(state -> state.getBeforeVersion() > version)
                .isPresent();
    }

    /** Whether a walk is under way. */
    boolean active() {
        return states.values().stream().anyMatch(state -> state.getScan() != Scan.NONE);
    }

    /** Whether rows of this index may wait for a walk that has not come to them yet. */
    boolean covers(IndexDefinition index) {
        return states.entrySet().stream().anyMatch(entry -> {
            ScanState state = entry.getValue();
            if (state.getDatasetId() != index.datasetId() || state.getScan() == Scan.NONE) {
                return false;
            }
            return state.getScan() != Scan.FILL || entry.getKey().equals(StoreKeys.scan(INDEX, index.id()));
        });
    }

    /** Walks each unfinished scan some rows further. */
    void step(Catalog catalog, long timestamp) {
        for (Map.Entry<Bytes, ScanState> entry : List.copyOf(states.entrySet())) {
            if (entry.getValue().getScan() != Scan.NONE && states.containsKey(entry.getKey())) {
                step(catalog, entry.getKey(), entry.getValue(), timestamp);
            }
        }
    }

    /** Has the stored rows of a dataset that changed looked at again, if any columns are protected now. It does not go by indexes: there may be none. */
    private void protect(Dataset dataset) {
        Bytes key = StoreKeys.scan(DATASET, dataset.id());
        ScanState known = states.get(key);
        if (known == null) {
            ScanState first = state(dataset.id());
            first.setRevision(dataset.revision());
            put(key, first);
        } else if (known.getRevision() < dataset.revision()) {
            known.setRevision(dataset.revision());
            if (dataset.privacy().policies().protects()) {
                start(key, known, Scan.PROTECT, null, false);
            } else {
                put(key, known);
            }
        }
    }

    private void fill(Dataset dataset, long indexId, @Nullable Long jobId, boolean anew) {
        Bytes key = StoreKeys.scan(INDEX, indexId);
        ScanState state = Optional.ofNullable(states.get(key)).orElseGet(() -> state(dataset.id()));
        state.setRevision(dataset.revision());
        start(key, state, Scan.FILL, jobId, anew);
    }

    /**
     * The last job that should have filled an index and ended before it was seen here, if it was not done: rows that are found now wait as its rows do elsewhere.
     */
    private static @Nullable Long endedFill(Catalog catalog, long indexId) {
        return catalog.jobs().stream()
                .filter(job -> job.work() instanceof Fill fill && fill.fills(indexId))
                .reduce((older, newer) -> newer)
                .filter(job -> job.state() == JobState.CANCELLED || job.state() == JobState.FAILED)
                .map(Job::id)
                .orElse(null);
    }

    private void clear(Bytes key, @Nullable Long jobId, boolean counts) {
        ScanState state = states.get(key);
        if (state == null) {
            return; // Nothing of it ever came here.
        }
        if (key.get()[0] == DATASET) {
            List.copyOf(states.keySet()).stream()
                    .filter(other -> other.get()[0] == TRUNCATE || other.get()[0] == SWEEP)
                    .filter(other -> id(other) == id(key))
                    .forEach(this::remove);
        }
        start(key, state, counts ? Scan.COUNT : Scan.CLEAR, jobId, false);
    }

    private void clearUnknown(Catalog catalog, Bytes key) {
        char kind = (char) key.get()[0];
        ScanState state = states.get(key);
        if (state == null
                || (kind != INDEX && kind != DATASET)
                || state.getScan() == Scan.COUNT
                || state.getScan() == Scan.CLEAR) {
            return;
        }
        long id = id(key);
        boolean known = kind == INDEX
                ? catalog.index(id).isPresent()
                : catalog.dataset(id).isPresent();
        // An id above the catalog's last one was given after what this process has read so far: it is new, not dropped.
        if (!known && id <= catalog.lastId()) {
            clear(key, null, false);
        }
    }

    private void start(Bytes key, ScanState state, Scan scan, @Nullable Long jobId, boolean anew) {
        state.setScan(scan);
        state.setCursor(null);
        state.setJob(jobId);
        state.setAnew(anew);
        put(key, state);
    }

    private void step(Catalog catalog, Bytes key, ScanState state, long timestamp) {
        List<Bytes> rows = nextRows(state);
        for (Bytes row : rows) {
            visit(catalog, key, state, row, timestamp);
        }
        if (rows.size() < ROWS_PER_STEP) {
            tell(catalog, key, state);
            finish(key, state);
        } else {
            state.setCursor(ByteBuffer.wrap(rows.get(rows.size() - 1).get()));
            put(key, state);
        }
    }

    private void tell(Catalog catalog, Bytes key, ScanState state) {
        Long rows = swept.remove(key);
        if (rows != null && state.getPlace() != null) {
            log.info(
                    "{} rows of dataset {} were deleted: the new snapshot of {} did not have them any more",
                    rows,
                    catalog.dataset(state.getDatasetId()).map(Dataset::name).orElse("?"),
                    state.getPlace().getStream());
        }
    }

    private List<Bytes> nextRows(ScanState state) {
        Bytes from =
                state.getCursor() == null ? StoreKeys.prefix(state.getDatasetId()) : StoreKeys.after(state.getCursor());
        List<Bytes> rows = new ArrayList<>();
        try (TypedStore.Cursor<RowState> cursor = stores.rows().range(from, StoreKeys.behind(state.getDatasetId()))) {
            while (rows.size() < ROWS_PER_STEP && cursor.hasNext()) {
                rows.add(cursor.next().key);
            }
        }
        return rows;
    }

    private void visit(Catalog catalog, Bytes key, ScanState state, Bytes rowKey, long timestamp) {
        Optional<RowState> found = stores.rows().get(rowKey);
        if (found.isEmpty()) {
            return;
        }
        RowState row = found.get();
        String name = StoreKeys.rowKey(rowKey);
        switch (state.getScan()) {
            case FILL -> fillRow(catalog, id(key), state, rowKey, name, row);
            case COUNT -> jobs.found(state.getJob(), counts(key, row) ? 1 : 0);
            case CLEAR -> clearRow(catalog, key, state, rowKey, name, row);
            case TRUNCATE -> truncateRow(state, rowKey, name, row, timestamp);
            case PROTECT -> protectRow(catalog, state, rowKey, row);
            case SWEEP -> sweepRow(key, state, rowKey, name, row, timestamp);
            case NONE -> {}
        }
    }

    private void fillRow(Catalog catalog, long indexId, ScanState state, Bytes rowKey, String name, RowState row) {
        Optional<IndexDefinition> index = catalog.index(indexId);
        Optional<Dataset> dataset = index.flatMap(definition -> catalog.dataset(definition.datasetId()));
        if (index.isEmpty() || dataset.isEmpty() || row.getDeleted()) {
            return;
        }
        Long jobId = state.getJob();
        // Once the job has been cancelled, only what the index lacks is found.
        boolean anew = state.getAnew() && jobId != null && Jobs.runs(catalog, jobId);
        protection.protect(dataset.get(), row);
        row.setTextHash(RowContent.textHash(RowContent.text(dataset.get(), row.getColumns())));
        jobs.found(jobId, 1);
        if (dataset.get().revision() > 0 || anew || !RowReflector.reflected(row, index.get())) {
            Reflected reflected = reflector.reflect(dataset.get(), index.get(), name, row, new Assignment(jobId, anew));
            switch (reflected) {
                case FORWARDED -> jobs.through(jobId, RowOutcome.DONE);
                case FAILED -> jobs.through(jobId, RowOutcome.FAILED);
                case TAKEN -> jobs.through(jobId, RowOutcome.SKIPPED);
                case QUEUED -> {}
            }
        } else {
            jobs.through(jobId, RowOutcome.SKIPPED);
        }
        stores.rows().put(rowKey, row);
    }

    private void protectRow(Catalog catalog, ScanState state, Bytes rowKey, RowState row) {
        Optional<Dataset> dataset = catalog.dataset(state.getDatasetId());
        if (dataset.isPresent() && protection.protect(dataset.get(), row)) {
            stores.rows().put(rowKey, row);
        }
    }

    /** Whether a row counts where an index or a dataset is cleared away: the marks of deleted rows do not. */
    private static boolean counts(Bytes key, RowState row) {
        return key.get()[0] == INDEX ? RowReflector.find(row, id(key)).isPresent() : !row.getDeleted();
    }

    private void clearRow(Catalog catalog, Bytes key, ScanState state, Bytes rowKey, String name, RowState row) {
        if (counts(key, row) && countsFor(catalog, key, state)) {
            jobs.through(state.getJob(), RowOutcome.DONE);
        }
        if (key.get()[0] == INDEX) {
            reflector.remove(name, row, id(key), row.getVersion());
            stores.rows().put(rowKey, row);
            return;
        }
        List.copyOf(row.getIndexes())
                .forEach(index -> reflector.remove(name, row, index.getIndexId(), row.getVersion()));
        stores.rows().delete(rowKey);
    }

    /** Where a dataset goes with its indexes, each row counts once. */
    private static boolean countsFor(Catalog catalog, Bytes key, ScanState state) {
        Long jobId = state.getJob();
        return jobId != null
                && catalog.job(jobId)
                        .filter(job -> job.work() instanceof Drop drop && drop.rows() == (key.get()[0] == DATASET))
                        .isPresent();
    }

    /** Whether a truncate of this dataset is under way. */
    boolean truncating(long datasetId) {
        return states.values().stream()
                .anyMatch(state -> state.getScan() == Scan.TRUNCATE && state.getDatasetId() == datasetId);
    }

    /** Whether a truncate that is under way deletes this row and has not come to it yet; then the version of that truncate. */
    OptionalLong truncated(long datasetId, RowState row) {
        return states.values().stream()
                .filter(state -> state.getScan() == Scan.TRUNCATE && state.getDatasetId() == datasetId)
                .filter(state -> truncates(state, row))
                .mapToLong(ScanState::getBeforeVersion)
                .max();
    }

    private static boolean truncates(ScanState state, RowState row) {
        if (row.getDeleted() || row.getVersion() >= state.getBeforeVersion()) {
            return false;
        }
        Long order = row.getSource() == null ? null : row.getSource().getOrder();
        return order == null || state.getBeforeOrder() == null || order < state.getBeforeOrder();
    }

    private void truncateRow(ScanState state, Bytes rowKey, String name, RowState row, long timestamp) {
        if (!truncates(state, row)) {
            return;
        }
        updater.delete(rowKey, name, Optional.of(row), state.getBeforeVersion(), timestamp);
    }

    /** A sweep leaves rows alone that came otherwise, or that wait among the dead letters for what made the snapshot's copy of them one. */
    private void sweepRow(Bytes key, ScanState state, Bytes rowKey, String name, RowState row, long timestamp) {
        StreamPlace place = row.getPlace();
        if (!row.getDeleted()
                && row.getRefused() == null
                && row.getVersion() < state.getBeforeVersion()
                && place != null
                && leaves(state, place)) {
            updater.sweep(rowKey, name, row, state.getBeforeVersion(), timestamp);
            swept.merge(key, 1L, Long::sum);
        }
    }

    /** Whether a sweep leaves a place behind it: its snapshot would have seen a row that still had it. */
    private static boolean leaves(ScanState sweep, StreamPlace place) {
        StreamPlace end = sweep.getPlace();
        return end != null && end.getStream().equals(place.getStream()) && place.getFollows() < end.getFollows();
    }

    private void finish(Bytes key, ScanState state) {
        switch (state.getScan()) {
            case FILL, PROTECT, SWEEP -> start(key, state, Scan.NONE, null, false);
            case COUNT -> start(key, state, Scan.CLEAR, state.getJob(), false);
            case CLEAR -> {
                if (key.get()[0] == INDEX) {
                    images.deleteWatermark(id(key));
                }
                remove(key);
            }
            case TRUNCATE -> remove(key);
            case NONE -> {}
        }
    }

    private void put(Bytes key, ScanState state) {
        states.put(key, state);
        stores.scans().put(key, state);
    }

    private void remove(Bytes key) {
        states.remove(key);
        swept.remove(key);
        stores.scans().delete(key);
    }

    private static ScanState state(long datasetId) {
        return ScanState.newBuilder()
                .setDatasetId(datasetId)
                .setRevision(0)
                .setScan(Scan.NONE)
                .setCursor(null)
                .setBeforeVersion(0)
                .setBeforeOrder(null)
                .setWatermark(-1)
                .build();
    }

    private static long id(Bytes key) {
        return ByteBuffer.wrap(key.get(), 1, Long.BYTES).getLong();
    }
}
