package dev.freshet.http;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What became of the rows of a write.
 *
 * @param errors the first of the rejected ones
 * @param positions per partition of the rows topic, the offset of the last row written
 * @param waited null unless the writer waited
 * @param searchable whether every row that did not fail is searchable
 * @param failed rows that can never be embedded
 * @param pending the first of the rows that were not searchable in time
 * @param pendingRows how many there are
 */
record WriteAnswer(
        long accepted,
        long rejected,
        List<RowError> errors,
        Map<String, Long> positions,
        @Nullable Boolean waited,
        @Nullable Boolean searchable,
        @Nullable List<FailedRow> failed,
        @Nullable List<String> pending,
        @Nullable Integer pendingRows) {

    /** Why a row was rejected; {@code line} counts from 1 (of a JSON array: elements). */
    record RowError(long line, String code, String message) {}

    /** Why a row cannot be embedded. */
    record FailedRow(String row, String code, String message) {}

    static WriteAnswer written(long accepted, long rejected, List<RowError> errors, Map<String, Long> positions) {
        return new WriteAnswer(accepted, rejected, List.copyOf(errors), positions, null, null, null, null, null);
    }

    WriteAnswer afterWaiting(List<FailedRow> failedRows, List<String> pendingRowKeys) {
        return new WriteAnswer(
                accepted,
                rejected,
                errors,
                positions,
                true,
                pendingRowKeys.isEmpty(),
                failedRows,
                pendingRowKeys.stream().limit(WriteReport.MAX_ERRORS).toList(),
                pendingRowKeys.size());
    }
}
