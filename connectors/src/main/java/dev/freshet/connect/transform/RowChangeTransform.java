package dev.freshet.connect.transform;

import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.row.RowChangeJson;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.config.ConfigDef;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;

/**
 * Turns the change events of Debezium's Postgres, MySQL and MariaDB connectors into row changes on Freshet's rows topic:
 *
 * <pre>
 * topic  the setting rows.topic
 * key    string   &lt;dataset&gt;:&lt;row key&gt;       converter StringConverter
 * value  bytes    {@link RowChangeJson}          converter ByteArrayConverter
 * </pre>
 *
 * <ul>
 *   <li>An insert, an update and a row of a snapshot become an upsert of the row with all its columns, a delete becomes a delete, a truncate one record with an empty row key. A change of the primary key comes
 *       from Debezium as a delete and an insert.
 *   <li>The notification that an initial snapshot has read a table becomes a sweep, one record with an empty row key: Freshet deletes the rows of the dataset that the snapshot did not have any more.
 *       Tell the connector to send notifications ({@code notification.enabled.channels=sink}; the topic that {@code notification.sink.topic.name} has to name stays empty). After a record that was refused nothing is swept
 *       until the task is started again, for the row that it was may be missing.
 *   <li>Tombstones, heartbeats, borders of transactions, changes of schemas, other notifications and logical messages are dropped.
 *   <li>Values that the database did not send because they did not change are marked as unavailable.
 *   <li>Every change says where it came from and which columns the table has.
 *   <li>Records leave without headers, timestamp and partition: what Debezium puts into headers are keys of rows, the broker gives the time, and the key's hash the partition.
 * </ul>
 *
 * <p>What cannot be taken over is refused with {@link DataException}, on which Connect stops the task unless {@code errors.tolerance} says otherwise: a table without a primary key or without a dataset,
 * another primary key than before, a key that was not sent, a record that is no change event. The message says what to do. Wrong settings are refused with {@link ConfigException}.
 *
 * <p>Connect calls it from the task's thread alone.
 */
public final class RowChangeTransform<R extends ConnectRecord<R>> implements Transformation<R> {
    private @Nullable RowChanges changes;
    private String rowsTopic = "";

    /** Made by Connect, which then calls {@link #configure}. */
    public RowChangeTransform() {}

    @Override
    public ConfigDef config() {
        return TransformSettings.definition();
    }

    @Override
    public void configure(Map<String, ?> configs) {
        TransformSettings settings = TransformSettings.of(configs);
        rowsTopic = settings.rowsTopic();
        changes = new RowChanges(settings);
    }

    @Override
    public @Nullable R apply(R record) {
        if (changes == null) {
            throw new IllegalStateException("configure has not been called");
        }
        return changes.of(record).map(change -> rowRecord(record, change)).orElse(null);
    }

    @Override
    public void close() {
        // Nothing is held open.
    }

    private R rowRecord(R record, RowChange change) {
        return record.newRecord(
                rowsTopic,
                null,
                Schema.STRING_SCHEMA,
                RowKeys.record(change.getDataset(), change.getKey()),
                Schema.BYTES_SCHEMA,
                RowChangeJson.write(change),
                null,
                List.of());
    }
}
