package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.EmbeddedRow;
import dev.freshet.schemas.avro.Failure;
import dev.freshet.schemas.avro.IndexState;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.PendingRow;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.row.RowChangeJson;
import dev.freshet.schemas.row.RowLimits;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.LongPredicate;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.utils.Bytes;

/**
 * Brings the newest state of a row to one index: at once where every vector is known, through the queue where the model is needed. The caller stores the
 * row's state afterwards; what is decided here about the index stands in its {@link IndexState}. Used by the task's stream thread only.
 */
final class RowReflector {
    private final RefreshStores stores;
    private final PendingQueue pending;
    private final ImageWriter images;
    private final DeadLetters deadLetters;
    private final JobParts jobs;
    private final LongPredicate running;
    private final int partition;
    private final int maxTextBytes;

    /**
     * @param jobs counts what becomes of the rows that are work of jobs
     * @param running whether a job runs
     * @param partition of the rows
     * @param maxTextBytes longest text of a row, in bytes of UTF-8
     */
    RowReflector(
            RefreshStores stores,
            PendingQueue pending,
            ImageWriter images,
            DeadLetters deadLetters,
            JobParts jobs,
            LongPredicate running,
            int partition,
            int maxTextBytes) {
        this.stores = stores;
        this.pending = pending;
        this.images = images;
        this.deadLetters = deadLetters;
        this.jobs = jobs;
        this.running = running;
        this.partition = partition;
        this.maxTextBytes = maxTextBytes;
    }

    /** The state of a row in an index, if it has one. */
    static Optional<IndexState> find(RowState row, long indexId) {
        return row.getIndexes().stream()
                .filter(state -> state.getIndexId() == indexId)
                .findFirst();
    }

    /** Whether an index needs nothing more of this row. */
    static boolean settled(RowState row, IndexDefinition index) {
        return find(row, index.id())
                .filter(state -> state.getPending() != null || (state.getForwarded() != null && !state.getFailed()))
                .isPresent();
    }

    /** Whether an index has the newest state of a row, and nothing waits. */
    static boolean reflected(RowState row, IndexDefinition index) {
        return find(row, index.id())
                .filter(state -> state.getPending() == null && state.getForwarded() != null && !state.getFailed())
                .isPresent();
    }

    /** Whether an index has the newest state of a row. */
    private static boolean reflected(RowState row, IndexState state) {
        return !state.getFailed() && state.getForwarded() != null && state.getForwarded() == row.getVersion();
    }

    Reflected reflect(Dataset dataset, IndexDefinition index, String rowKey, RowState row, Lane lane) {
        return reflect(dataset, index, rowKey, row, lane, row.getVersion());
    }

    /**
     * As above.
     *
     * @param oldest the version of the row before this one, if the index may not have that either
     */
    Reflected reflect(Dataset dataset, IndexDefinition index, String rowKey, RowState row, Lane lane, long oldest) {
        return reflect(dataset, index, rowKey, row, lane, oldest, Assignment.NONE);
    }

    /** As above, for a row that was found among the stored ones. */
    Reflected reflect(Dataset dataset, IndexDefinition index, String rowKey, RowState row, Assignment assignment) {
        return reflect(dataset, index, rowKey, row, Lane.BACKFILL, row.getVersion(), assignment);
    }

    private Reflected reflect(
            Dataset dataset,
            IndexDefinition index,
            String rowKey,
            RowState row,
            Lane lane,
            long oldest,
            Assignment assignment) {
        Optional<IndexState> known = find(row, index.id());
        IndexState state = known.orElseGet(() -> add(row, index.id()));
        if (state.getUnreflected() == null && !(assignment.anew() && reflected(row, state))) {
            state.setUnreflected(known.isPresent() ? Long.valueOf(row.getVersion()) : Long.valueOf(oldest));
        }
        String metadata = RowContent.metadata(dataset, row);
        if (!RowSize.fits(metadata)) {
            // The dataset's metadata columns changed since the row was taken.
            int bytes = metadata.getBytes(UTF_8).length;
            return fail(dataset, index, rowKey, row, ErrorCode.ROW_TOO_LARGE, RowLimits.tooLarge(bytes));
        }
        if (index.direct()) {
            return forward(index, rowKey, row, state, ownVector(row), metadata);
        }
        if (row.getTextHash().remaining() == 0) {
            stores.embedded().delete(StoreKeys.row(index.id(), rowKey));
            return forward(index, rowKey, row, state, List.of(), metadata);
        }
        Optional<EmbeddedRow> embedded = stores.embedded().get(StoreKeys.row(index.id(), rowKey));
        if (embedded.isPresent() && embedded.get().getTextHash().equals(row.getTextHash())) {
            if (!assignment.anew() && !waitsAnew(index.id(), state)) {
                return forward(index, rowKey, row, state, embedded.get().getChunks(), metadata);
            }
            if (state.getUnreflected() != null) {
                // What the index has is right, until the model gives the same text another vector.
                image(index, rowKey, row, state, embedded.get().getChunks(), metadata);
            }
        }
        int bytes = RowContent.text(dataset, row.getColumns()).getBytes(UTF_8).length;
        if (bytes > maxTextBytes) {
            return fail(
                    dataset,
                    index,
                    rowKey,
                    row,
                    ErrorCode.ROW_TOO_LARGE,
                    "the row has " + bytes + " bytes of text, at most " + maxTextBytes
                            + " are allowed (setting max.row.bytes)");
        }
        return enqueue(dataset, index, rowKey, row, state, lane, assignment);
    }

    /** Marks the newest version as one that can never be embedded: once in the dead letters, and in the image, which keeps its chunks. */
    Reflected fail(
            Dataset dataset, IndexDefinition index, String rowKey, RowState row, ErrorCode code, String message) {
        IndexState state = find(row, index.id()).orElseGet(() -> add(row, index.id()));
        dequeue(index.id(), state, RowOutcome.FAILED);
        RowChange change = RowChange.newBuilder()
                .setDataset(dataset.name())
                .setDatasetId(dataset.id())
                .setKey(rowKey)
                .setOp(Op.UPSERT)
                .setColumns(row.getColumns())
                .setVector(null)
                .setSource(row.getSource())
                .setPlace(row.getPlace())
                .setSchema$(null)
                .build();
        if (state.getForwarded() == null || state.getForwarded() != row.getVersion()) {
            recovered(index.id(), state, row.getVersion()); // What failed before was an older version.
        }
        deadLetters.send(
                LetterId.of(row.getVersion(), partition, index.id()),
                new DeadLetters.Refused(
                        RowKeys.record(dataset.name(), rowKey).getBytes(UTF_8),
                        RowChangeJson.write(change),
                        new RecordHeaders(),
                        row.getTimestamp(),
                        dataset.id(),
                        index.name(),
                        null),
                code,
                message);
        List<Chunk> chunks = lastChunks(dataset, index, rowKey);
        images.row(
                index.id(),
                rowKey,
                row.getVersion(),
                chunks,
                RowContent.boundedMetadata(dataset, row),
                row.getTimestamp(),
                row.getSource(),
                new Failure(code.code(), DeadLetters.shorten(message)));
        state.setForwarded(row.getVersion());
        state.setUnreflected(null);
        state.setFailed(true);
        return Reflected.FAILED;
    }

    /** What was last embedded of a row. Nothing, where text columns are not embedded: it may stem from before that was decided. */
    private List<Chunk> lastChunks(Dataset dataset, IndexDefinition index, String rowKey) {
        Bytes key = StoreKeys.row(index.id(), rowKey);
        if (dataset.embeddedColumns().size() < dataset.textColumns().size()) {
            stores.embedded().delete(key);
            return List.of();
        }
        return stores.embedded().get(key).map(EmbeddedRow::getChunks).orElse(List.of());
    }

    /**
     * Ends the failure of a row in an index, if it had one, and settles its letter. To be called before the state says what was forwarded instead.
     *
     * @param version of the row that the index has now
     */
    void recovered(long indexId, IndexState state, long version) {
        Long failed = state.getForwarded();
        endFailure(indexId, state, failed != null && failed == version ? LetterState.REPLAYED : LetterState.SUPERSEDED);
    }

    private void endFailure(long indexId, IndexState state, LetterState outcome) {
        Long failed = state.getForwarded();
        if (state.getFailed() && failed != null) {
            deadLetters.settle(LetterId.of(failed, partition, indexId), outcome);
        }
        state.setFailed(false);
    }

    /** Takes a row out of an index: its image, its queue entry and what was embedded of it. */
    void remove(String rowKey, RowState row, long indexId, long version) {
        Optional<IndexState> found = find(row, indexId);
        if (found.isEmpty()) {
            return;
        }
        dequeue(indexId, found.get(), RowOutcome.SKIPPED);
        endFailure(indexId, found.get(), LetterState.SUPERSEDED);
        stores.embedded().delete(StoreKeys.row(indexId, rowKey));
        if (found.get().getForwarded() != null) {
            images.delete(indexId, rowKey, version);
        }
        row.setIndexes(row.getIndexes().stream()
                .filter(state -> state.getIndexId() != indexId)
                .toList());
    }

    /** The place of a row in the queue, if it waits. */
    Optional<PendingQueue.Entry> waiting(long indexId, IndexState state) {
        Long sequence = state.getPending();
        if (sequence == null) {
            return Optional.empty();
        }
        Lane lane = Lane.of(state.getLane());
        return pending.get(indexId, lane, sequence).map(row -> new PendingQueue.Entry(indexId, lane, sequence, row));
    }

    private boolean waitsAnew(long indexId, IndexState state) {
        return waiting(indexId, state).filter(entry -> entry.row().getAnew()).isPresent();
    }

    /** Takes the row out of the queue, if it waits, and counts it where it was the work of a job. */
    private void dequeue(long indexId, IndexState state, RowOutcome outcome) {
        Long sequence = state.getPending();
        if (sequence != null) {
            pending.remove(indexId, Lane.of(state.getLane()), sequence)
                    .ifPresent(row -> jobs.through(row.getJob(), outcome));
            state.setPending(null);
        }
    }

    /** Counts a row that was forwarded in an older state as done, where it was the work of a job. */
    void through(PendingRow row) {
        jobs.through(row.getJob(), RowOutcome.DONE);
    }

    /** Updates of one row coalesce: the newest text is read when its turn comes. */
    private Reflected enqueue(
            Dataset dataset,
            IndexDefinition index,
            String rowKey,
            RowState row,
            IndexState state,
            Lane lane,
            Assignment assignment) {
        Long unreflected = state.getUnreflected();
        long version = unreflected == null ? PendingQueue.ALL_REFLECTED : unreflected;
        Optional<PendingQueue.Entry> before = waiting(index.id(), state);
        if (before.isEmpty()) {
            PendingRow entry = new PendingRow(
                    dataset.id(), rowKey, version, row.getTimestamp(), assignment.job(), assignment.anew());
            add(index, state, lane, entry);
            return Reflected.QUEUED;
        }
        PendingRow waiting = before.get().row();
        Long other = waiting.getJob();
        // The walk of a job that has ended makes nothing its own that waits already.
        boolean keeps =
                assignment.job() == null || !running.test(assignment.job()) || (other != null && running.test(other));
        PendingRow entry = new PendingRow(
                dataset.id(),
                rowKey,
                version,
                waiting.getVersion() == version ? waiting.getTimestamp() : row.getTimestamp(),
                keeps ? other : assignment.job(),
                waiting.getAnew() || assignment.anew());
        if (lane.code() < state.getLane()) {
            add(index, state, lane, entry); // First, so that the queue is not empty in between.
            pending.remove(index.id(), before.get().lane(), before.get().sequence());
        } else if (!entry.equals(waiting)) {
            pending.replace(before.get(), entry);
        }
        return assignment.job() == null || assignment.job().equals(entry.getJob()) ? Reflected.QUEUED : Reflected.TAKEN;
    }

    private void add(IndexDefinition index, IndexState state, Lane lane, PendingRow entry) {
        state.setPending(pending.add(index.id(), lane, entry));
        state.setLane(lane.code());
    }

    private Reflected forward(
            IndexDefinition index, String rowKey, RowState row, IndexState state, List<Chunk> chunks, String metadata) {
        dequeue(index.id(), state, RowOutcome.DONE);
        image(index, rowKey, row, state, chunks, metadata);
        return Reflected.FORWARDED;
    }

    private void image(
            IndexDefinition index, String rowKey, RowState row, IndexState state, List<Chunk> chunks, String metadata) {
        images.row(index.id(), rowKey, row.getVersion(), chunks, metadata, row.getTimestamp(), row.getSource(), null);
        recovered(index.id(), state, row.getVersion());
        state.setForwarded(row.getVersion());
        state.setUnreflected(null);
    }

    private static List<Chunk> ownVector(RowState row) {
        ByteBuffer vector = row.getVector();
        return vector == null ? List.of() : List.of(new Chunk(0, ByteBuffer.allocate(0), "", vector));
    }

    private static IndexState add(RowState row, long indexId) {
        IndexState state = IndexState.newBuilder()
                .setIndexId(indexId)
                .setPending(null)
                .setLane(0)
                .setForwarded(null)
                .setUnreflected(null)
                .setFailed(false)
                .build();
        List<IndexState> states = new ArrayList<>(row.getIndexes());
        states.add(state);
        row.setIndexes(states);
        return state;
    }
}
