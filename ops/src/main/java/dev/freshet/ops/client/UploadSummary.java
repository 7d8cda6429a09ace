package dev.freshet.ops.client;

import java.util.List;
import java.util.Map;

/**
 * What became of a file of rows.
 *
 * @param errors the first of the rejected rows, by their line in the file
 * @param failed the first of the rows that cannot be embedded
 * @param pendingRows rows that are written but were not searchable in time
 * @param positions per partition of the rows topic, the offset of the last row written
 */
public record UploadSummary(
        String dataset,
        long accepted,
        long rejected,
        List<IngestResult.RejectedRow> errors,
        List<IngestResult.FailedRow> failed,
        long pendingRows,
        Map<String, Long> positions,
        double seconds) {
    public UploadSummary {
        errors = List.copyOf(errors);
        failed = List.copyOf(failed);
        positions = Map.copyOf(positions);
    }

    /** Whether every row was taken and, if waited for, became searchable. */
    public boolean complete() {
        return rejected == 0 && failed.isEmpty() && pendingRows == 0;
    }

    public double rowsPerSecond() {
        return seconds > 0 ? accepted / seconds : 0;
    }
}
