package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A named set of rows.
 *
 * @param id given by the catalog, never used twice
 * @param idColumns the columns that make the row key, in order
 * @param textColumns the columns whose text is embedded, in order; empty for the implicit dataset of a direct index
 * @param metadataColumns the columns that searches return; null means every column that is not a text column
 * @param refreshPolicy when changed rows may be embedded
 * @param schedule set for the policy {@code SCHEDULED} alone
 * @param served the times of the schedule up to this moment are served; at first, when the schedule was set; null without a schedule
 * @param direct whether this is the implicit dataset of a direct index, whose rows carry their vectors
 * @param revision grows with each change of the columns: rows are looked at again then
 */
public record Dataset(
        long id,
        String name,
        List<String> idColumns,
        List<String> textColumns,
        @Nullable List<String> metadataColumns,
        RefreshPolicy refreshPolicy,
        @Nullable RefreshSchedule schedule,
        @Nullable Instant served,
        boolean direct,
        Instant created,
        long revision) {
    public Dataset {
        requireNonNull(name, "name is null");
        requireNonNull(refreshPolicy, "refreshPolicy is null");
        requireNonNull(created, "created is null");
        idColumns = List.copyOf(idColumns);
        textColumns = List.copyOf(textColumns);
        metadataColumns = metadataColumns == null ? null : List.copyOf(metadataColumns);
    }
}
