package dev.freshet.connect.transform;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.StreamPlace;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the transformation makes of snapshots: a place for each change, and a sweep at the end of each table. */
class SweepTransformTest {
    private static final Schema NOTIFICATION = SchemaBuilder.struct()
            .name("io.debezium.connector.common.Notification")
            .version(1)
            .field("id", Schema.STRING_SCHEMA)
            .field("type", Schema.STRING_SCHEMA)
            .field("aggregate_type", Schema.STRING_SCHEMA)
            .field(
                    "additional_data",
                    SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.STRING_SCHEMA)
                            .optional()
                            .build())
            .field("timestamp", Schema.INT64_SCHEMA)
            .build();

    private static final DebeziumTable ALBUM = DebeziumTable.postgres("public", "album")
            .column("id", Schema.INT32_SCHEMA)
            .key("id");
    private static final Map<String, ?> ROW = Map.of("id", 1);
    private static final Map<String, ?> SNAPSHOT_OFFSET =
            Map.of("lsn", 200L, "snapshot", "INITIAL", "snapshot_completed", false, "last_snapshot_record", false);

    private final RowChangeTransform<SourceRecord> transform = Transforms.create("public.album:albums");

    @Test
    void shouldSweepWhatTheSnapshotOfATableDidNotSee() {
        SourceRecord sweep = Transforms.row(transform, scanned("public.album", SNAPSHOT_OFFSET));

        assertThat(sweep.key()).isEqualTo("albums:");
        assertThat(sweep.topic()).isEqualTo("freshet.rows");
        assertThat(sweep.sourceOffset()).isEqualTo(SNAPSHOT_OFFSET);
        assertThat(Transforms.json(sweep))
                .isEqualTo("{\"dataset\":\"albums\",\"key\":\"\",\"op\":\"sweep\",\"columns\":{},"
                        + "\"place\":{\"stream\":\"shop/public.album\",\"follows\":200}}");
    }

    @Test
    void shouldReadThePlaceOfASnapshotInABinaryLog() {
        DebeziumTable album = DebeziumTable.mariadb("shop", "album")
                .column("id", Schema.INT32_SCHEMA)
                .key("id");
        RowChangeTransform<SourceRecord> mariadb = Transforms.create("shop.album:albums");
        StreamPlace place = new StreamPlace("shop/shop.album", (3L << 32) + 4711);

        assertThat(Transforms.change(mariadb, album.read(ROW, 4711)).getPlace()).isEqualTo(place);
        assertThat(Transforms.change(
                                mariadb,
                                scanned(
                                        "shop.album",
                                        Map.of("file", DebeziumTable.LOG_FILE, "pos", 4711L, "snapshot", "INITIAL")))
                        .getPlace())
                .isEqualTo(place);
        assertThat(Transforms.change(mariadb, album.insert(ROW, 4800)).getPlace())
                .isEqualTo(new StreamPlace("shop/shop.album", (3L << 32) + 4800));
    }

    @Test
    void shouldDropAllOtherNotifications() {
        Map<String, String> data = data("public.album");
        for (SourceRecord other : List.of(
                notification("IN_PROGRESS", "Initial Snapshot", data, SNAPSHOT_OFFSET),
                notification("COMPLETED", "Initial Snapshot", Map.of("connector_name", "shop"), SNAPSHOT_OFFSET),
                notification("TABLE_SCAN_COMPLETED", "Incremental Snapshot", data, SNAPSHOT_OFFSET),
                notification("TABLE_SCAN_COMPLETED", "Initial Snapshot", with(data, "SQL_EXCEPTION"), SNAPSHOT_OFFSET),
                scanned("public.signals", SNAPSHOT_OFFSET),
                scanned("public.album", Map.of("lsn", 200L, "snapshot", "BLOCKING")),
                scanned("public.album", Map.of("lsn", 200L)),
                scanned("public.album", Map.of("snapshot", "INITIAL")),
                scanned("public.album", Map.of("file", "binlog", "pos", 4L, "snapshot", "INITIAL")))) {
            assertThat(transform.apply(other)).as("%s", other).isNull();
        }
    }

    @Test
    void shouldPlaceWhatTheSourceCommittedAfterASnapshotBehindIt() {
        assertThat(follows(transform, ALBUM.read(ROW, 200), null)).isEqualTo(200);
        // Made before the snapshot, in a transaction that was committed after it.
        assertThat(follows(transform, ALBUM.update(ROW, 100), null)).isEqualTo(200);
        assertThat(follows(transform, ALBUM.update(ROW, 120), "[\"260\",\"120\"]"))
                .isEqualTo(260);
        assertThat(follows(transform, ALBUM.delete(ROW, 270), "[\"260\",\"270\"]"))
                .isEqualTo(260);
        assertThat(follows(transform, ALBUM.truncate(280), "[null,\"280\"]")).isEqualTo(200);
    }

    @Test
    void shouldKnowThePlaceOfASnapshotThatSawNoRow() {
        assertThat(transform.apply(scanned("public.signals", SNAPSHOT_OFFSET))).isNull();
        assertThat(follows(transform, ALBUM.insert(ROW, 100), null)).isEqualTo(200);
    }

    @Test
    void shouldGoByTheTransactionsBeforeWhereItWasStartedAgain() {
        assertThat(Transforms.change(transform, withSequence(ALBUM.insert(ROW, 300), null))
                        .getPlace())
                .isNull();
        assertThat(follows(transform, ALBUM.insert(ROW, 300), "[\"290\",\"300\"]"))
                .isEqualTo(290);
    }

    @Test
    void shouldSweepNothingAfterARecordThatWasRefused() {
        SourceRecord keyless = ALBUM.keyless().read(ROW, 200);
        assertThatThrownBy(() -> transform.apply(keyless)).isInstanceOf(DataException.class);

        assertThat(transform.apply(ALBUM.read(ROW, 200))).isNotNull();
        assertThat(transform.apply(scanned("public.album", SNAPSHOT_OFFSET))).isNull();
    }

    private static long follows(
            RowChangeTransform<SourceRecord> transform, SourceRecord record, @Nullable String sequence) {
        RowChange change = Transforms.change(transform, withSequence(record, sequence));
        StreamPlace place = requireNonNull(change.getPlace(), "no place");
        assertThat(place.getStream()).isEqualTo("shop/public.album");
        return place.getFollows();
    }

    private static SourceRecord withSequence(SourceRecord record, @Nullable String sequence) {
        ((Struct) record.value()).getStruct("source").put("sequence", sequence);
        return record;
    }

    private static SourceRecord scanned(String table, Map<String, ?> offset) {
        return notification("TABLE_SCAN_COMPLETED", "Initial Snapshot", data(table), offset);
    }

    private static Map<String, String> data(String table) {
        return Map.of(
                "connector_name",
                "shop",
                "scanned_collection",
                table,
                "data_collections",
                "public.album,public.signals",
                "total_rows_scanned",
                "1",
                "status",
                "SUCCEEDED");
    }

    private static Map<String, String> with(Map<String, String> data, String status) {
        Map<String, String> changed = new HashMap<>(data);
        changed.put("status", status);
        return changed;
    }

    /** As Debezium 3.5 sends it. */
    private static SourceRecord notification(
            String type, String aggregate, Map<String, String> data, Map<String, ?> offset) {
        return new SourceRecord(
                Map.of("server", "shop"),
                offset,
                "freshet-connect-notifications",
                null,
                null,
                NOTIFICATION,
                new Struct(NOTIFICATION)
                        .put("id", "0e9d7a4c-9d45-4a64-8b3c-0b4f6f2a6a4e")
                        .put("type", type)
                        .put("aggregate_type", aggregate)
                        .put("additional_data", data)
                        .put("timestamp", DebeziumTable.TIME));
    }
}
