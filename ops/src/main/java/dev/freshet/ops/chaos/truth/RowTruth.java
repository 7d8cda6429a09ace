package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.truth.TopicRecord.Place;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A row as the rows topic says it is.
 *
 * @param from where the first of its last changes stands that all say the same: those after it changed nothing
 * @param last where its last change stands
 * @param columns a null value is one
 * @param vector the row's own; null for a row without
 * @param oversize whether its text is longer than a row's may be, so that no index can take it
 * @param earlier the columns that it had before, since it was last deleted, the oldest first
 */
record RowTruth(
        String key,
        Place from,
        Place last,
        Map<String, @Nullable Object> columns,
        float @Nullable [] vector,
        boolean oversize,
        List<Map<String, @Nullable Object>> earlier) {
    RowTruth(
            String key,
            Place from,
            Place last,
            Map<String, @Nullable Object> columns,
            float @Nullable [] vector,
            boolean oversize,
            List<Map<String, @Nullable Object>> earlier) {
        this.key = requireNonNull(key, "key is null");
        this.from = requireNonNull(from, "from is null");
        this.last = requireNonNull(last, "last is null");
        this.columns = Collections.unmodifiableMap(new HashMap<>(columns));
        this.vector = vector;
        this.oversize = oversize;
        this.earlier = List.copyOf(earlier);
    }

    static RowTruth first(
            String key,
            Place place,
            Map<String, @Nullable Object> columns,
            float @Nullable [] vector,
            boolean oversize) {
        return new RowTruth(key, place, place, columns, vector, oversize, List.of());
    }

    /** The row after one more change. */
    RowTruth then(
            Place place, Map<String, @Nullable Object> newColumns, float @Nullable [] newVector, boolean newOversize) {
        if (columns.equals(newColumns) && Arrays.equals(vector, newVector)) {
            return new RowTruth(key, from, place, columns, vector, oversize, earlier);
        }
        List<Map<String, @Nullable Object>> before = new ArrayList<>(earlier);
        before.add(columns);
        return new RowTruth(key, place, place, newColumns, newVector, newOversize, before);
    }
}
