package dev.freshet.refresh;

import dev.freshet.schemas.avro.CopiedRow;
import dev.freshet.schemas.avro.EmbeddedRow;
import dev.freshet.schemas.avro.JobPart;
import dev.freshet.schemas.avro.LineageState;
import dev.freshet.schemas.avro.ParkedChange;
import dev.freshet.schemas.avro.PendingRow;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.avro.ScanState;
import dev.freshet.schemas.serde.PlainAvro;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.StoreBuilder;
import org.apache.kafka.streams.state.Stores;

/**
 * The logged stores of one refresh task.
 *
 * @param rows the newest state of each row, all columns included
 * @param embedded the chunks and vectors last embedded, per index and row
 * @param pending the queue of rows that wait to be embedded
 * @param parked changes whose dataset is not known yet
 * @param scans how far each index and dataset has come in this partition
 * @param jobs how far this partition has come with each job
 * @param copied rows that merge jobs copied here and that are to be deleted from their source
 * @param lineage where the rows of each dataset came from
 */
record RefreshStores(
        TypedStore<RowState> rows,
        TypedStore<EmbeddedRow> embedded,
        TypedStore<PendingRow> pending,
        TypedStore<ParkedChange> parked,
        TypedStore<ScanState> scans,
        TypedStore<JobPart> jobs,
        TypedStore<CopiedRow> copied,
        TypedStore<LineageState> lineage) {
    private static final byte FORMAT = 1;
    /** How the rows store writes rows. Before format 3 nothing was known of sweeps. */
    static final PlainAvro<RowState> ROW_STATES = new PlainAvro<>(
            RowState.class,
            (byte) 3,
            Map.of(FORMAT, Set.of("contested", "place", "refused"), (byte) 2, Set.of("place", "refused")));

    private static final PlainAvro<ParkedChange> PARKED_CHANGES =
            new PlainAvro<>(ParkedChange.class, (byte) 2, Map.of(FORMAT, Set.of("headers")));

    /** Format 1 knew no jobs but merges. */
    static final PlainAvro<PendingRow> PENDING_ROWS =
            new PlainAvro<>(PendingRow.class, (byte) 2, Map.of(FORMAT, Set.of("job", "anew")));

    /** Format 2 knew no walk that protects columns, format 3 none that sweeps. */
    static final PlainAvro<ScanState> SCAN_STATES = new PlainAvro<>(
            ScanState.class,
            (byte) 4,
            Map.of(
                    FORMAT,
                    Set.of("job", "anew", "stale_since", "last_embedded", "catalog_version", "place"),
                    (byte) 2,
                    Set.of("place"),
                    (byte) 3,
                    Set.of("place")));

    private static final String ROWS = "rows";
    private static final String EMBEDDED = "embedded";
    private static final String PENDING = "pending";
    private static final String PARKED = "parked";
    private static final String SCANS = "scans";
    /** Named after the first kind of job: another name would lose the jobs that run while a process is replaced by a newer one. */
    private static final String JOBS = "merges";

    private static final String COPIED = "copied";
    private static final String LINEAGE = "lineage";

    static List<StoreBuilder<KeyValueStore<Bytes, byte[]>>> builders() {
        return List.of(
                builder(ROWS),
                builder(EMBEDDED),
                builder(PENDING),
                builder(PARKED),
                builder(SCANS).withCachingEnabled(),
                builder(JOBS).withCachingEnabled(),
                builder(COPIED),
                builder(LINEAGE).withCachingEnabled());
    }

    static RefreshStores open(ProcessorContext<?, ?> context) {
        return new RefreshStores(
                typed(context, ROWS, ROW_STATES),
                typed(context, EMBEDDED, EmbeddedRow.class),
                typed(context, PENDING, PENDING_ROWS),
                typed(context, PARKED, PARKED_CHANGES),
                typed(context, SCANS, SCAN_STATES),
                typed(context, JOBS, JobPart.class),
                typed(context, COPIED, CopiedRow.class),
                typed(context, LINEAGE, LineageState.class));
    }

    private static StoreBuilder<KeyValueStore<Bytes, byte[]>> builder(String name) {
        return Stores.keyValueStoreBuilder(Stores.persistentKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingEnabled(Map.of());
    }

    private static <T extends SpecificRecord> TypedStore<T> typed(
            ProcessorContext<?, ?> context, String name, Class<T> type) {
        return typed(context, name, new PlainAvro<>(type, FORMAT));
    }

    private static <T extends SpecificRecord> TypedStore<T> typed(
            ProcessorContext<?, ?> context, String name, PlainAvro<T> codec) {
        KeyValueStore<Bytes, byte[]> store = context.getStateStore(name);
        return new TypedStore<>(store, codec);
    }
}
