package dev.freshet.connect.type;

import dev.freshet.schemas.row.ColumnValues;
import org.jspecify.annotations.Nullable;

/** Turns one value, as a connector sends it, into a value of a column ({@link ColumnValues} lists them). Immutable, for any thread. */
@FunctionalInterface
public interface ColumnConverter {
    /**
     * Converts a value that is not null.
     *
     * @throws RuntimeException if the value is not what its schema says. The message says what is wrong and never quotes the value
     */
    @Nullable
    Object convert(Object value);
}
