package dev.freshet.connect.transform;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.avro.TableSchema;
import dev.freshet.schemas.avro.Unavailable;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.UUID;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.source.SourceRecord;
import org.apache.kafka.connect.transforms.Transformation;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowChangeTransformTest {
    private static final String PLACEHOLDER = "__debezium_unavailable_value";
    private static final Schema OPTIONAL_TEXT = text("TEXT", Integer.MAX_VALUE);

    private static final DebeziumTable ALBUM = DebeziumTable.postgres("public", "album")
            .column(
                    "album_id",
                    SchemaBuilder.int32()
                            .parameter("__debezium.source.column.type", "INT4")
                            .build())
            .column("title", text("VARCHAR", 160))
            .column("notes", OPTIONAL_TEXT)
            .key("album_id");

    private static final Map<String, @Nullable Object> ROW = row(7, "Facelift", "From 1990");

    private final RowChangeTransform<SourceRecord> transform = Transforms.create("public.album:albums");

    @Test
    void shouldWriteARowToTheRowsTopic() {
        SourceRecord row = Transforms.row(
                Transforms.create(Map.of("datasets", "public.album:albums", "rows.topic", "prod.rows")),
                ALBUM.insert(ROW, 0x16_B374D848L));

        assertThat(row.topic()).isEqualTo("prod.rows");
        assertThat(row.kafkaPartition()).isNull();
        assertThat(row.keySchema()).isEqualTo(Schema.STRING_SCHEMA);
        assertThat(row.key()).isEqualTo("albums:7");
        assertThat(row.valueSchema()).isEqualTo(Schema.BYTES_SCHEMA);
        assertThat(row.timestamp()).isNull();
        assertThat(row.headers()).as("headers hold keys of rows").isEmpty();
        assertThat(Transforms.json(row))
                .isEqualTo("{\"dataset\":\"albums\",\"key\":\"7\",\"op\":\"upsert\","
                        + "\"columns\":{\"album_id\":7,\"title\":\"Facelift\",\"notes\":\"From 1990\"},"
                        + "\"source\":{\"system\":\"postgresql\",\"database\":\"shop\",\"table\":\"public.album\","
                        + "\"position\":\"16/B374D848\",\"order\":97500059720,\"timestamp\":1714559400000},"
                        + "\"schema\":{\"id_columns\":[\"album_id\"],\"columns\":["
                        + "{\"name\":\"album_id\",\"type\":\"int4\",\"text\":false},"
                        + "{\"name\":\"title\",\"type\":\"varchar(160)\",\"text\":true},"
                        + "{\"name\":\"notes\",\"type\":\"text\",\"text\":true}],\"text_proposed\":true}}");
    }

    @Test
    void shouldTakeOverEveryKindOfChange() {
        assertThat(Transforms.change(transform, ALBUM.insert(ROW, 1)).getOp()).isEqualTo(Op.UPSERT);
        assertThat(Transforms.change(transform, ALBUM.update(ROW, 2)).getOp()).isEqualTo(Op.UPSERT);
        assertThat(Transforms.change(transform, ALBUM.read(ROW, 3)).getOp()).isEqualTo(Op.UPSERT);

        RowChange delete = Transforms.change(transform, ALBUM.delete(ROW, 4));
        assertThat(delete.getOp()).isEqualTo(Op.DELETE);
        assertThat(delete.getKey()).isEqualTo("7");
        assertThat(delete.getColumns()).isEmpty();
        assertThat(delete.getSchema$()).isNotNull();

        RowChange truncate = Transforms.change(transform, ALBUM.truncate(5));
        assertThat(truncate.getOp()).isEqualTo(Op.TRUNCATE);
        assertThat(truncate.getDataset()).isEqualTo("albums");
        assertThat(truncate.getKey()).isEmpty();
        assertThat(truncate.getSource().getOrder()).isEqualTo(5);
    }

    @Test
    void shouldDropWhatIsNoChangeOfARow() {
        assertThat(transform.apply(ALBUM.tombstone(ROW))).isNull();
        assertThat(transform.apply(ALBUM.message(1))).isNull();
        for (String name : List.of(
                "io.debezium.connector.common.Heartbeat",
                "io.debezium.connector.common.TransactionMetadataValue",
                "io.debezium.connector.common.Notification",
                "io.debezium.connector.mysql.SchemaChangeValue")) {
            Schema schema = SchemaBuilder.struct()
                    .name(name)
                    .field("ts_ms", Schema.INT64_SCHEMA)
                    .build();
            assertThat(transform.apply(ALBUM.record(null, null, schema, new Struct(schema).put("ts_ms", 1L))))
                    .as(name)
                    .isNull();
        }
    }

    @Test
    void shouldDropChangesOfIgnoredTables() {
        RowChangeTransform<SourceRecord> ignoring =
                Transforms.create(Map.of("datasets", "public.album:albums", "ignored.tables", "public.signals"));

        assertThat(ignoring.apply(ALBUM.named("signals").insert(ROW, 1))).isNull();
        assertThat(ignoring.apply(ALBUM.insert(ROW, 1))).isNotNull();
    }

    @Test
    void shouldJoinTheColumnsOfAKeyInItsOrder() {
        DebeziumTable lines = DebeziumTable.postgres("public", "line")
                .column("number", Schema.INT64_SCHEMA)
                .column("place", Schema.STRING_SCHEMA)
                .column("hash", Schema.BYTES_SCHEMA)
                .key("place", "hash", "number");
        Map<String, Object> line =
                Map.of("number", 3L, "place", "a:b#1%", "hash", ByteBuffer.wrap(new byte[] {0, (byte) 0xff}));

        RowChange change = Transforms.change(Transforms.create("public.line:lines"), lines.insert(line, 1));

        assertThat(change.getKey()).isEqualTo("a%3Ab%231%25:00ff:3");
        assertThat(change.getSchema$().getIdColumns()).containsExactly("place", "hash", "number");
        assertThat(change.getColumns()).as("columns of the key stay readable").containsEntry("hash", "00ff");
    }

    @Test
    void shouldHaveOneKeyForANumberHoweverTheConnectorSendsIt() {
        Schema text = SchemaBuilder.string()
                .parameter("__debezium.source.column.type", "NUMERIC")
                .build();

        assertThat(keyOf(text, "5.00"))
                .isEqualTo("5.0")
                .isEqualTo(keyOf(Decimal.builder(2).build(), new BigDecimal("5.00")));
        assertThat(keyOf(text, "18446744073709551615"))
                .isEqualTo("18446744073709551615")
                .isEqualTo(keyOf(Decimal.builder(0).build(), new BigDecimal("18446744073709551615")));
    }

    @Test
    void shouldTellEmptyPartsOfAKeyApart() {
        DebeziumTable pairs = DebeziumTable.mysql("public", "album")
                .column("a", Schema.STRING_SCHEMA)
                .column("b", Schema.STRING_SCHEMA)
                .key("a", "b");

        assertThat(Transforms.change(transform, pairs.insert(Map.of("a", "", "b", "x"), 1))
                        .getKey())
                .isEqualTo(":x");
        assertThat(Transforms.change(transform, pairs.delete(Map.of("a", "", "b", ""), 2))
                        .getKey())
                .isEqualTo(":");
    }

    @Test
    void shouldRefuseAKeyThatWasNotSent() {
        DebeziumTable named =
                ALBUM.column("name", text("TEXT", Integer.MAX_VALUE)).key("album_id", "name");
        Map<String, @Nullable Object> row = new HashMap<>(ROW);
        row.put("name", PLACEHOLDER);

        for (SourceRecord record : List.of(named.update(row, 1), named.delete(row, 1))) {
            assertThatThrownBy(() -> transform.apply(record))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("'public.album'")
                    .hasMessageContaining("'name'")
                    .hasMessageContaining("REPLICA IDENTITY FULL");
        }
        assertThat(Transforms.change(transform, named.read(row, 1)).getKey())
                .as("a snapshot reads whole rows")
                .isEqualTo("7:" + PLACEHOLDER);
    }

    @Test
    void shouldRefuseKeysThatNoRowCanHave() {
        DebeziumTable named = DebeziumTable.postgres("public", "album")
                .column("name", Schema.OPTIONAL_STRING_SCHEMA)
                .key("name");

        assertThatThrownBy(() -> transform.apply(named.insert(Collections.singletonMap("name", null), 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'public.album'")
                .hasMessageContaining("'name'")
                .hasMessageContaining("message.key.columns");
        assertThatThrownBy(() -> transform.apply(named.insert(Map.of("name", ""), 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'public.album'")
                .hasMessageContaining("empty key");
        assertThatThrownBy(() -> transform.apply(ALBUM.keyless().insert(ROW, 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'public.album' has no primary key")
                .hasMessageContaining("message.key.columns");
        DebeziumTable tags = DebeziumTable.postgres("public", "album")
                .column("tags", SchemaBuilder.array(Schema.STRING_SCHEMA).build())
                .key("tags");
        assertThatThrownBy(() -> Transforms.create("public.album:albums")
                        .apply(tags.insert(Map.of("tags", List.of("secret")), 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'tags'")
                .hasMessageNotContaining("secret");
    }

    @Test
    void shouldMarkValuesThatWereNotSent() {
        Map<String, @Nullable Object> row = row(7, "Facelift", PLACEHOLDER);

        for (SourceRecord record : List.of(ALBUM.update(row, 1), ALBUM.insert(row, 1))) {
            assertThat(Transforms.change(transform, record).getColumns())
                    .containsEntry("notes", new Unavailable())
                    .containsEntry("title", "Facelift");
        }
        assertThat(Transforms.change(transform, ALBUM.read(row, 1)).getColumns())
                .as("a snapshot reads whole rows")
                .containsEntry("notes", PLACEHOLDER);
    }

    /** With {@code binlog_row_image=NOBLOB}, as versions of Debezium after 3.5 send it; 3.5 sends nothing and stops. */
    @Test
    void shouldNotTakeForNullWhatMySqlLeftOut() {
        DebeziumTable album = DebeziumTable.mysql("shop", "album")
                .column("album_id", Schema.INT32_SCHEMA)
                .column("title", text("VARCHAR", 160))
                .column("notes", text("LONGTEXT", Integer.MAX_VALUE))
                .column("review", text("TEXT", 65_535))
                .column("cover", Schema.OPTIONAL_BYTES_SCHEMA)
                .key("album_id");
        Map<String, @Nullable Object> row = row(7, "Facelift", PLACEHOLDER);
        row.put("review", null);
        row.put("cover", ByteBuffer.wrap(PLACEHOLDER.getBytes(UTF_8)));
        RowChangeTransform<SourceRecord> mysql = Transforms.create("shop.album:albums");

        for (SourceRecord record : List.of(album.update(row, 1), album.insert(row, 2))) {
            RowChange change = Transforms.change(mysql, record);
            assertThat(change.getColumns())
                    .containsEntry("notes", new Unavailable())
                    .containsEntry("title", "Facelift")
                    .as("a null that was sent is one")
                    .containsEntry("review", null)
                    .doesNotContainKey("cover");
        }
        assertThat(Transforms.json(Transforms.row(mysql, album.update(row, 3))))
                .contains("\"unavailable\":[\"notes\"]")
                .doesNotContain(PLACEHOLDER);
    }

    @Test
    void shouldKnowThePlaceholderInTheFormOfEveryType() {
        byte[] bytes = PLACEHOLDER.getBytes(UTF_8);
        Map<Schema, Object> forms = new HashMap<>();
        forms.put(Schema.STRING_SCHEMA, PLACEHOLDER);
        forms.put(
                SchemaBuilder.string().name("io.debezium.data.Json").build(),
                "{\"" + PLACEHOLDER + "\":\"" + PLACEHOLDER + "\"}");
        forms.put(
                SchemaBuilder.map(Schema.STRING_SCHEMA, Schema.OPTIONAL_STRING_SCHEMA)
                        .build(),
                Map.of(PLACEHOLDER, PLACEHOLDER));
        forms.put(SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).build(), List.of(PLACEHOLDER));
        forms.put(
                SchemaBuilder.array(SchemaBuilder.string()
                                .name("io.debezium.data.Uuid")
                                .build())
                        .build(),
                List.of(UUID.nameUUIDFromBytes(bytes).toString()));
        forms.put(SchemaBuilder.array(Schema.INT32_SCHEMA).build(), Arrays.asList(box(bytes)));
        forms.put(
                SchemaBuilder.array(Schema.INT64_SCHEMA).build(),
                Arrays.stream(box(bytes)).map(Integer::longValue).toList());
        forms.forEach((schema, value) -> {
            DebeziumTable table = ALBUM.column("extra", schema);
            Map<String, @Nullable Object> row = new HashMap<>(ROW);
            row.put("extra", value);

            RowChange change = Transforms.change(Transforms.create("public.album:albums"), table.update(row, 1));

            assertThat(change.getColumns()).as("%s", schema).containsEntry("extra", new Unavailable());
        });
    }

    @Test
    void shouldKnowInfiniteDatesOfSnapshots() {
        DebeziumTable table = ALBUM.column(
                "until",
                SchemaBuilder.int32().name("io.debezium.time.Date").optional().build());
        Map<String, @Nullable Object> row = new HashMap<>(ROW);
        // What Debezium 3.5 was seen to send for them, and a day beside it where clocks are ahead of UTC or behind it.
        Map.of(-622_191_234, "infinity", -622_191_233, "infinity", -625_821_272, "-infinity", -625_821_273, "-infinity")
                .forEach((day, text) -> {
                    row.put("until", day);
                    assertThat(Transforms.change(transform, table.read(row, 1)).getColumns())
                            .containsEntry("until", text);
                });
    }

    @Test
    void shouldTakeAnotherPlaceholder() {
        RowChangeTransform<SourceRecord> other = Transforms.create(
                Map.of("datasets", "public.album:albums", "unavailable.value.placeholder", "hex:6e6f6e65"));

        assertThat(Transforms.change(other, ALBUM.update(row(7, PLACEHOLDER, "none"), 1))
                        .getColumns())
                .containsEntry("title", PLACEHOLDER)
                .containsEntry("notes", new Unavailable());
    }

    @Test
    void shouldReadNullsAsNullWhateverTheDefault() {
        DebeziumTable table = ALBUM.column(
                "state", SchemaBuilder.string().optional().defaultValue("new").build());
        Map<String, @Nullable Object> row = new HashMap<>(ROW);
        row.put("state", null);

        assertThat(Transforms.change(transform, table.insert(row, 1)).getColumns())
                .containsEntry("state", null);
    }

    @Test
    void shouldProposeLongTextForEmbedding() {
        DebeziumTable table = DebeziumTable.postgres("public", "album")
                .column("id", text("TEXT", Integer.MAX_VALUE))
                .column("short", text("VARCHAR", 99))
                .column("long", text("VARCHAR", 100))
                .column("unlimited", text("VARCHAR", Integer.MAX_VALUE))
                .column("fixed", text("BPCHAR", 3))
                .column("ci", text("CITEXT", Integer.MAX_VALUE))
                .column("address", text("INET", Integer.MAX_VALUE))
                .column(
                        "document",
                        SchemaBuilder.string()
                                .name("io.debezium.data.Json")
                                .optional()
                                .build())
                .column("unknown", Schema.OPTIONAL_STRING_SCHEMA)
                .column("file", Schema.OPTIONAL_BYTES_SCHEMA)
                .key("id");

        assertThat(textColumns(transform, table)).containsExactly("long", "unlimited", "ci", "unknown");
    }

    @Test
    void shouldEmbedTheColumnsThatTheSettingsName() {
        RowChangeTransform<SourceRecord> configured = Transforms.create(Map.of(
                "datasets", "public.album:albums,public.artist:artists", "text.columns", "albums.notes,albums.gone"));

        assertThat(textColumns(configured, ALBUM)).containsExactly("notes");
        assertThat(textColumns(configured, ALBUM.named("artist"))).containsExactly("title", "notes");
        assertThat(schema(configured, ALBUM).getTextProposed()).isFalse();
        assertThat(schema(configured, ALBUM.named("artist")).getTextProposed()).isTrue();
    }

    @Test
    void shouldFollowColumnsThatComeAndGoAndChange() {
        Transforms.change(transform, ALBUM.insert(ROW, 1));
        Map<String, @Nullable Object> wider = new HashMap<>(ROW);
        wider.put("year", 1990);

        RowChange added = Transforms.change(
                transform, ALBUM.column("year", Schema.OPTIONAL_INT32_SCHEMA).insert(wider, 2));
        assertThat(added.getColumns()).containsEntry("year", 1990L).hasSize(4);
        assertThat(added.getSchema$().getColumns()).hasSize(4);

        RowChange dropped = Transforms.change(transform, ALBUM.without("notes").insert(ROW, 3));
        assertThat(dropped.getColumns()).containsOnlyKeys("album_id", "title");

        wider.put("title", 7L);
        RowChange retyped = Transforms.change(
                transform, ALBUM.column("title", Schema.OPTIONAL_INT64_SCHEMA).insert(wider, 4));
        assertThat(retyped.getColumns()).containsEntry("title", 7L);
        assertThat(retyped.getSchema$().getColumns()).contains(new TableColumn("title", "int64", false));
    }

    @Test
    void shouldRefuseAnotherKeyThanBefore() {
        Transforms.change(transform, ALBUM.insert(ROW, 1));
        DebeziumTable rekeyed = ALBUM.key("title", "album_id");

        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(() -> transform.apply(rekeyed.insert(ROW, 2)))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("'public.album' is now [title, album_id] and was [album_id]")
                    .hasMessageContaining("another dataset");
        }
        assertThat(transform.apply(ALBUM.insert(ROW, 3))).isNotNull();
    }

    @Test
    void shouldRefuseTablesWithoutADataset() {
        for (SourceRecord record : List.of(
                ALBUM.named("records").insert(ROW, 1),
                ALBUM.named("records").delete(ROW, 1),
                ALBUM.named("records").truncate(1))) {
            assertThatThrownBy(() -> transform.apply(record))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("'public.records' has no dataset")
                    .hasMessageContaining("public.records:DATASET")
                    .hasMessageContaining("renamed");
        }
    }

    @Test
    void shouldRefuseRecordsThatAreNoChangeEvents() {
        assertThatThrownBy(() -> transform.apply(ALBUM.record(null, null, null, Map.of("id", 1))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("without a schema")
                .hasMessageContaining("shop.public.album");
        Schema flat = SchemaBuilder.struct()
                .name("flat")
                .field("id", Schema.INT32_SCHEMA)
                .build();
        assertThatThrownBy(() -> transform.apply(ALBUM.record(null, null, flat, new Struct(flat).put("id", 1))))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("ExtractNewRecordState");
        assertThatThrownBy(() -> transform.apply(ALBUM.change("x", ROW, null, ROW, 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("operation 'x'");
    }

    @Test
    void shouldNotQuoteValuesInErrors() {
        DebeziumTable table = ALBUM.column(
                "spot",
                SchemaBuilder.struct()
                        .name("io.debezium.data.geometry.Geometry")
                        .field("wkb", Schema.BYTES_SCHEMA)
                        .optional()
                        .build());
        Schema spot = table.columns().get("spot");
        Map<String, @Nullable Object> row = new HashMap<>(ROW);
        row.put("spot", new Struct(spot).put("wkb", new byte[] {1, 1}));

        assertThatThrownBy(() -> transform.apply(table.insert(row, 1)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("column 'spot' of table 'public.album'")
                .hasMessageContaining("ends early")
                .hasMessageNotContaining("Facelift");
    }

    @Test
    void shouldSayWhereAChangeOfMySqlCameFrom() {
        DebeziumTable album = DebeziumTable.mariadb("shop", "album")
                .column("id", Schema.INT32_SCHEMA)
                .key("id");

        Source source = Transforms.change(Transforms.create("shop.album:albums"), album.insert(Map.of("id", 1), 4711))
                .getSource();

        assertThat(source)
                .isEqualTo(new Source(
                        "mariadb",
                        "shop",
                        "shop.album",
                        "mysql-bin.000003:4711",
                        (3L << 32) + 4711,
                        Instant.ofEpochMilli(DebeziumTable.TIME)));
    }

    @Test
    @SuppressWarnings("rawtypes") // A service is loaded by its class alone.
    void shouldBeFoundByConnectsServiceLoader() {
        assertThat(ServiceLoader.load(Transformation.class).stream()
                        .map(provider -> provider.type().getName()))
                .contains(RowChangeTransform.class.getName());
    }

    private static String keyOf(Schema type, Object value) {
        DebeziumTable table =
                DebeziumTable.postgres("public", "album").column("id", type).key("id");
        return Transforms.change(Transforms.create("public.album:albums"), table.insert(Map.of("id", value), 1))
                .getKey();
    }

    private static List<String> textColumns(RowChangeTransform<SourceRecord> transform, DebeziumTable table) {
        return schema(transform, table).getColumns().stream()
                .filter(TableColumn::getText)
                .map(TableColumn::getName)
                .toList();
    }

    private static TableSchema schema(RowChangeTransform<SourceRecord> transform, DebeziumTable table) {
        Map<String, @Nullable Object> row = new HashMap<>(ROW);
        row.put("id", "k");
        return Transforms.change(transform, table.insert(row, 1)).getSchema$();
    }

    private static Integer[] box(byte[] bytes) {
        Integer[] numbers = new Integer[bytes.length];
        for (int i = 0; i < bytes.length; i++) {
            numbers[i] = (int) bytes[i];
        }
        return numbers;
    }

    private static Schema text(String type, int length) {
        return SchemaBuilder.string()
                .optional()
                .parameter("__debezium.source.column.type", type)
                .parameter("__debezium.source.column.length", Integer.toString(length))
                .build();
    }

    private static Map<String, @Nullable Object> row(int id, String title, @Nullable String notes) {
        Map<String, @Nullable Object> row = new HashMap<>();
        row.put("album_id", id);
        row.put("title", title);
        row.put("notes", notes);
        return row;
    }
}
