package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One row of a body: read, or refused. {@code line} counts from 1: the line of NDJSON and CSV, the element of a JSON array. */
sealed interface InputRow {
    long line();

    /** A row with the values of {@link dev.freshet.schemas.row.ColumnValues}. */
    record Read(long line, Map<String, @Nullable Object> columns) implements InputRow {}

    /** What could not be read, and why. */
    record Refused(long line, ErrorCode code, String message) implements InputRow {}
}
