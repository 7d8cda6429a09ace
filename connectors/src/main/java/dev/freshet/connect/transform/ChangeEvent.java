package dev.freshet.connect.transform;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * A change event of Debezium's, taken apart.
 *
 * @param after the row after the change; null for a delete and a truncate
 * @param rowSchema the schema of the table's rows
 */
record ChangeEvent(Kind kind, SourceBlock source, @Nullable Struct after, Schema rowSchema) {
    /** What happened to the row. */
    enum Kind {
        /** The row was written, by an insert or an update. Parts that did not change may be missing. */
        WRITE,
        /** The row was read, by a snapshot. Nothing is missing. */
        READ,
        DELETE,
        TRUNCATE
    }

    private static final Map<String, Kind> KINDS =
            Map.of("c", Kind.WRITE, "u", Kind.WRITE, "r", Kind.READ, "d", Kind.DELETE, "t", Kind.TRUNCATE);

    /** A message that an application wrote to Postgres' log. */
    private static final String MESSAGE = "m";

    /** Ends of the names of what connectors send beside changes: heartbeats, borders of transactions, changes of schemas, notifications. */
    private static final Set<String> OTHERS =
            Set.of(".Heartbeat", ".TransactionMetadataValue", ".SchemaChangeValue", ".Notification");

    ChangeEvent {
        requireNonNull(kind, "kind is null");
        requireNonNull(source, "source is null");
        requireNonNull(rowSchema, "rowSchema is null");
    }

    /**
     * Reads the value of a record; empty if it is no change of a row: a tombstone, a heartbeat, a border of a transaction, a change of a schema, a logical message.
     *
     * @throws DataException if it is none of these
     */
    static Optional<ChangeEvent> read(ConnectRecord<?> record) {
        if (record.value() == null) {
            return Optional.empty();
        }
        if (!(record.value() instanceof Struct envelope)) {
            throw new DataException("a record without a schema came to topic '" + record.topic()
                    + "': changes are read with their schemas, as Debezium's connectors make them. Let no other transformation come before this one,"
                    + " and use it in a source connector");
        }
        Schema schema = envelope.schema();
        if (isOther(schema)) {
            return Optional.empty();
        }
        if (schema.field("op") == null || schema.field("source") == null) {
            throw new DataException(
                    "a record of schema '" + schema.name() + "' came to topic '" + record.topic()
                            + "', which is no change event of Debezium's. Let no other transformation (ExtractNewRecordState) come before this one");
        }
        String operation = String.valueOf(envelope.getString("op"));
        return MESSAGE.equals(operation) ? Optional.empty() : Optional.of(read(envelope, operation));
    }

    private static ChangeEvent read(Struct envelope, String operation) {
        SourceBlock source = SourceBlock.read(envelope.getStruct("source"));
        Kind kind = KINDS.get(operation);
        if (kind == null) {
            throw new DataException("a change of table '" + source.table() + "' has the operation '" + operation
                    + "', which is not known: use Debezium 3.5");
        }
        Field after = envelope.schema().field("after");
        if (after == null) {
            throw new DataException("a change of table '" + source.table() + "' has no field 'after'");
        }
        Struct row = kind == Kind.WRITE || kind == Kind.READ ? envelope.getStruct("after") : null;
        if (row == null && (kind == Kind.WRITE || kind == Kind.READ)) {
            throw new DataException(
                    "a change of table '" + source.table() + "' with operation '" + operation + "' has no row");
        }
        return new ChangeEvent(kind, source, row, after.schema());
    }

    private static boolean isOther(Schema schema) {
        return schema.name() != null && OTHERS.stream().anyMatch(schema.name()::endsWith);
    }
}
