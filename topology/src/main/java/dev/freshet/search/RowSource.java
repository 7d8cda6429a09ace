package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a version of a row came from.
 *
 * @param system for example postgresql, mysql, http
 * @param position the source's own, as text
 * @param time when the source made the change
 */
public record RowSource(
        String system,
        @Nullable String database,
        @Nullable String table,
        @Nullable String position,
        @Nullable Instant time) {
    public RowSource {
        requireNonNull(system, "system is null");
    }
}
