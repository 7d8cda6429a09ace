package dev.freshet.ops.client;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.client.IngestResult.FailedRow;
import dev.freshet.ops.client.IngestResult.RejectedRow;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.LongConsumer;
import org.jspecify.annotations.Nullable;

/** Sends a file of rows, batch after batch in order (a later line of the same key must win), and sums up what became of them. */
public final class RowUpload {
    private static final int MAX_TOLD = 100;

    private final FreshetClient client;
    private final String dataset;
    private final @Nullable Duration wait;
    private final List<RejectedRow> errors = new ArrayList<>();
    private final List<FailedRow> failed = new ArrayList<>();
    private final Map<String, Long> positions = new TreeMap<>();
    private long accepted;
    private long rejected;
    private long pendingRows;

    /**
     * @param wait how long each batch may take to become searchable; null does not wait
     */
    public RowUpload(FreshetClient client, String dataset, @Nullable Duration wait) {
        this.client = requireNonNull(client, "client is null");
        this.dataset = requireNonNull(dataset, "dataset is null");
        this.wait = wait;
    }

    /**
     * Sends them all. To be called once.
     *
     * @param progress told after each batch how many rows were sent so far
     */
    public UploadSummary run(RowBatches batches, LongConsumer progress) throws IOException {
        long start = System.nanoTime();
        long sent = 0;
        for (RowBatch batch = batches.next(); batch != null; batch = batches.next()) {
            add(batch, client.ingest(dataset, batches.contentType(), batch.body(), wait));
            sent += batch.rows();
            progress.accept(sent);
        }
        double seconds = (System.nanoTime() - start) / 1e9;
        return new UploadSummary(dataset, accepted, rejected, errors, failed, pendingRows, positions, seconds);
    }

    private void add(RowBatch batch, IngestResult result) {
        accepted += result.accepted();
        rejected += result.rejected();
        pendingRows += result.notSearchableYet();
        for (RejectedRow error : result.rejectedRows()) {
            if (errors.size() < MAX_TOLD) {
                errors.add(new RejectedRow(error.line() + batch.lineOffset(), error.code(), error.message()));
            }
        }
        for (FailedRow row : result.failedRows()) {
            if (failed.size() < MAX_TOLD) {
                failed.add(row);
            }
        }
        if (result.positions() != null) {
            result.positions().forEach((partition, offset) -> positions.merge(partition, offset, Math::max));
        }
    }
}
