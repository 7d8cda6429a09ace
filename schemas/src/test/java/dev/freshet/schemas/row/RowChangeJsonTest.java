package dev.freshet.schemas.row;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.StreamPlace;
import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.avro.TableSchema;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.serde.TrustedRecords;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class RowChangeJsonTest {
    static {
        TrustedRecords.trust(RowChange.class);
    }

    private static final RowChange BARE = RowChange.newBuilder()
            .setDataset("docs")
            .setKey("42")
            .setOp(Op.DELETE)
            .setVector(null)
            .setSource(null)
            .setSchema$(null)
            .build();

    private static final RowChange FULL = RowChange.newBuilder()
            .setDataset("docs")
            .setDatasetId(7L)
            .setKey("a%3Ab:1")
            .setOp(Op.UPSERT)
            .setColumns(Map.of("title", "Überlauf", "count", 3L, "share", 0.25, "open", true))
            .setVector(List.of(0.5f, -1f))
            .setKeepColumns(true)
            .setSource(Source.newBuilder()
                    .setSystem("postgresql")
                    .setDatabase("shop")
                    .setTable("public.docs")
                    .setPosition("0/16B3748")
                    .setOrder(23_803_720L)
                    .setTimestamp(Instant.ofEpochMilli(1_700_000_000_123L))
                    .build())
            .setSchema$(null)
            .build();

    @Test
    void shouldReadEverythingThatItWrote() {
        assertThat(RowChangeJson.read("docs:42", RowChangeJson.write(BARE))).isEqualTo(BARE);
        assertThat(RowChangeJson.read("docs:a%3Ab:1", RowChangeJson.write(FULL)))
                .isEqualTo(FULL);
    }

    @Test
    void shouldReadWhatIsUnavailableAndTheShapeOfTheTable() {
        RowChange change = RowChangeJson.read("docs:1", """
                {"columns": {"id": 1, "title": null}, "unavailable": ["body"],
                 "schema": {"id_columns": ["id"], "columns": [{"name": "id", "type": "bigint"}, {"name": "body", "type": "text", "text": true}],
                  "text_proposed": true}}
                """.getBytes(UTF_8));

        assertThat(change.getColumns())
                .containsEntry("id", 1L)
                .containsEntry("title", null)
                .containsEntry("body", new Unavailable())
                .hasSize(3);
        assertThat(change.getSchema$())
                .isEqualTo(new TableSchema(
                        List.of("id"),
                        List.of(new TableColumn("id", "bigint", false), new TableColumn("body", "text", true)),
                        true));
    }

    @Test
    void shouldReadEveryChangeThatItWrote() {
        long seed = Long.getLong("freshet.test.seed", System.nanoTime());
        System.out.println("RowChangeJsonTest: -Dfreshet.test.seed=" + seed);
        Random random = new Random(seed);
        for (int i = 0; i < 2_000; i++) {
            RowChange change = randomChange(random);
            String key = change.getDataset() + ":" + change.getKey();

            RowChange again = RowChangeJson.read(key, RowChangeJson.write(change));

            assertThat(again).as("change %d", i).isEqualTo(change);
        }
    }

    private static RowChange randomChange(Random random) {
        RowChange change = new RowChange();
        change.setDataset("d" + random.nextInt(3));
        change.setKey(random.nextBoolean() ? "" : text(random));
        change.setOp(List.of(Op.UPSERT, Op.DELETE, Op.TRUNCATE, Op.SWEEP).get(random.nextInt(4)));
        Map<String, @Nullable Object> columns = new HashMap<>();
        for (int i = random.nextInt(6); i > 0; i--) {
            columns.put(text(random), value(random));
        }
        change.setColumns(columns);
        change.setKeepColumns(random.nextBoolean());
        if (random.nextBoolean()) {
            change.setDatasetId(random.nextLong());
        }
        if (random.nextBoolean()) {
            change.setSource(new Source(
                    text(random),
                    random.nextBoolean() ? null : text(random),
                    random.nextBoolean() ? null : text(random),
                    random.nextBoolean() ? null : text(random),
                    random.nextBoolean() ? null : random.nextLong(),
                    random.nextBoolean() ? null : Instant.ofEpochMilli(random.nextInt())));
        }
        if (random.nextBoolean()) {
            change.setPlace(new StreamPlace(text(random), random.nextLong()));
        }
        if (random.nextBoolean()) {
            List<TableColumn> shape = new ArrayList<>();
            for (int i = random.nextInt(4); i > 0; i--) {
                shape.add(new TableColumn("c" + i, text(random), random.nextBoolean()));
            }
            change.setSchema$(new TableSchema(
                    random.nextBoolean() ? List.of() : List.of("c1", text(random)), shape, random.nextBoolean()));
        }
        return change;
    }

    private static @Nullable Object value(Random random) {
        return switch (random.nextInt(7)) {
            case 0 -> null;
            case 1 -> random.nextBoolean();
            case 2 -> random.nextLong();
            case 3 -> random.nextGaussian() * 1e9;
            case 4 -> text(random);
            case 5 -> new Json("{\"a\":[1,null,\"" + random.nextInt() + "\"]}");
            default -> new Unavailable();
        };
    }

    private static String text(Random random) {
        StringBuilder text = new StringBuilder("t" + random.nextInt(1_000_000));
        for (int i = random.nextInt(8); i > 0; i--) {
            text.appendCodePoint(random.nextBoolean() ? 32 + random.nextInt(95) : 0x1F600 + random.nextInt(50));
        }
        return text.toString();
    }

    @Test
    void shouldRefuseFieldsOfTheWrongType() {
        for (String json : List.of(
                "{\"dataset_id\": \"7\"}",
                "{\"dataset_id\": 1.5}",
                "{\"keep_columns\": \"yes\"}",
                "{\"source\": {\"order\": \"7\"}}",
                "{\"source\": {\"timestamp\": true}}",
                "{\"place\": []}",
                "{\"place\": {\"stream\": \"shop\"}}",
                "{\"place\": {\"follows\": 7}}",
                "{\"place\": {\"stream\": \"shop\", \"follows\": \"7\"}}",
                "{\"place\": {\"stream\": \"shop\", \"follows\": 7, \"order\": 7}}",
                "{\"vector\": [\"NaN\"]}",
                "{\"columns\": []}",
                "{\"op\": \"merge\"}",
                "{\"unavailable\": \"body\"}",
                "{\"unavailable\": [1]}",
                "{\"unavailable\": [\"body\", \"body\"]}",
                "{\"columns\": {\"body\": null}, \"unavailable\": [\"body\"]}",
                "{\"schema\": []}",
                "{\"schema\": {}}",
                "{\"schema\": {\"columns\": {}}}",
                "{\"schema\": {\"columns\": [\"id\"]}}",
                "{\"schema\": {\"columns\": [{\"type\": \"text\"}]}}",
                "{\"schema\": {\"columns\": [{\"name\": \"id\", \"text\": \"yes\"}]}}",
                "{\"schema\": {\"columns\": [{\"name\": \"id\", \"nullable\": true}]}}",
                "{\"schema\": {\"columns\": [], \"id_columns\": \"id\"}}",
                "{\"schema\": {\"columns\": [], \"id_columns\": [\"id\", \"id\"]}}",
                "{\"schema\": {\"columns\": [], \"keys\": []}}",
                "{\"schema\": {\"columns\": [], \"text_proposed\": \"yes\"}}",
                "{\"merge\": {\"job\": 1, \"kind\": \"COPY\", \"sender\": 0}}",
                "{\"colums\": {}}",
                "{} {}",
                "[]",
                "{")) {
            assertThatThrownBy(() -> RowChangeJson.read("docs:1", json.getBytes(UTF_8)))
                    .as(json)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
