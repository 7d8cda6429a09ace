package dev.freshet.connect.transform;

import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.StreamPlace;
import dev.freshet.schemas.avro.TableSchema;
import dev.freshet.schemas.privacy.HashKey;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.kafka.connect.connector.ConnectRecord;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/** Makes row changes of change events. For the task's thread only. */
final class RowChanges {
    private final Tables tables;
    private final Set<String> ignoredTables;
    private final UnavailableValues unavailable;
    private final @Nullable HashKey hashKey;
    private final StreamPlaces places = new StreamPlaces();
    /** Whether a record was refused, after which Connect may have been told to go on: a row may be missing that its table has, and nothing is swept. */
    private boolean refused;

    RowChanges(TransformSettings settings) {
        this.tables = new Tables(settings.datasets(), settings.textColumns(), settings.columnPolicies());
        this.ignoredTables = settings.ignoredTables();
        this.unavailable = new UnavailableValues(settings.placeholder());
        this.hashKey = settings.hashKey();
    }

    /**
     * The change that a record stands for; empty if it is none.
     *
     * @throws DataException if it is of a table or a kind that cannot be taken over. The message says what to do
     */
    Optional<RowChange> of(ConnectRecord<?> record) {
        try {
            return ScannedTable.read(record)
                    .flatMap(this::sweep)
                    .or(() -> ChangeEvent.read(record)
                            .filter(event ->
                                    !ignoredTables.contains(event.source().table()))
                            .map(event -> change(event, record)));
        } catch (RuntimeException e) {
            refused = true;
            throw e;
        }
    }

    /** A snapshot has sent all rows of a table: what it did not send is not there any more. */
    private Optional<RowChange> sweep(ScannedTable scanned) {
        StreamPlace place = places.of(scanned);
        return tables.knownDataset(scanned.table()).filter(dataset -> !refused).map(dataset -> {
            RowChange change = new RowChange();
            change.setDataset(dataset);
            change.setKey("");
            change.setOp(Op.SWEEP);
            change.setColumns(new HashMap<>());
            change.setKeepColumns(false);
            change.setPlace(place);
            return change;
        });
    }

    private RowChange change(ChangeEvent event, ConnectRecord<?> record) {
        return switch (event.kind()) {
            case WRITE, READ -> upsert(event, record);
            case DELETE -> delete(event, record);
            case TRUNCATE -> rowChange(event, "", Op.TRUNCATE, new HashMap<>(), null);
        };
    }

    private RowChange upsert(ChangeEvent event, ConnectRecord<?> record) {
        TableLayout layout = layout(event, record.keySchema());
        // The one place where values of columns enter a change: what must not leave the database is held back here.
        Map<String, @Nullable Object> columns = layout.columns(rowAfter(event), unavailable(event));
        Map<String, @Nullable Object> kept =
                tables.policies(event.source().table()).apply(columns, hashKey);
        return rowChange(event, rowKey(layout, event, record), Op.UPSERT, kept, layout.schema());
    }

    private RowChange delete(ChangeEvent event, ConnectRecord<?> record) {
        TableLayout layout = layout(event, record.keySchema());
        return rowChange(event, rowKey(layout, event, record), Op.DELETE, new HashMap<>(), layout.schema());
    }

    private TableLayout layout(ChangeEvent event, @Nullable Schema keySchema) {
        tables.dataset(event.source().table());
        return tables.layout(event.source().table(), keySchema, event.rowSchema());
    }

    /** Null for a row that was read by a snapshot, which is whole. */
    private @Nullable UnavailableValues unavailable(ChangeEvent event) {
        return event.kind() == ChangeEvent.Kind.READ ? null : unavailable;
    }

    private String rowKey(TableLayout layout, ChangeEvent event, ConnectRecord<?> record) {
        if (!(record.key() instanceof Struct key)) {
            throw new DataException("a change of table '" + event.source().table() + "' has no key");
        }
        return layout.rowKey(key, unavailable(event));
    }

    private static Struct rowAfter(ChangeEvent event) {
        Struct row = event.after();
        if (row == null) {
            throw new IllegalStateException("a " + event.kind() + " without a row");
        }
        return row;
    }

    private RowChange rowChange(
            ChangeEvent event,
            String rowKey,
            Op op,
            Map<String, @Nullable Object> columns,
            @Nullable TableSchema schema) {
        RowChange change = new RowChange();
        change.setDataset(tables.dataset(event.source().table()));
        change.setKey(rowKey);
        change.setOp(op);
        change.setColumns(columns);
        change.setKeepColumns(false);
        change.setSource(event.source().toRecord());
        change.setPlace(places.of(event));
        change.setSchema$(schema);
        return change;
    }
}
