package dev.freshet.ops.client;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A dataset to create or to change.
 *
 * @param metadataColumns null means every column that is not a text column
 * @param refreshPolicy its name in the API; null means {@code on_append}
 * @param schedule five fields of a crontab; goes with a policy that has one
 * @param timeZone in which the schedule is read; null means UTC
 * @param createIndex whether a new dataset gets its first index; null means that it does
 * @param columnPolicies keep, drop, mask or hash, by column; null leaves those there are
 */
public record DatasetDefinition(
        List<String> idColumns,
        List<String> textColumns,
        @Nullable List<String> metadataColumns,
        @Nullable String refreshPolicy,
        @Nullable String schedule,
        @Nullable String timeZone,
        @Nullable Boolean createIndex,
        @Nullable Map<String, String> columnPolicies) {
    public DatasetDefinition {
        idColumns = List.copyOf(idColumns);
        textColumns = List.copyOf(textColumns);
        metadataColumns = metadataColumns == null ? null : List.copyOf(metadataColumns);
        columnPolicies = columnPolicies == null ? null : Map.copyOf(columnPolicies);
    }

    /** A dataset whose columns keep the policies that they have. */
    public DatasetDefinition(
            List<String> idColumns,
            List<String> textColumns,
            @Nullable List<String> metadataColumns,
            @Nullable String refreshPolicy,
            @Nullable String schedule,
            @Nullable String timeZone,
            @Nullable Boolean createIndex) {
        this(idColumns, textColumns, metadataColumns, refreshPolicy, schedule, timeZone, createIndex, null);
    }

    /** A dataset whose rows are embedded as they come. */
    public DatasetDefinition(List<String> idColumns, List<String> textColumns, @Nullable List<String> metadataColumns) {
        this(idColumns, textColumns, metadataColumns, null, null, null, null);
    }
}
