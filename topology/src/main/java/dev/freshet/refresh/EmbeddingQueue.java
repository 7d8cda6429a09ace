package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
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
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.LongPredicate;
import org.apache.kafka.common.utils.Bytes;

/**
 * Hands waiting rows to the pipeline and takes finished ones back.
 *
 * <ul>
 *   <li>All methods are called by the task's stream thread; only the pipeline's outcomes come from other threads, through a concurrent queue.
 *   <li>Nothing is held in memory alone: a row leaves the pending queue when its image leaves. What was under way when a task closed is done again.
 *   <li>Each model has a budget of its own, so one that fails or is slow never holds up the others.
 * </ul>
 */
final class EmbeddingQueue {
    private static final int ROWS_MAX = 64;
    private static final long CHARACTERS_MAX = 512 * 1024;

    private final RefreshStores stores;
    private final PendingQueue pending;
    private final RowReflector reflector;
    private final ImageWriter images;
    private final EmbeddingPipeline pipeline;
    private final LongPredicate wanted;
    private final ConcurrentLinkedQueue<EmbeddingOutcome> outcomes = new ConcurrentLinkedQueue<>();
    private final Map<LaneKey, Long> nextSequence = new HashMap<>();
    private final Map<String, Budget> budgets = new HashMap<>();
    private final Set<PendingKey> underWay = new HashSet<>();

    /**
     * @param wanted whether the outcome of work for an index would still be used; asked from any thread
     */
    EmbeddingQueue(
            RefreshStores stores,
            PendingQueue pending,
            RowReflector reflector,
            ImageWriter images,
            EmbeddingPipeline pipeline,
            LongPredicate wanted) {
        this.stores = stores;
        this.pending = pending;
        this.reflector = reflector;
        this.images = images;
        this.pipeline = pipeline;
        this.wanted = wanted;
    }

    private record LaneKey(long indexId, Lane lane) {}

    private record PendingKey(long indexId, Lane lane, long sequence) {
        static PendingKey of(PendingQueue.Entry entry) {
            return new PendingKey(entry.indexId(), entry.lane(), entry.sequence());
        }
    }

    private static final class Budget {
        private int rows;
        private long characters;

        boolean exhausted() {
            return rows >= ROWS_MAX || characters >= CHARACTERS_MAX;
        }
    }

    boolean idle() {
        return underWay.isEmpty() && outcomes.isEmpty();
    }

    /** Whether as many rows are with a model as may be. */
    boolean pressed() {
        return budgets.values().stream().anyMatch(Budget::exhausted);
    }

    /** Forwards what has been embedded. */
    void drain(Catalog catalog) {
        for (EmbeddingOutcome outcome = outcomes.poll(); outcome != null; outcome = outcomes.poll()) {
            EmbeddingWork work = outcome.work();
            underWay.remove(PendingKey.of(work.entry()));
            Budget budget = budget(work.index());
            budget.rows--;
            budget.characters -= work.text().length();
            finish(catalog, outcome);
        }
    }

    /** Hands over as many waiting rows as the budgets allow, live ones first. */
    void submit(Catalog catalog) {
        if (pending.isEmpty()) {
            return;
        }
        for (Lane lane : Lane.values()) {
            for (IndexDefinition index : catalog.indexes()) {
                if (!index.direct() && pending.size(index.id(), lane) > 0) {
                    submit(catalog, index, lane);
                }
            }
        }
    }

    private void submit(Catalog catalog, IndexDefinition index, Lane lane) {
        Budget budget = budget(index);
        LaneKey laneKey = new LaneKey(index.id(), lane);
        long next = nextSequence.getOrDefault(laneKey, 0L);
        if (budget.exhausted()) {
            return;
        }
        try (TypedStore.Cursor<PendingRow> waiting = pending.from(index.id(), lane, next)) {
            while (!budget.exhausted() && waiting.hasNext()) {
                PendingQueue.Entry entry = PendingQueue.entry(waiting.next());
                nextSequence.put(laneKey, entry.sequence() + 1);
                submit(catalog, index, entry);
            }
        }
    }

    private void submit(Catalog catalog, IndexDefinition index, PendingQueue.Entry entry) {
        Optional<Dataset> dataset = catalog.dataset(index.datasetId());
        Optional<RowState> row =
                stores.rows().get(StoreKeys.row(index.datasetId(), entry.row().getRowKey()));
        if (dataset.isEmpty() || row.isEmpty()) {
            return; // Dropped at this moment: clearing it away takes the entry along.
        }
        String text = RowContent.text(dataset.get(), row.get().getColumns());
        ByteBuffer textHash = RowContent.textHash(text);
        if (!textHash.equals(row.get().getTextHash())) {
            // The dataset's columns changed, and the walk over its rows has not come to this one.
            row.get().setTextHash(textHash);
            stores.rows().put(StoreKeys.row(index.datasetId(), entry.row().getRowKey()), row.get());
        }
        Map<ByteBuffer, Chunk> known = new HashMap<>();
        stores.embedded()
                .get(StoreKeys.row(index.id(), entry.row().getRowKey()))
                .ifPresent(embedded -> embedded.getChunks().forEach(chunk -> known.put(chunk.getHash(), chunk)));
        EmbeddingWork work = new EmbeddingWork(
                index,
                entry,
                row.get().getVersion(),
                row.get().getTimestamp(),
                text,
                textHash,
                RowContent.boundedMetadata(dataset.get(), row.get()),
                known);
        underWay.add(PendingKey.of(entry));
        Budget budget = budget(index);
        budget.rows++;
        budget.characters += work.text().length();
        pipeline.submit(work, outcomes::add, () -> wanted.test(index.id()));
    }

    private void finish(Catalog catalog, EmbeddingOutcome outcome) {
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
        boolean queued = state.isPresent()
                && state.get().getPending() != null
                && state.get().getPending() == work.entry().sequence()
                && state.get().getLane() == work.entry().lane().code();
        if (!queued) {
            return; // Deleted, moved to another lane, or set back to a text that is embedded already.
        }
        if (outcome instanceof Abandoned) {
            return;
        }
        PendingQueue.Entry next = work.entry();
        boolean newest = row.getTextHash().equals(work.textHash());
        if (outcome instanceof Embedded embedded && RowSize.fits(embedded.chunks())) {
            stores.embedded()
                    .put(StoreKeys.row(work.index().id(), rowKey), new EmbeddedRow(work.textHash(), embedded.chunks()));
            if (newest) {
                reflector.reflect(
                        dataset.get(), index.get(), rowKey, row, work.entry().lane());
            } else {
                // A row edited faster than it embeds still gets fresher: this version goes out, and the newest one is
                // next.
                images.row(
                        work.index().id(),
                        rowKey,
                        work.version(),
                        embedded.chunks(),
                        work.metadata(),
                        work.timestamp(),
                        null);
                state.get().setForwarded(work.version());
                state.get().setUnreflected(work.version() + 1);
                state.get().setFailed(false);
                next = pending.replace(
                        work.entry(),
                        new PendingRow(dataset.get().id(), rowKey, work.version() + 1, row.getTimestamp()));
            }
        } else if (newest && outcome instanceof Refused refused) {
            reflector.fail(dataset.get(), index.get(), rowKey, row, refused.code(), refused.message());
        } else if (newest) {
            reflector.fail(dataset.get(), index.get(), rowKey, row, ErrorCode.ROW_TOO_LARGE, RowSize.CHUNKS_TOO_LARGE);
        }
        stores.rows().put(key, row);
        if (!newest) {
            submit(catalog, index.get(), next);
        }
    }

    /** By fingerprint: a model that was replaced under its name must not hold up its successor. */
    private Budget budget(IndexDefinition index) {
        String fingerprint =
                requireNonNull(index.model(), "a direct index embeds nothing").fingerprint();
        return budgets.computeIfAbsent(fingerprint, name -> new Budget());
    }
}
