package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.JobWork;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.schemas.avro.MergeKind;
import dev.freshet.schemas.avro.MergeStep;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.ParkedChange;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.avro.StreamPlace;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.key.RowVersion;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.processor.api.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One partition of the refresh application: takes the changes of its rows, and writes their images.
 *
 * <ul>
 *   <li>Everything here runs on the task's stream thread. It never waits for a model or the network (but for the schema registry, once per new schema).
 *   <li>What a call stores and forwards lands in the task's open transaction, as a whole or not at all.
 *   <li>A bad record goes to the dead letters and changes nothing. Trouble with the registry or the broker fails the task, which is then tried again. So does what
 *       nobody foresaw, some times; then the record is a dead letter too.
 * </ul>
 */
final class RowProcessor implements Processor<byte[], byte[], byte[], Routed> {
    private static final Logger log = LoggerFactory.getLogger(RowProcessor.class);

    static final String VECTORS_SINK = "vectors-sink";
    static final String ROWS_SINK = "rows-sink";
    static final String DEAD_LETTERS_SINK = "dead-letters-sink";
    static final String PROGRESS_SINK = "job-progress-sink";

    /** Marks the copies of a truncate or a sweep that were sent to all partitions. */
    static final String SPREAD_HEADER = "freshet-spread";

    /** How often a task looks at what is to do. */
    private static final Duration BUSY = Duration.ofMillis(10);

    /** While as many rows are with the model as may be: it has enough to do for much longer than this. */
    private static final Duration PRESSED = Duration.ofMillis(30);

    private static final Duration IDLE = Duration.ofSeconds(1);
    private static final long WATERMARK_EVERY_MS = 50;
    /** While so many rows are with the model that each waits much longer. */
    private static final long PRESSED_WATERMARK_EVERY_MS = 500;

    private static final long FULL_WATERMARK_EVERY_MS = 1_000;
    private static final long PARKED_EVERY_MS = 5_000;
    private static final int PARKED_PER_STEP = 500;

    private final RefreshSettings settings;
    private final CatalogView catalogView;
    private final RowChangeReader reader;
    private final RefreshSerdes serdes;
    private final EmbeddingPipeline pipeline;
    private final TableChanges tables;
    private final RefreshReports reports;
    private final BackfillPace backfillPace;
    private final FlagReports flags;
    private final RefreshMetrics metrics;
    private final UnforeseenFailures failures;

    private @Nullable Task task;

    RowProcessor(
            RefreshSettings settings,
            CatalogView catalogView,
            RefreshSerdes serdes,
            EmbeddingPipeline pipeline,
            TableRegistrar registrar,
            RefreshReports reports,
            BackfillPace backfillPace,
            FlagReports flags,
            RefreshMetrics metrics,
            UnforeseenFailures failures) {
        this.settings = settings;
        this.catalogView = catalogView;
        this.reader = new RowChangeReader(serdes.changes());
        this.serdes = serdes;
        this.pipeline = pipeline;
        this.tables = new TableChanges(registrar);
        this.reports = reports;
        this.backfillPace = backfillPace;
        this.flags = flags;
        this.metrics = metrics;
        this.failures = failures;
    }

    @Override
    public void init(ProcessorContext<byte[], Routed> context) {
        close(); // A task that is revived after an aborted transaction is initialised again without being made anew.
        task = new Task(context);
    }

    @Override
    public void process(Record<byte[], byte[]> record) {
        task().process(record);
    }

    @Override
    public void close() {
        if (task != null) {
            task.close();
            task = null;
        }
    }

    private Task task() {
        return requireNonNull(task, "not initialised");
    }

    /**
     * What may be kept of a record's value.
     *
     * @param leftOut why nothing is; null: it is as it was, or as the policies of its dataset let it be
     */
    private record Kept(byte @Nullable [] value, @Nullable String leftOut) {
        static final Kept NOTHING = new Kept(null, "a dataset protects columns, and the record was not read");
    }

    /** What exists from init to close. */
    private final class Task {
        private final ProcessorContext<byte[], Routed> context;
        private final int partition;
        private final RefreshStores stores;
        private final PendingQueue pending;
        private final ParkedChanges parked;
        private final DeadLetters deadLetters;
        private final RowProtection protection;
        private final PiiSampler sampler;
        private final Lineage lineage;
        private final RowUpdater updater;
        private final PartitionScans scans;
        private final ReplayIntake replays;
        private final Jobs jobs;
        private final Freshness freshness;
        private final BackfillPace.Share pace;
        private final EmbeddingQueue embedding;
        private final Watermarks watermarks;
        private final ImageWriter images;
        private final CommitPace commits;

        private Cancellable punctuation;
        private Duration tick;
        private boolean settled;
        private long catalogVersion = -1;
        /** Whether changes may be parked because of a catalog that was older than what this partition had acted on. */
        private boolean behind;

        private long lastWatermark;
        private long lastFullWatermark;
        private long parkedCursor;
        /** Whether all parked changes were looked at since the catalog changed. */
        private boolean parkedPassed;

        private volatile boolean closed;
        private long lastParked;

        Task(ProcessorContext<byte[], Routed> context) {
            this.context = context;
            this.partition = context.taskId().partition();
            this.stores = RefreshStores.open(context);
            this.images =
                    new ImageWriter(context, VECTORS_SINK, settings.topics().vectors(), partition, serdes.images());
            this.deadLetters = new DeadLetters(
                    context, DEAD_LETTERS_SINK, settings.topics().rows(), metrics);
            this.protection = new RowProtection(
                    catalogView,
                    settings.topics().rows(),
                    serdes.messages(),
                    settings.privacy().hashKey());
            this.sampler = new PiiSampler(settings.privacy().sampleRows(), flags);
            this.pending = new PendingQueue(stores.pending());
            this.parked = new ParkedChanges(stores.parked());
            this.behind = !parked.isEmpty();
            JobParts parts = new JobParts(stores.jobs(), metrics);
            RowReflector reflector = new RowReflector(
                    stores,
                    pending,
                    images,
                    deadLetters,
                    parts,
                    id -> Jobs.runs(catalogView.current(), id),
                    partition,
                    settings.maxRowBytes());
            this.lineage = new Lineage(stores.lineage());
            this.updater = new RowUpdater(stores, reflector, protection, metrics, lineage);
            this.scans = new PartitionScans(stores, reflector, updater, protection, images, parts);
            this.replays = new ReplayIntake(stores, scans, updater, reflector, deadLetters);
            this.jobs = new Jobs(context, settings, serdes, stores, parts, pending, scans, updater);
            this.freshness = new Freshness(pending, scans);
            this.pace = backfillPace.join();
            this.embedding = new EmbeddingQueue(
                    stores, pending, reflector, protection, images, pipeline, freshness, pace, this::wanted);
            this.watermarks = new Watermarks(pending, scans, images);
            this.commits = new CommitPace(settings.commitEveryMs());
            this.tick = BUSY;
            this.punctuation = schedule(tick);
            metrics.busyTasks(1);
        }

        /** Ends everything: what comes after this belongs to another task, with other mirrors of the stores. */
        void close() {
            closed = true;
            punctuation.cancel();
            pace.close();
            metrics.busyTasks(tick.equals(IDLE) ? 0 : -1);
            reports.forget(partition);
        }

        /** Whether the outcome of work for this index would still be used. Any thread. */
        private boolean wanted(long indexId) {
            return !closed && catalogView.current().index(indexId).isPresent();
        }

        /**
         * Whether this process has read less of the catalog than the one that had this partition before. It must do nothing then: to an older catalog, what is
         * new would seem to be gone, and rows would seem to be as they should.
         */
        private boolean catalogIsOlder() {
            boolean older = catalogView.current().version() < scans.catalogVersion();
            behind |= older;
            return older;
        }

        /** The newest catalog, which must not be older; what it makes necessary has been started. */
        private Catalog catalog() {
            Catalog catalog = catalogView.current();
            if (catalog.version() != catalogVersion) {
                catalogVersion = catalog.version();
                scans.catalogVersion(catalogVersion);
                settled = false;
                parkedCursor = 0;
                lastParked = 0;
                parkedPassed = false;
                lineage.reconcile(catalog, scans::knows); // Before the walks, which know of every dataset afterwards.
                jobs.reconcile(catalog); // First: what a job starts is part of it.
                scans.reconcile(catalog);
                embedding.reconcile(catalog);
                sampler.reconcile(catalog);
                metrics.indexes(catalog);
            }
            return catalog;
        }

        void process(Record<byte[], byte[]> record) {
            hurry();
            commits.read(context.currentSystemTimeMs() - record.timestamp());
            long offset = context.recordMetadata()
                    .map(RecordMetadata::offset)
                    .orElseThrow(() -> new IllegalStateException("a record without an offset"));
            long version = RowVersion.of(settings.epoch(), offset);
            Optional<Replay> replay = Optional.empty();
            long imagesBefore = images.written();
            Kept kept = unread(record.key(), record.value());
            try {
                replay = Replay.of(record.headers(), settings, partition, version);
                if (failures.givenUp(partition, version)) {
                    kept = salvaged(record.key(), record.value(), kept);
                    throw givenUp();
                }
                RowChange change = read(record);
                kept = unchecked(change, kept);
                check(change, record.key(), kept);
                kept = new Kept(protection.protect(change, record.value()), null);
                RowChangeReader.requireBounded(change);
                take(record.withValue(kept.value()), change, version, replay);
            } catch (FreshetException e) {
                if (e.code().retryable()) {
                    throw e;
                }
                refuse(record.key(), kept, record.headers(), version, replay, record.timestamp(), e);
            } catch (RuntimeException | StackOverflowError e) {
                // What was done so far is rolled back with the transaction, so only the next attempt can refuse it.
                failures.failed(partition, version, e);
                throw e;
            }
            scans.processed(version);
            lineage.flush();
            if (images.written() > imagesBefore) {
                commits.writtenAtOnce();
            } else {
                commits.written();
            }
        }

        private static FreshetException givenUp() {
            return new FreshetException(
                    ErrorCode.INTERNAL,
                    "the record made its partition fail " + UnforeseenFailures.ATTEMPTS_MAX
                            + " times in a way that it should not: the log of the refresh process has the whole; replay the dead letter when that is mended");
        }

        /** What may be kept of a record that is given up: as much as of any other, unless reading it is what made its partition fail. A letter that is replayed so does not lose what it holds. */
        private Kept salvaged(byte @Nullable [] key, byte @Nullable [] value, Kept unread) {
            if (key == null || RowSize.of(key, value, new RecordHeaders()) > RowSize.RECORD_BYTES_MAX) {
                return unread;
            }
            Kept kept = unread;
            try {
                RowChange change = read(key, value);
                kept = unchecked(change, kept);
                check(change, key, kept);
                return new Kept(protection.protect(change, value), null);
            } catch (FreshetException e) {
                if (e.code().retryable()) {
                    throw e;
                }
                return kept;
            } catch (RuntimeException | StackOverflowError e) {
                // Not its message, which may quote what is protected.
                log.warn(
                        "A record that is given up cannot be read either: {}",
                        e.getClass().getName());
                return kept;
            }
        }

        /** What may be kept of a record that is not read yet, or cannot be: nothing of one that may be of a dataset that protects columns. */
        private Kept unread(byte @Nullable [] key, byte @Nullable [] value) {
            return value != null && protection.covers(key) ? Kept.NOTHING : new Kept(value, null);
        }

        private RowChange read(byte[] key, byte @Nullable [] value) {
            try {
                return reader.read(settings.topics().rows(), new String(key, UTF_8), value);
            } catch (FreshetException e) {
                throw discreet(e, protection.covers(key));
            }
        }

        /** What may be kept of a change that was decoded and may contradict its key: nothing if either names a dataset that protects columns. */
        private Kept unchecked(RowChange change, Kept unread) {
            return unread.value() != null && protection.covers(change) ? Kept.NOTHING : unread;
        }

        private void check(RowChange change, byte[] key, Kept unchecked) {
            try {
                reader.check(change, new String(key, UTF_8));
            } catch (FreshetException e) {
                throw discreet(e, unchecked.leftOut() != null);
            }
        }

        /** The failure to read a record as it may be told. */
        private static FreshetException discreet(FreshetException failure, boolean covered) {
            // The cause stays out of it too: parsers quote what they cannot read.
            return failure.code().retryable() || !covered
                    ? failure
                    : new FreshetException(
                            failure.code(),
                            "the record cannot be read; why is not said, because that might quote columns that a dataset protects. It still stands at its origin, for as long as that topic keeps it");
        }

        private RowChange read(Record<byte[], byte[]> record) {
            if (record.key() == null) {
                throw new FreshetException(
                        ErrorCode.INVALID_ROW, "the record has no key; it must be <dataset>:<row key>");
            }
            long bytes = RowSize.of(record.key(), record.value(), record.headers());
            if (bytes > RowSize.RECORD_BYTES_MAX) {
                throw new FreshetException(
                        ErrorCode.ROW_TOO_LARGE,
                        "the record has " + bytes + " bytes, at most " + RowSize.RECORD_BYTES_MAX + " are allowed");
            }
            return read(record.key(), record.value());
        }

        private void take(Record<byte[], byte[]> record, RowChange change, long version, Optional<Replay> replay) {
            if (RowChangeReader.ofAllRows(change) && record.headers().lastHeader(SPREAD_HEADER) == null) {
                if (replay.isPresent()) {
                    throw new FreshetException(
                            ErrorCode.INVALID_ROW,
                            "a truncate or a sweep that never came to all partitions cannot be replayed: send it again");
                }
                spread(record);
                return;
            }
            int home = RowKeys.partition(record.key(), settings.partitions());
            if (!RowChangeReader.ofAllRows(change) && !sign(change) && home != partition) {
                metrics.rerouted();
                context.forward(record.withValue(new Routed(home, record.value())), ROWS_SINK);
                return;
            }
            if (!apply(record, change, version, replay)) {
                metrics.parked();
                parked.add(record, version, context.currentSystemTimeMs());
            }
        }

        /** Applies a change; returns false if it must wait. */
        private boolean apply(Record<byte[], byte[]> record, RowChange change, long version, Optional<Replay> replay) {
            if (catalogIsOlder()) {
                return false;
            }
            Catalog catalog = catalog();
            if (behind) {
                return false; // What was parked meanwhile comes first.
            }
            return replay.isPresent()
                    ? applyReplay(catalog, change, replay.get(), record.timestamp())
                    : !mustWait(change) && apply(catalog, change, version, record.timestamp(), Lane.LIVE);
        }

        /** Whether this is a message of a job about no row, which lies where it was sent. */
        private static boolean sign(RowChange change) {
            MergeStep step = change.getMerge();
            return step != null && step.getKind() != MergeKind.COPY && step.getKind() != MergeKind.CLEAR;
        }

        /**
         * What a job sends goes by what the rows were before it, and so does a change that leaves columns out: these must not pass changes that are parked. Nor does any other row of a table, whose
         * first rows are parked until it has its dataset.
         */
        private boolean mustWait(RowChange change) {
            return !parked.isEmpty()
                    && !parkedPassed
                    && (change.getMerge() != null
                            || change.getSchema$() != null
                            || change.getColumns().values().stream().anyMatch(Unavailable.class::isInstance));
        }

        /** Applies a change that was a dead letter; returns false if its dataset is not known (yet). Throws {@code UNKNOWN_DATASET} if the catalog has refused to create it. */
        private boolean applyReplay(Catalog catalog, RowChange change, Replay replay, long timestamp) {
            Optional<Dataset> dataset = catalog.dataset(change.getDataset());
            Long meant = change.getDatasetId() == null ? replay.datasetId() : change.getDatasetId();
            if (meant != null && dataset.map(found -> found.id() != meant).orElse(true)) {
                if (meant > catalog.lastId()) {
                    return false;
                }
                replays.drop(change, replay); // Meant for a dataset that was dropped.
                return true;
            }
            if (dataset.isEmpty()) {
                tables.unknown(change, timestamp);
                return false;
            }
            tables.known(dataset.get(), change, timestamp);
            watermarks.touch(dataset.get().id());
            switch (change.getOp()) {
                case TRUNCATE -> replays.truncate(dataset.get(), change, replay);
                case SWEEP -> replays.sweep(dataset.get(), change, place(change), replay);
                case UPSERT, DELETE -> {
                    applyTruncates(dataset.get().id(), change.getKey(), timestamp);
                    replays.take(catalog, dataset.get(), change, replay, timestamp);
                }
            }
            return true;
        }

        /** Applies a change; returns false if its dataset or job is not known (yet). Throws {@code UNKNOWN_DATASET} if the catalog has refused to create its dataset. */
        private boolean apply(Catalog catalog, RowChange change, long version, long timestamp, Lane lane) {
            MergeStep step = change.getMerge();
            if (step != null) {
                return applyStep(catalog, change, step, version, timestamp);
            }
            Optional<Dataset> dataset = catalog.dataset(change.getDataset());
            Long meant = change.getDatasetId();
            if (meant != null && dataset.map(found -> found.id() != meant).orElse(true)) {
                if (meant > catalog.lastId()) {
                    return false;
                }
                metrics.outdated(); // Meant for a dataset that was dropped.
                return true;
            }
            if (dataset.isEmpty()) {
                if (change.getOp() == Op.SWEEP && parked.isEmpty()) {
                    return true; // There is no row: its table may have been empty ever since.
                }
                tables.unknown(change, timestamp);
                return false;
            }
            tables.known(dataset.get(), change, timestamp);
            watermarks.touch(dataset.get().id());
            switch (change.getOp()) {
                case TRUNCATE -> {
                    scans.truncate(dataset.get().id(), version, Optional.ofNullable(change.getSource()));
                    lineage.took(dataset.get().id(), change.getSource(), version, timestamp, 0);
                }
                case SWEEP -> scans.sweep(dataset.get().id(), version, place(change));
                case UPSERT, DELETE -> {
                    applyTruncates(dataset.get().id(), change.getKey(), timestamp);
                    boolean late = lane == Lane.BACKFILL;
                    if (change.getOp() == Op.UPSERT && !change.getKeepColumns()) {
                        sampler.look(dataset.get(), change.getColumns());
                    }
                    updater.apply(catalog, dataset.get(), change, version, timestamp, lane, late);
                }
            }
            return true;
        }

        private static StreamPlace place(RowChange sweep) {
            return requireNonNull(sweep.getPlace(), "the reader lets no sweep through that has no place");
        }

        private boolean applyStep(Catalog catalog, RowChange change, MergeStep step, long version, long timestamp) {
            if (!Jobs.known(catalog, step.getJob())) {
                return false;
            }
            Optional<JobWork> work = Jobs.running(catalog, step.getJob());
            if (work.isEmpty()) {
                metrics.outdated(); // The job has ended.
                return true;
            }
            if (!sign(change) && work.get() instanceof Merge merge) {
                long datasetId = step.getKind() == MergeKind.COPY ? merge.destinationId() : merge.sourceId();
                watermarks.touch(datasetId);
                applyTruncates(datasetId, change.getKey(), timestamp);
            }
            jobs.take(catalog, work.get(), change, step, version, timestamp);
            return true;
        }

        /** A truncate under way may not have come to this row: what comes after it must not be taken for more of what came before. */
        private void applyTruncates(long datasetId, String rowKey, long timestamp) {
            if (!scans.truncating(datasetId)) {
                return;
            }
            Bytes key = StoreKeys.row(datasetId, rowKey);
            Optional<RowState> row = stores.rows().get(key);
            OptionalLong truncated = row.isEmpty() ? OptionalLong.empty() : scans.truncated(datasetId, row.get());
            if (truncated.isPresent()) {
                updater.delete(key, rowKey, row, truncated.getAsLong(), timestamp);
            }
        }

        private void spread(Record<byte[], byte[]> record) {
            for (int target = 0; target < settings.partitions(); target++) {
                Headers headers = new RecordHeaders(record.headers());
                headers.add(SPREAD_HEADER, new byte[0]);
                context.forward(
                        record.withValue(new Routed(target, record.value())).withHeaders(headers), ROWS_SINK);
            }
        }

        private void punctuate(long now) {
            if (closed) {
                return;
            }
            if (catalogIsOlder()) {
                setPace(IDLE);
                return;
            }
            long imagesBefore = images.written();
            Catalog catalog = catalog();
            boolean parkedSettled = replayParked(catalog, now);
            behind &= !parkedSettled;
            if (embedding.drain(catalog, now)) {
                settled = false;
            }
            // A truncate or a sweep must not come past rows that are parked and older than it.
            if (parkedSettled && scans.active()) {
                settled = false;
                scans.step(catalog, now);
            }
            if (parkedSettled) {
                jobs.step(catalog, now);
            }
            embedding.submit(catalog, now);
            boolean pressed = embedding.pressed(now);
            long watermarkEvery = pressed ? PRESSED_WATERMARK_EVERY_MS : WATERMARK_EVERY_MS;
            if (!settled && parkedSettled && now - lastWatermark >= watermarkEvery) {
                lastWatermark = now;
                boolean all = now - lastFullWatermark >= FULL_WATERMARK_EVERY_MS;
                if (all) {
                    lastFullWatermark = now;
                }
                settled = watermarks.write(catalog, all);
                reports.stale().update(partition, freshness.look(catalog, now), shares(catalog));
                reports.lineage().update(partition, lineage.tell());
            }
            lineage.flush();
            boolean busy = !settled || !parkedSettled || !embedding.idle() || scans.active() || jobs.busy();
            setPace(!busy ? IDLE : pressed && parkedSettled && !scans.active() && !jobs.busy() ? PRESSED : BUSY);
            if (images.written() > imagesBefore || scans.active() || jobs.busy()) {
                commits.written();
            }
            if (commits.due(now, pressed, !busy)) {
                context.commit();
            }
        }

        private Map<Long, StaleRegistry.Shares> shares(Catalog catalog) {
            Map<Long, StaleRegistry.Shares> shares = new HashMap<>();
            for (IndexDefinition index : catalog.indexes()) {
                shares.put(
                        index.id(),
                        new StaleRegistry.Shares(embedding.held(index), pending.size(index.id(), Lane.BACKFILL)));
            }
            return shares;
        }

        /**
         * Applies the parked changes whose dataset is known by now, some at a time, and gives up those that waited too long. Returns whether all were looked at
         * since the catalog changed.
         */
        private boolean replayParked(Catalog catalog, long now) {
            if (parked.isEmpty() || (parkedCursor == 0 && now - lastParked < PARKED_EVERY_MS)) {
                return true;
            }
            List<ParkedChange> changes = parked.from(parkedCursor, PARKED_PER_STEP);
            for (ParkedChange change : changes) {
                replay(catalog, change, now);
                parkedCursor = change.getVersion() + 1;
            }
            if (changes.size() < PARKED_PER_STEP) {
                parkedCursor = 0;
                lastParked = now;
                parkedPassed = true;
                return true;
            }
            return false;
        }

        private void replay(Catalog catalog, ParkedChange change, long now) {
            byte[] key = change.getKey().array();
            byte[] value = change.getValue().remaining() == 0
                    ? null
                    : change.getValue().array();
            Headers headers = ParkedChanges.headers(change);
            Optional<Replay> again = Optional.empty();
            Kept kept = unread(key, value);
            try {
                again = Replay.of(headers, settings, partition, change.getVersion());
                if (failures.givenUp(partition, change.getVersion())) {
                    kept = salvaged(key, value, kept);
                    throw givenUp();
                }
                RowChange row = read(key, value);
                kept = unchecked(row, kept);
                check(row, key, kept);
                kept = new Kept(protection.protect(row, value), null);
                RowChangeReader.requireBounded(row);
                boolean applied = again.isPresent()
                        ? applyReplay(catalog, row, again.get(), change.getTimestamp())
                        : apply(catalog, row, change.getVersion(), change.getTimestamp(), Lane.BACKFILL);
                if (applied) {
                    parked.remove(change);
                    settled = false;
                    return;
                }
                if ((row.getMerge() == null || again.isPresent()) && now - change.getParked() > patience()) {
                    if (row.getOp() == Op.SWEEP && again.isEmpty()) {
                        parked.remove(change); // What it should sweep waited before it, and has been given up.
                        return;
                    }
                    requireMayStillCome(row);
                }
            } catch (FreshetException e) {
                if (e.code().retryable()) {
                    throw e;
                }
                parked.remove(change);
                refuse(key, kept, headers, change.getVersion(), again, change.getTimestamp(), e);
            } catch (RuntimeException | StackOverflowError e) {
                failures.failed(partition, change.getVersion(), e); // As in process.
                throw e;
            }
        }

        /** Throws {@code UNKNOWN_DATASET} for a change that has waited as long as it may, unless its dataset is just being created. */
        private void requireMayStillCome(RowChange change) {
            Optional<String> reason = tables.whyUnknown(change);
            if (reason.isPresent()) {
                throw new FreshetException(
                        ErrorCode.UNKNOWN_DATASET,
                        "there was no dataset '" + change.getDataset() + "' for " + patience() / 1_000
                                + " seconds (setting unknown.dataset.patience.ms): " + reason.get());
            }
        }

        private long patience() {
            return settings.unknownDatasetPatience().toMillis();
        }

        /** Sends a change to the dead letters: as a new letter, or as the one that was replayed. */
        private void refuse(
                byte @Nullable [] key,
                Kept kept,
                Headers headers,
                long version,
                Optional<Replay> replay,
                long timestamp,
                FreshetException reason) {
            LetterId id = replay.map(Replay::letter).orElseGet(() -> LetterId.of(version, partition, 0));
            String text = key == null ? "" : new String(key, UTF_8);
            int colon = text.indexOf(':');
            Long datasetId = replay.map(Replay::datasetId).orElse(null);
            if (datasetId == null && colon > 0) {
                datasetId = catalogView
                        .current()
                        .dataset(text.substring(0, colon))
                        .map(Dataset::id)
                        .orElse(null);
            }
            if (datasetId != null) {
                updater.contest(datasetId, text.substring(colon + 1), id.version());
            }
            deadLetters.send(
                    id,
                    new DeadLetters.Refused(
                            key,
                            kept.value(),
                            headers,
                            timestamp,
                            datasetId,
                            catalogView
                                    .current()
                                    .index(id.indexId())
                                    .map(IndexDefinition::name)
                                    .orElse(null),
                            kept.leftOut()),
                    reason.code(),
                    String.valueOf(reason.getMessage()));
        }

        private void hurry() {
            settled = false;
            if (tick.equals(IDLE)) {
                setPace(BUSY);
            }
        }

        /** Every punctuation makes its task commit, so an idle task punctuates rarely, and a record sets the pace again. */
        private void setPace(Duration every) {
            if (tick.equals(every)) {
                return;
            }
            metrics.busyTasks((every.equals(IDLE) ? 0 : 1) - (tick.equals(IDLE) ? 0 : 1));
            tick = every;
            punctuation.cancel();
            punctuation = schedule(every);
        }

        /** Anchored, so that the tasks of a thread punctuate together and share a commit. */
        private Cancellable schedule(Duration every) {
            return context.schedule(Instant.EPOCH, every, PunctuationType.WALL_CLOCK_TIME, this::punctuate);
        }
    }
}
