package dev.freshet.http;

import dev.freshet.refresh.RowWriter.Position;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.search.RowPosition;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What became of a body's rows so far. Not thread-safe. */
final class WriteReport {
    /** Refused rows that are told one by one; all are counted. */
    static final int MAX_ERRORS = 100;

    private final List<WriteAnswer.RowError> errors = new ArrayList<>();
    private final Map<String, Long> offsets = new TreeMap<>();
    private final Map<String, RowPosition> newest = new LinkedHashMap<>();
    private final boolean keepPositions;
    private long accepted;
    private long rejected;

    /**
     * @param keepPositions whether somebody will wait for the rows
     */
    WriteReport(boolean keepPositions) {
        this.keepPositions = keepPositions;
    }

    void accepted(RowChange change, Position position) {
        accepted++;
        offsets.merge(Integer.toString(position.partition()), position.offset(), Math::max);
        if (keepPositions) {
            newest.put(change.getKey(), new RowPosition(change.getKey(), position.partition(), position.version()));
        }
    }

    void rejected(long line, ErrorCode code, String message) {
        rejected++;
        if (errors.size() < MAX_ERRORS) {
            errors.add(new WriteAnswer.RowError(line, code.code(), message));
        }
    }

    long acceptedRows() {
        return accepted;
    }

    long rejectedRows() {
        return rejected;
    }

    List<WriteAnswer.RowError> errors() {
        return errors;
    }

    /** The newest change of each row. */
    Collection<RowPosition> newestPositions() {
        return newest.values();
    }

    WriteAnswer answer() {
        return WriteAnswer.written(accepted, rejected, errors, offsets);
    }
}
