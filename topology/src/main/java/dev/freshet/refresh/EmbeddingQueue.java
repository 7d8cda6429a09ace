package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.refresh.EmbeddingOutcome.Abandoned;
import dev.freshet.refresh.EmbeddingOutcome.Embedded;
import dev.freshet.refresh.EmbeddingOutcome.Refused;
import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.EmbeddedRow;
import dev.freshet.schemas.avro.IndexState;
import dev.freshet.schemas.avro.PendingRow;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.error.ErrorCode;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.LongPredicate;
import java.util.stream.Collectors;
import org.apache.kafka.common.utils.Bytes;

/**
 * Hands waiting rows to the pipeline and takes finished ones back.
 *
 * <ul>
 *   <li>All methods are called by the task's stream thread; only the pipeline's outcomes come from other threads, through a concurrent queue.
 *   <li>Nothing is held in memory alone: a row leaves the pending queue when its image leaves. What was under way when a task closed is done again.
 *   <li>Each model has a budget of its own, so one that fails or is slow never holds up the others. Rows of the backfill lane get a part of it only, and no
 *       more per second than {@link BackfillPace} lets through.
 *   <li>A row goes if its job runs; or if the dataset's policy is {@code on_append}, unless it is in the backfill lane as the work of a job that has ended.
 *       Rows that may not go are passed over once, and not looked at again before something changes for them.
 * </ul>
 */
final class EmbeddingQueue {
    private static final int ROWS_MAX = 64;
    private static final long CHARACTERS_MAX = 512 * 1024;
    private static final int BACKFILL_ROWS_MAX = 16;
    private static final long BACKFILL_CHARACTERS_MAX = 128 * 1024;
    private static final int LOOKED_AT_MAX = 1_000;
    /** How often work under way is compared with its row; the pipeline waits as long at least before it tries again. */
    private static final long OUTDATED_EVERY_MS = 250;
    /** A budget that has not moved for so long waits for a model that does not answer. */
    private static final long STUCK_AFTER_MS = 1_000;

    private final RefreshStores stores;
    private final PendingQueue pending;
    private final RowReflector reflector;
    private final RowProtection protection;
    private final ImageWriter images;
    private final EmbeddingPipeline pipeline;
    private final Freshness freshness;
    private final BackfillPace.Share pace;
    private final LongPredicate wanted;
    private final ConcurrentLinkedQueue<EmbeddingOutcome> outcomes = new ConcurrentLinkedQueue<>();
    /** Per lane, the first row that has not been looked at. */
    private final Map<LaneKey, Long> nextSequence = new HashMap<>();

    private final Map<Long, Gate> gates = new HashMap<>();
    private final Map<String, Budget> budgets = new HashMap<>();
    private final Map<PendingKey, UnderWay> underWay = new HashMap<>();
    /** Whether rows that may go were left for later. */
    private boolean more;

    private long lastOutdated;

    /**
     * @param wanted whether the outcome of work for an index would still be used; asked from any thread
     */
    EmbeddingQueue(
            RefreshStores stores,
            PendingQueue pending,
            RowReflector reflector,
            RowProtection protection,
            ImageWriter images,
            EmbeddingPipeline pipeline,
            Freshness freshness,
            BackfillPace.Share pace,
            LongPredicate wanted) {
        this.stores = stores;
        this.pending = pending;
        this.reflector = reflector;
        this.protection = protection;
        this.images = images;
        this.pipeline = pipeline;
        this.freshness = freshness;
        this.pace = pace;
        this.wanted = wanted;
    }

    private record LaneKey(long indexId, Lane lane) {}

    private record PendingKey(long indexId, Lane lane, long sequence) {
        static PendingKey of(PendingQueue.Entry entry) {
            return new PendingKey(entry.indexId(), entry.lane(), entry.sequence());
        }
    }

    /** Which rows of an index may go. */
    private record Gate(boolean onAppend, Set<Long> jobs) {
        static Gate of(Catalog catalog, Dataset dataset) {
            return new Gate(
                    dataset.refreshPolicy() == RefreshPolicy.ON_APPEND,
                    catalog.runningJobs(dataset.id()).stream().map(Job::id).collect(Collectors.toUnmodifiableSet()));
        }

        boolean lets(Lane lane, PendingRow row) {
            Long job = row.getJob();
            return job == null ? onAppend : jobs.contains(job) || (onAppend && lane == Lane.LIVE);
        }

        /** How many rows of a lane may go. */
        long lets(PendingQueue pending, long indexId, Lane lane) {
            boolean all = onAppend && lane == Lane.LIVE;
            return pending.size(indexId, lane, job -> all || jobs.contains(job), onAppend);
        }
    }

    /**
     * Whether the outcome of work would still be used. Of a row that was edited, the first attempt would: one that is edited all the time still gets fresher. A
     * further attempt would not: the edit may be what mends it. Asked from any thread; told by the task's.
     */
    private final class UnderWay implements BooleanSupplier {
        private final EmbeddingWork work;
        /** As it was when the work began. */
        private final Dataset dataset;

        private volatile boolean gone;
        private volatile boolean edited;
        private volatile boolean tried;

        UnderWay(EmbeddingWork work, Dataset dataset) {
            this.work = work;
            this.dataset = dataset;
        }

        /** Whether the work may hold what has been protected or withheld since, so that nothing of it may be kept. */
        boolean showsTooMuch(Dataset now) {
            List<String> embedded = now.embeddedColumns();
            return now.privacy().policies().isStricterThan(dataset.privacy().policies())
                    || dataset.embeddedColumns().stream()
                            .anyMatch(column -> now.textColumns().contains(column) && !embedded.contains(column));
        }

        @Override
        public boolean getAsBoolean() {
            if (gone || (edited && tried)) {
                return false;
            }
            tried = true;
            return wanted.test(work.index().id());
        }

        void compare() {
            PendingQueue.Entry entry = work.entry();
            gone = pending.get(entry.indexId(), entry.lane(), entry.sequence()).isEmpty();
            edited = !gone
                    && stores.rows()
                            .get(StoreKeys.row(
                                    work.index().datasetId(), entry.row().getRowKey()))
                            .filter(row -> row.getTextHash().equals(work.textHash()))
                            .isEmpty();
        }
    }

    private static final class Budget {
        private long lastMoved;
        private int rows;
        private long characters;
        private int backfillRows;
        private long backfillCharacters;

        boolean exhausted(Lane lane) {
            return rows >= ROWS_MAX
                    || characters >= CHARACTERS_MAX
                    || (lane == Lane.BACKFILL
                            && (backfillRows >= BACKFILL_ROWS_MAX || backfillCharacters >= BACKFILL_CHARACTERS_MAX));
        }

        boolean pressed(long now) {
            return exhausted(Lane.LIVE) && now - lastMoved < STUCK_AFTER_MS;
        }

        void take(EmbeddingWork work, long now) {
            add(work, 1, now);
        }

        void giveBack(EmbeddingWork work, long now) {
            add(work, -1, now);
        }

        private void add(EmbeddingWork work, int sign, long now) {
            lastMoved = now;
            rows += sign;
            characters += (long) sign * work.text().length();
            if (work.entry().lane() == Lane.BACKFILL) {
                backfillRows += sign;
                backfillCharacters += (long) sign * work.text().length();
            }
        }
    }

    /** Whether there is nothing to do before something changes: rows that may not go wait all the same. */
    boolean idle() {
        return underWay.isEmpty() && outcomes.isEmpty() && !more;
    }

    /** How many rows wait that may not go. */
    long held(IndexDefinition index) {
        Gate gate = gates.get(index.id());
        long rows = pending.size(index.id());
        return gate == null
                ? rows
                : rows - gate.lets(pending, index.id(), Lane.LIVE) - gate.lets(pending, index.id(), Lane.BACKFILL);
    }

    /** Learns from a changed catalog which rows may go: lanes for which that changed are looked through again. */
    void reconcile(Catalog catalog) {
        for (IndexDefinition index : catalog.indexes()) {
            Optional<Dataset> dataset = catalog.dataset(index.datasetId());
            if (dataset.isPresent() && !index.direct()) {
                Gate gate = Gate.of(catalog, dataset.get());
                if (!gate.equals(gates.put(index.id(), gate))) {
                    for (Lane lane : Lane.values()) {
                        nextSequence.remove(new LaneKey(index.id(), lane));
                    }
                }
            }
        }
        gates.keySet().removeIf(id -> catalog.index(id).isEmpty());
        nextSequence.keySet().removeIf(lane -> !gates.containsKey(lane.indexId()));
    }

    /** Whether as many live rows are with a model as may be. One that answers nothing slows nobody else down. */
    boolean pressed(long now) {
        return budgets.values().stream().anyMatch(budget -> budget.pressed(now));
    }

    /** Forwards what has been embedded; returns whether anything was. */
    boolean drain(Catalog catalog, long now) {
        if (now - lastOutdated >= OUTDATED_EVERY_MS) {
            lastOutdated = now;
            underWay.values().forEach(UnderWay::compare);
        }
        boolean any = false;
        for (EmbeddingOutcome outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
            any = true;
            EmbeddingWork work = outcome.work();
            UnderWay ended = requireNonNull(underWay.remove(PendingKey.of(work.entry())), "an outcome of no work");
            budget(work.index()).giveBack(work, now);
            finish(catalog, outcome, ended, now);
        }
        return any;
    }

    /** Hands over as many waiting rows as the budgets allow, live ones first. */
    void submit(Catalog catalog, long now) {
        more = false;
        for (Lane lane : Lane.values()) {
            for (IndexDefinition index : catalog.indexes()) {
                Gate gate = gates.get(index.id());
                if (gate != null && gate.lets(pending, index.id(), lane) > 0) {
                    submit(catalog, index, lane, gate, now);
                }
            }
        }
    }

    private void submit(Catalog catalog, IndexDefinition index, Lane lane, Gate gate, long now) {
        Budget budget = budget(index);
        LaneKey laneKey = new LaneKey(index.id(), lane);
        long next = nextSequence.getOrDefault(laneKey, 0L);
        OptionalLong retagged = pending.takeRetagged(index.id(), lane);
        if (retagged.isPresent()) {
            next = Math.min(next, retagged.getAsLong());
            nextSequence.put(laneKey, next);
        }
        if (next >= pending.nextSequence()) {
            return;
        }
        if (budget.exhausted(lane)) {
            more = true;
            return;
        }
        int lookedAt = 0;
        try (TypedStore.Cursor<PendingRow> waiting = pending.from(index.id(), lane, next)) {
            while (waiting.hasNext()) {
                if (lookedAt++ >= LOOKED_AT_MAX || budget.exhausted(lane)) {
                    more = true;
                    return;
                }
                PendingQueue.Entry entry = PendingQueue.entry(waiting.next());
                if (gate.lets(lane, entry.row()) && !underWay.containsKey(PendingKey.of(entry))) {
                    if (lane == Lane.BACKFILL && !pace.take(now)) {
                        more = true;
                        return;
                    }
                    submit(catalog, index, entry, now);
                }
                nextSequence.put(laneKey, entry.sequence() + 1);
            }
        }
        nextSequence.put(laneKey, pending.nextSequence());
    }

    private void submit(Catalog catalog, IndexDefinition index, PendingQueue.Entry entry, long now) {
        Optional<Dataset> dataset = catalog.dataset(index.datasetId());
        Optional<RowState> row =
                stores.rows().get(StoreKeys.row(index.datasetId(), entry.row().getRowKey()));
        if (dataset.isEmpty() || row.isEmpty()) {
            return; // Dropped at this moment: clearing it away takes the entry along.
        }
        boolean changed = protection.protect(dataset.get(), row.get());
        String text = RowContent.text(dataset.get(), row.get().getColumns());
        ByteBuffer textHash = RowContent.textHash(text);
        if (changed || !textHash.equals(row.get().getTextHash())) {
            // The dataset's columns or their policies changed, and the walk over its rows has not come to this one.
            row.get().setTextHash(textHash);
            stores.rows().put(StoreKeys.row(index.datasetId(), entry.row().getRowKey()), row.get());
        }
        Map<ByteBuffer, Chunk> known = new HashMap<>();
        if (!entry.row().getAnew()) {
            stores.embedded()
                    .get(StoreKeys.row(index.id(), entry.row().getRowKey()))
                    .ifPresent(embedded -> embedded.getChunks().forEach(chunk -> known.put(chunk.getHash(), chunk)));
        }
        EmbeddingWork work = new EmbeddingWork(
                index,
                entry,
                row.get().getVersion(),
                row.get().getTimestamp(),
                row.get().getSource(),
                text,
                textHash,
                RowContent.boundedMetadata(dataset.get(), row.get()),
                known);
        UnderWay started = new UnderWay(work, dataset.get());
        underWay.put(PendingKey.of(entry), started);
        budget(index).take(work, now);
        pipeline.submit(work, outcomes::add, started);
    }

    private void finish(Catalog catalog, EmbeddingOutcome outcome, UnderWay ended, long now) {
        EmbeddingWork work = outcome.work();
        Optional<IndexDefinition> index = catalog.index(work.index().id());
        Optional<Dataset> dataset = catalog.dataset(work.index().datasetId());
        String rowKey = work.entry().row().getRowKey();
        Bytes key = StoreKeys.row(work.index().datasetId(), rowKey);
        Optional<RowState> found = stores.rows().get(key);
        if (index.isEmpty() || dataset.isEmpty() || found.isEmpty()) {
            return;
        }
        RowState row = found.get();
        Optional<IndexState> state = RowReflector.find(row, work.index().id());
        Optional<PendingQueue.Entry> waiting = state.flatMap(
                        known -> reflector.waiting(work.index().id(), known))
                .filter(entry -> PendingKey.of(entry).equals(PendingKey.of(work.entry())));
        if (waiting.isEmpty()) {
            return; // Deleted, moved to another lane, or set back to a text that is embedded already.
        }
        PendingQueue.Entry entry = waiting.get();
        if (outcome instanceof Abandoned || ended.showsTooMuch(dataset.get())) {
            submitIfItMayGo(
                    catalog, index.get(), entry, now); // Edited while it was tried again and again, or protected.
            return;
        }
        boolean newest = row.getTextHash().equals(work.textHash());
        if (entry.row().getAnew() && !work.entry().row().getAnew()) {
            // A rebuild came while it was embedded with the chunks that were known.
            submitIfItMayGo(catalog, index.get(), entry, now);
            return;
        }
        if (outcome instanceof Embedded embedded && RowSize.fits(embedded.chunks())) {
            freshness.embedded(index.get().id(), now);
            stores.embedded()
                    .put(StoreKeys.row(work.index().id(), rowKey), new EmbeddedRow(work.textHash(), embedded.chunks()));
            if (newest) {
                embeddedAnew(entry);
                reflector.reflect(
                        dataset.get(), index.get(), rowKey, row, work.entry().lane());
            } else {
                entry = forwardOlder(dataset.get(), embedded, rowKey, row, state.get(), entry);
            }
        } else if (newest && outcome instanceof Refused refused) {
            reflector.fail(dataset.get(), index.get(), rowKey, row, refused.code(), refused.message());
        } else if (newest) {
            reflector.fail(dataset.get(), index.get(), rowKey, row, ErrorCode.ROW_TOO_LARGE, RowSize.CHUNKS_TOO_LARGE);
        }
        stores.rows().put(key, row);
        if (!newest) {
            submitIfItMayGo(catalog, index.get(), entry, now);
        }
    }

    private void submitIfItMayGo(Catalog catalog, IndexDefinition index, PendingQueue.Entry entry, long now) {
        Gate gate = gates.get(index.id());
        if (gate != null && gate.lets(entry.lane(), entry.row())) {
            submit(catalog, index, entry, now);
        }
    }

    /** What was embedded anew is known from here on. */
    private PendingQueue.Entry embeddedAnew(PendingQueue.Entry entry) {
        if (!entry.row().getAnew()) {
            return entry;
        }
        PendingRow row = entry.row();
        return pending.replace(
                entry,
                new PendingRow(
                        row.getDatasetId(),
                        row.getRowKey(),
                        row.getVersion(),
                        row.getTimestamp(),
                        row.getJob(),
                        false));
    }

    /**
     * A row edited faster than it embeds still gets fresher: this version goes out, and the newest one is next. For the job that it was embedded for, that was
     * what it had to do; the newest one goes when the policy lets it. It stays the work of its job if that is another one by now, if only the dataset's columns
     * changed, so that the job has brought nothing, or if the index has a newer image already, with other metadata.
     */
    private PendingQueue.Entry forwardOlder(
            Dataset dataset,
            Embedded embedded,
            String rowKey,
            RowState row,
            IndexState state,
            PendingQueue.Entry entry) {
        EmbeddingWork work = embedded.work();
        Long forwarded = state.getForwarded();
        boolean overtaken = forwarded != null && forwarded > work.version();
        if (!overtaken) {
            images.row(
                    work.index().id(),
                    rowKey,
                    work.version(),
                    embedded.chunks(),
                    work.metadata(),
                    work.timestamp(),
                    work.source(),
                    null);
            reflector.recovered(work.index().id(), state, work.version());
            state.setForwarded(work.version());
            state.setUnreflected(Math.min(work.version() + 1, row.getVersion()));
        }
        Long job = entry.row().getJob();
        boolean another = !Objects.equals(job, work.entry().row().getJob());
        boolean keeps = another || overtaken || row.getVersion() == work.version();
        if (!keeps) {
            reflector.through(entry.row());
        }
        Long unreflected = state.getUnreflected();
        return pending.replace(
                entry,
                new PendingRow(
                        dataset.id(),
                        rowKey,
                        unreflected == null ? PendingQueue.ALL_REFLECTED : unreflected,
                        row.getTimestamp(),
                        keeps ? job : null,
                        another && entry.row().getAnew()));
    }

    /** By fingerprint: a model that was replaced under its name must not hold up its successor. */
    private Budget budget(IndexDefinition index) {
        String fingerprint =
                requireNonNull(index.model(), "a direct index embeds nothing").fingerprint();
        return budgets.computeIfAbsent(fingerprint, name -> new Budget());
    }
}
