package dev.freshet.http;

import dev.freshet.search.RowSource;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Where a version of a row came from, as answers show it.
 *
 * @param key of the row in there
 * @param position the source's own, as text
 * @param time when the source made the change
 */
record SourceInfo(
        String system,
        @Nullable String database,
        @Nullable String table,
        String key,
        @Nullable String position,
        @Nullable String time) {
    static @Nullable SourceInfo of(@Nullable RowSource source, String rowKey) {
        if (source == null) {
            return null;
        }
        Instant time = source.time();
        return new SourceInfo(
                source.system(),
                source.database(),
                source.table(),
                rowKey,
                source.position(),
                time == null ? null : time.toString());
    }
}
