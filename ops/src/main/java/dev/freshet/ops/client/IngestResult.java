package dev.freshet.ops.client;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What became of a batch of rows. Lists are bounded by the server, counts are not. */
public record IngestResult(
        long accepted,
        long rejected,
        @Nullable List<RejectedRow> errors,
        @Nullable Map<String, Long> positions,
        @Nullable Boolean searchable,
        @Nullable List<FailedRow> failed,
        @Nullable List<String> pending,
        @Nullable Long pendingRows) {

    /** A row that was refused; {@code line} counts from 1 in the batch. */
    public record RejectedRow(long line, String code, String message) {}

    /** A row that can never be embedded. */
    public record FailedRow(String row, String code, String message) {}

    public List<RejectedRow> rejectedRows() {
        return errors == null ? List.of() : errors;
    }

    public List<FailedRow> failedRows() {
        return failed == null ? List.of() : failed;
    }

    /** Rows that were not searchable in time. */
    public long notSearchableYet() {
        return pendingRows == null ? 0 : pendingRows;
    }
}
