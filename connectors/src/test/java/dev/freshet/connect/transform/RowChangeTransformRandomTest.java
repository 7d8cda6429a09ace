package dev.freshet.connect.transform;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.row.ColumnValues;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.source.SourceRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * Thousands of random changes of a table, taken through the transformation and applied as the rows topic's reader does: per partition in order, with a truncate that reaches the other partitions late. At
 * the end the rows equal the table.
 */
class RowChangeTransformRandomTest {
    private static final int PARTITIONS = 4;
    private static final int CHANGES = 3_000;
    private static final String PLACEHOLDER = "__debezium_unavailable_value";

    private static final Schema PRICE = Decimal.builder(4).optional().build();
    private static final Schema TAGS =
            SchemaBuilder.array(Schema.OPTIONAL_STRING_SCHEMA).optional().build();

    private static final JsonMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Random random = Seeds.random(getClass());
    private final Map<Item, Map<String, @Nullable Object>> table = new HashMap<>();
    private final List<Partition> partitions = new ArrayList<>();
    private long position = 100;

    /** The key of a row of the table. */
    private record Item(String place, long number) {}

    /** The rows of a partition, and truncates that have not come to it yet. */
    private static final class Partition {
        private final Map<String, RowChange> rows = new HashMap<>();
        private final Map<RowChange, Integer> late = new LinkedHashMap<>();

        void take(RowChange change) {
            switch (change.getOp()) {
                case UPSERT -> rows.merge(change.getKey(), change, Partition::keepUnavailable);
                case DELETE -> rows.remove(change.getKey());
                case TRUNCATE -> truncate(change);
                case SWEEP -> throw new AssertionError("no snapshot was told to be over");
            }
            late.replaceAll((truncate, changes) -> changes - 1);
            late.entrySet().removeIf(entry -> {
                if (entry.getValue() <= 0) {
                    truncate(entry.getKey());
                }
                return entry.getValue() <= 0;
            });
        }

        void takeLate() {
            late.keySet().forEach(this::truncate);
            late.clear();
        }

        private void truncate(RowChange truncate) {
            rows.values()
                    .removeIf(row ->
                            row.getSource().getOrder() < truncate.getSource().getOrder());
        }

        private static RowChange keepUnavailable(RowChange stored, RowChange change) {
            change.getColumns()
                    .replaceAll((name, value) ->
                            value instanceof Unavailable ? stored.getColumns().get(name) : value);
            return change;
        }
    }

    @Test
    void shouldGiveTheRowsOfTheTable() {
        for (int i = 0; i < PARTITIONS; i++) {
            partitions.add(new Partition());
        }
        DebeziumTable items =
                random.nextBoolean() ? DebeziumTable.postgres("shop", "item") : DebeziumTable.mysql("shop", "item");
        items = items.column("place", Schema.STRING_SCHEMA)
                .column("number", Schema.INT64_SCHEMA)
                .column("title", Schema.OPTIONAL_STRING_SCHEMA)
                .column("price", PRICE)
                .column("tags", TAGS)
                .column("body", Schema.OPTIONAL_STRING_SCHEMA)
                .key("place", "number");
        RowChangeTransform<SourceRecord> transform = Transforms.create("shop.item:items");

        for (int i = 0; i < CHANGES; i++) {
            position += random.nextInt(3) * 50L + 1;
            for (SourceRecord record : change(items)) {
                if (record.value() == null) {
                    assertThat(transform.apply(record)).as("a tombstone").isNull();
                } else {
                    send(Transforms.change(transform, record));
                }
            }
        }
        partitions.forEach(Partition::takeLate);

        Map<String, String> rows = new TreeMap<>();
        partitions.forEach(partition -> partition.rows.forEach((key, row) -> {
            assertThat(row.getColumns().values()).doesNotHaveAnyElementsOfTypes(Unavailable.class);
            assertThat(rows.put(key, normal(ColumnValues.toJsonObject(row.getColumns()))))
                    .as("row %s is in one partition", key)
                    .isNull();
        }));
        assertThat(rows).isEqualTo(expected());
    }

    private void send(RowChange change) {
        Partition home = partitions.get(RowKeys.partition(change.getDataset(), change.getKey(), PARTITIONS));
        home.take(change);
        if (change.getOp() == Op.TRUNCATE) {
            partitions.stream()
                    .filter(partition -> partition != home)
                    .forEach(partition -> partition.late.put(change, 1 + random.nextInt(40)));
        }
    }

    /** One change of the table, and the records that Debezium makes of it. */
    private List<SourceRecord> change(DebeziumTable items) {
        int kind = random.nextInt(100);
        if (kind == 0) {
            table.clear();
            return List.of(items.truncate(position));
        }
        if (table.isEmpty() || kind < 40) {
            return insert(items);
        }
        Map.Entry<Item, Map<String, @Nullable Object>> entry =
                List.copyOf(table.entrySet()).get(random.nextInt(table.size()));
        Item key = entry.getKey();
        Map<String, @Nullable Object> before = entry.getValue();
        if (kind < 80) {
            return List.of(update(items, key, before));
        }
        table.remove(key);
        if (kind < 90) {
            return List.of(items.delete(before, position), items.tombstone(before));
        }
        // A change of the key, of which Debezium makes two.
        Map<String, @Nullable Object> after = new HashMap<>(before);
        Item moved = new Item(key.place(), freeNumber(key.place()));
        after.put("number", moved.number());
        table.put(moved, after);
        return List.of(items.delete(before, position), items.tombstone(before), items.insert(after, position));
    }

    private List<SourceRecord> insert(DebeziumTable items) {
        Map<String, @Nullable Object> row = new HashMap<>();
        String place = List.of("a", "a:b", "100%", "#", "ü").get(random.nextInt(5));
        Item key = new Item(place, freeNumber(place));
        row.put("place", place);
        row.put("number", key.number());
        fill(row);
        row.put("body", text());
        table.put(key, row);
        return List.of(random.nextInt(4) == 0 ? items.read(row, position) : items.insert(row, position));
    }

    private SourceRecord update(DebeziumTable items, Item key, Map<String, @Nullable Object> before) {
        Map<String, @Nullable Object> after = new HashMap<>(before);
        fill(after);
        boolean unchanged = random.nextBoolean();
        if (!unchanged) {
            after.put("body", text());
        }
        table.put(key, after);
        Map<String, @Nullable Object> sent = new HashMap<>(after);
        if (unchanged && sent.get("body") != null) {
            sent.put("body", PLACEHOLDER);
        }
        return items.update(sent, position);
    }

    private void fill(Map<String, @Nullable Object> row) {
        row.put("title", random.nextInt(5) == 0 ? null : text());
        row.put("price", random.nextInt(5) == 0 ? null : price());
        List<@Nullable String> tags = new ArrayList<>();
        for (int i = random.nextInt(4); i > 0; i--) {
            tags.add(random.nextInt(5) == 0 ? null : text());
        }
        row.put("tags", tags);
    }

    /** Few digits, or more than a double holds. */
    private BigDecimal price() {
        return BigDecimal.valueOf(random.nextBoolean() ? random.nextLong() : random.nextInt(1_000_000), 4);
    }

    private long freeNumber(String place) {
        long number = random.nextInt(400);
        while (table.containsKey(new Item(place, number))) {
            number++;
        }
        return number;
    }

    private String text() {
        return new StringBuilder()
                .appendCodePoint(0x1F600 + random.nextInt(40))
                .append("\"\\\n")
                .append(random.nextInt(1000))
                .toString();
    }

    /** Numbers that are equal have the same text. */
    private static String normal(String json) {
        try {
            return MAPPER.readTree(json).toString();
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The table, written by other means than those under test. */
    private Map<String, String> expected() {
        Map<String, String> rows = new TreeMap<>();
        table.forEach((key, row) -> {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            object.put("body", (String) row.get("body"));
            object.put("number", (Long) row.get("number"));
            object.put("place", (String) row.get("place"));
            if (row.get("price") instanceof BigDecimal price) {
                object.put("price", price);
            }
            ArrayNode tags = object.putArray("tags");
            if (row.get("tags") instanceof List<?> list) {
                list.forEach(tag -> tags.add((String) tag));
            }
            if (row.get("title") != null) {
                object.put("title", (String) row.get("title"));
            }
            String place = key.place().replace("%", "%25").replace(":", "%3A").replace("#", "%23");
            rows.put(place + ":" + key.number(), normal(object.toString()));
        });
        return rows;
    }
}
