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
 * @param revision grows with each change of the columns, and of what is kept or embedded of them: rows are looked at again then
 * @param origin the table that its rows come from; null if none ever was seen
 * @param privacy the columns that seem to hold personal data, and what is done to them
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
        long revision,
        @Nullable TableOrigin origin,
        DatasetPrivacy privacy) {
    public Dataset {
        requireNonNull(name, "name is null");
        requireNonNull(refreshPolicy, "refreshPolicy is null");
        requireNonNull(created, "created is null");
        requireNonNull(privacy, "privacy is null");
        idColumns = List.copyOf(idColumns);
        textColumns = List.copyOf(textColumns);
        metadataColumns = metadataColumns == null ? null : List.copyOf(metadataColumns);
    }

    /** A dataset that no table is known of, and nothing that would have to be protected. */
    public Dataset(
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
        this(
                id,
                name,
                idColumns,
                textColumns,
                metadataColumns,
                refreshPolicy,
                schedule,
                served,
                direct,
                created,
                revision,
                null,
                DatasetPrivacy.NONE);
    }

    /** The text columns that are embedded, in order: those that are neither withheld nor changed by a policy. */
    public List<String> embeddedColumns() {
        return textColumns.stream().filter(privacy::embeds).toList();
    }

    /** The text columns that are not embedded because they seem to hold personal data, and nobody has said what is to be done with them. */
    public List<String> withheldColumns() {
        return textColumns.stream().filter(privacy::withholds).toList();
    }
}
