package dev.freshet.connect.transform;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;

/**
 * What Debezium's notifications say of an initial snapshot: it has read all of a table, which may have been empty. A notification comes in the queue of the rows, and at most the last row of the table
 * comes after it. Snapshots on request are left out, for they may be of some rows only.
 *
 * @param source the connector's {@code topic.prefix}
 * @param table as in {@link SourceBlock}
 * @param place of the snapshot in the log, which all its rows have as their order
 */
record ScannedTable(String source, String table, long place) {
    private static final String SCHEMA = ".Notification";

    ScannedTable {
        requireNonNull(source, "source is null");
        requireNonNull(table, "table is null");
    }

    /** Empty for any other record, and where the place of the snapshot is not said. */
    static Optional<ScannedTable> read(ConnectRecord<?> record) {
        if (!(record instanceof SourceRecord sent)
                || !(record.value() instanceof Struct value)
                || value.schema().name() == null
                || !value.schema().name().endsWith(SCHEMA)
                || !"Initial Snapshot".equals(field(value, "aggregate_type"))
                || !"TABLE_SCAN_COMPLETED".equals(field(value, "type"))
                || !(field(value, "additional_data") instanceof Map<?, ?> data)
                || !"SUCCEEDED".equals(data.get("status"))
                || !(data.get("connector_name") instanceof String source)
                || !(data.get("scanned_collection") instanceof String table)) {
            return Optional.empty();
        }
        Map<String, ?> offset = sent.sourceOffset();
        Long place = offset == null || !"INITIAL".equals(offset.get("snapshot")) ? null : place(offset);
        return place == null ? Optional.empty() : Optional.of(new ScannedTable(source, table, place));
    }

    private static @Nullable Object field(Struct value, String name) {
        return value.schema().field(name) == null ? null : value.get(name);
    }

    private static @Nullable Long place(Map<String, ?> offset) {
        if (offset.get("lsn") instanceof Number sequenceNumber) {
            return sequenceNumber.longValue();
        }
        return offset.get("file") instanceof String file && offset.get("pos") instanceof Number position
                ? SourceBlock.order(file, position.longValue())
                : null;
    }
}
