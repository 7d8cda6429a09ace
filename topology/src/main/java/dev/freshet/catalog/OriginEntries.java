package dev.freshet.catalog;

import dev.freshet.catalog.TableOrigin.Column;
import dev.freshet.catalog.TableOrigin.ColumnChange;
import dev.freshet.schemas.avro.ColumnChangeEntry;
import dev.freshet.schemas.avro.ColumnEntry;
import dev.freshet.schemas.avro.DroppedEntry;
import dev.freshet.schemas.avro.OriginEntry;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/** Where rows come from, and what was dropped, to and from their records. */
final class OriginEntries {
    private OriginEntries() {}

    static @Nullable TableOrigin origin(@Nullable OriginEntry entry) {
        return entry == null
                ? null
                : new TableOrigin(
                        entry.getSystem(),
                        entry.getDatabase(),
                        entry.getTable(),
                        entry.getColumns().stream()
                                .map(column -> new Column(column.getName(), column.getType()))
                                .toList(),
                        entry.getAsOf(),
                        entry.getTextProposed(),
                        entry.getChanges().stream()
                                .map(change -> new ColumnChange(
                                        change.getAsOf(), change.getColumn(), change.getBefore(), change.getAfter()))
                                .toList());
    }

    static @Nullable OriginEntry entry(@Nullable TableOrigin origin) {
        return origin == null
                ? null
                : new OriginEntry(
                        origin.system(),
                        origin.database(),
                        origin.table(),
                        origin.columns().stream()
                                .map(column -> new ColumnEntry(column.name(), column.type()))
                                .toList(),
                        // As it comes back from its record.
                        origin.asOf().truncatedTo(ChronoUnit.MILLIS),
                        origin.textProposed(),
                        origin.changes().stream()
                                .map(change -> new ColumnChangeEntry(
                                        change.asOf().truncatedTo(ChronoUnit.MILLIS),
                                        change.column(),
                                        change.before(),
                                        change.after()))
                                .toList());
    }

    static String droppedKey(String name) {
        return "dropped/" + name;
    }

    static DroppedDataset dropped(DroppedEntry entry) {
        return new DroppedDataset(entry.getName(), entry.getDatasetId(), entry.getDropped());
    }

    static DroppedEntry entry(DroppedDataset dropped) {
        return new DroppedEntry(dropped.name(), dropped.datasetId(), dropped.dropped());
    }
}
