package dev.freshet.ops.client;

import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A dataset as the server shows it.
 *
 * @param schedule five fields of a crontab; null, as the next two, if it has none
 * @param columnPolicies keep, drop, mask or hash, by column
 * @param flags columns that seem to hold personal data
 * @param withheld text columns that are not embedded, because they are flagged and have no policy
 * @param job brings changed columns to the stored rows; null unless the request that this answers started it
 * @param origin the table that its rows come from; null if none was seen
 */
public record DatasetDescription(
        String name,
        List<String> idColumns,
        List<String> textColumns,
        @Nullable List<String> metadataColumns,
        String refreshPolicy,
        @Nullable String schedule,
        @Nullable String timeZone,
        @Nullable String nextRefresh,
        Map<String, String> columnPolicies,
        List<FlagLine> flags,
        List<String> withheld,
        @Nullable Long job,
        @Nullable StalenessLine staleness,
        List<IndexLine> indexes,
        @Nullable OriginLine origin) {
    public DatasetDescription {
        idColumns = List.copyOf(idColumns);
        textColumns = List.copyOf(textColumns);
        columnPolicies = Map.copyOf(columnPolicies);
        flags = List.copyOf(flags);
        withheld = List.copyOf(withheld);
        indexes = List.copyOf(indexes);
    }

    /**
     * A column that seems to hold personal data.
     *
     * @param by what shows it: name or values
     * @param share with values, how many of those that were looked at
     */
    public record FlagLine(
            String column, String kind, String by, @Nullable Double share) {}

    /** How far it is behind its rows. */
    public record StalenessLine(
            long pendingRows,
            @Nullable String staleSince,
            @Nullable Long oldestPendingAgeMs,
            @Nullable String lastEmbeddedAt) {}

    /**
     * The table that its rows come from.
     *
     * @param textColumns {@code proposed} or {@code configured}
     */
    public record OriginLine(
            String system,
            @Nullable String database,
            @Nullable String table,
            String textColumns,
            List<ColumnLine> columns) {
        public OriginLine {
            columns = List.copyOf(columns);
        }

        /** The table in a word or three. */
        public String name() {
            return Stream.of(system, database, table)
                    .flatMap(Stream::ofNullable)
                    .collect(Collectors.joining(" "));
        }
    }

    /** A column of the table; {@code text} says whether it is embedded. */
    public record ColumnLine(String name, String type, boolean text) {}

    /** One of its indexes. */
    public record IndexLine(String name, @Nullable String model, int dimensions, String distance) {}
}
