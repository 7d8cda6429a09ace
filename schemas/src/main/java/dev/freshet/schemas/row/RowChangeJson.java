package dev.freshet.schemas.row;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.StreamPlace;
import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.avro.TableSchema;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.serde.TrustedRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Row changes as JSON, for producers without Avro:
 *
 * <pre>{@code
 * {"dataset": "docs", "key": "42", "op": "upsert", "columns": {"title": "…", "body": "…"}, "unavailable": ["notes"], "vector": [0.1, …],
 *  "source": {"system": "…", "database": "…", "table": "…", "position": "…", "order": 7, "timestamp": 1700000000000},
 *  "place": {"stream": "…", "follows": 7},
 *  "schema": {"id_columns": ["id"], "columns": [{"name": "body", "type": "text", "text": true}, …]}}
 * }</pre>
 *
 * <p>{@code dataset} and {@code key} may be left out: they stand in the record's key. {@code op} is upsert (the default), delete, truncate or sweep; {@code place} is what sweeps go by.
 * {@code unavailable} names columns that the source did not send because they did not change: the stored values stay. {@code schema} is the shape of
 * the table that the row is of; {@code text} says whether a column's text should be embedded, and is false where it is left out; {@code text_proposed} that nobody named those columns.
 * Unknown fields are refused, and so is {@code merge}, which is for the refresh application alone.
 */
public final class RowChangeJson {
    private static final Set<String> FIELDS = Set.of(
            "dataset",
            "dataset_id",
            "key",
            "op",
            "columns",
            "unavailable",
            "vector",
            "source",
            "place",
            "schema",
            "keep_columns");
    private static final Set<String> SOURCE_FIELDS =
            Set.of("system", "database", "table", "position", "order", "timestamp");
    private static final Set<String> PLACE_FIELDS = Set.of("stream", "follows");
    private static final Set<String> SCHEMA_FIELDS = Set.of("id_columns", "columns", "text_proposed");
    private static final Set<String> COLUMN_FIELDS = Set.of("name", "type", "text");
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    static {
        TrustedRecords.trust(RowChange.class);
    }

    private RowChangeJson() {}

    /**
     * Reads a row change.
     *
     * @param recordKey the record's key in the rows topic, {@code <dataset>:<row key>}
     * @throws IllegalArgumentException with what is wrong, if it is not a row change
     */
    public static RowChange read(String recordKey, byte[] json) {
        JsonNode root;
        try {
            root = MAPPER.readTree(json);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("malformed JSON: " + e.getOriginalMessage(), e);
        } catch (IOException e) {
            throw new IllegalArgumentException("unreadable JSON: " + e.getMessage(), e);
        }
        if (!root.isObject()) {
            throw new IllegalArgumentException("a row change is a JSON object");
        }
        refuseUnknown(root, FIELDS, "");
        int colon = recordKey.indexOf(':');
        if (colon < 1) {
            throw new IllegalArgumentException(
                    "the record's key is '" + recordKey + "', it must be <dataset>:<row key>");
        }
        return RowChange.newBuilder()
                .setDataset(text(root, "dataset", recordKey.substring(0, colon)))
                .setDatasetId(integer(root, "dataset_id"))
                .setKey(text(root, "key", recordKey.substring(colon + 1)))
                .setOp(op(text(root, "op", "upsert")))
                .setColumns(columns(root))
                .setVector(vector(root.path("vector")))
                .setKeepColumns(bool(root, "keep_columns"))
                .setSource(source(root.path("source")))
                .setPlace(place(root.path("place")))
                .setSchema$(schema(root.path("schema")))
                .build();
    }

    /** Writes a row change as {@link #read} reads it. */
    public static byte[] write(RowChange change) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("dataset", change.getDataset());
        if (change.getDatasetId() != null) {
            root.put("dataset_id", change.getDatasetId());
        }
        root.put("key", change.getKey());
        root.put("op", change.getOp().name().toLowerCase(Locale.ROOT));
        ObjectNode columns = root.putObject("columns");
        ArrayNode unavailable = MAPPER.createArrayNode();
        change.getColumns().forEach((name, value) -> {
            if (value instanceof Unavailable) {
                unavailable.add(name);
            } else {
                columns.set(name, ColumnValues.toJson(value));
            }
        });
        if (!unavailable.isEmpty()) {
            root.set("unavailable", unavailable);
        }
        if (change.getVector() != null) {
            ArrayNode vector = root.putArray("vector");
            change.getVector().forEach(vector::add);
        }
        if (change.getKeepColumns()) {
            root.put("keep_columns", true);
        }
        if (change.getSource() != null) {
            root.set("source", json(change.getSource()));
        }
        if (change.getPlace() != null) {
            root.putObject("place")
                    .put("stream", change.getPlace().getStream())
                    .put("follows", change.getPlace().getFollows());
        }
        if (change.getSchema$() != null) {
            root.set("schema", json(change.getSchema$()));
        }
        return root.toString().getBytes(StandardCharsets.UTF_8);
    }

    private static ObjectNode json(Source source) {
        ObjectNode node = MAPPER.createObjectNode().put("system", source.getSystem());
        putIfPresent(node, "database", source.getDatabase());
        putIfPresent(node, "table", source.getTable());
        putIfPresent(node, "position", source.getPosition());
        if (source.getOrder() != null) {
            node.put("order", source.getOrder());
        }
        if (source.getTimestamp() != null) {
            node.put("timestamp", source.getTimestamp().toEpochMilli());
        }
        return node;
    }

    private static ObjectNode json(TableSchema schema) {
        ObjectNode node = MAPPER.createObjectNode();
        schema.getIdColumns().forEach(node.putArray("id_columns")::add);
        ArrayNode columns = node.putArray("columns");
        schema.getColumns()
                .forEach(column -> columns.addObject()
                        .put("name", column.getName())
                        .put("type", column.getType())
                        .put("text", column.getText()));
        if (schema.getTextProposed()) {
            node.put("text_proposed", true);
        }
        return node;
    }

    private static void putIfPresent(ObjectNode node, String field, @Nullable String value) {
        if (value != null) {
            node.put(field, value);
        }
    }

    private static Op op(String name) {
        return switch (name.toLowerCase(Locale.ROOT)) {
            case "upsert" -> Op.UPSERT;
            case "delete" -> Op.DELETE;
            case "truncate" -> Op.TRUNCATE;
            case "sweep" -> Op.SWEEP;
            default ->
                throw new IllegalArgumentException("op is '" + name + "', must be upsert, delete, truncate or sweep");
        };
    }

    private static Map<String, @Nullable Object> columns(JsonNode root) {
        JsonNode values = root.path("columns");
        if (!values.isMissingNode() && !values.isObject()) {
            throw new IllegalArgumentException("columns must be an object");
        }
        Map<String, @Nullable Object> columns =
                values.isObject() ? ColumnValues.fromJsonObject(values) : new LinkedHashMap<>();
        for (String name : names(root, "unavailable", "")) {
            if (columns.containsKey(name)) {
                throw new IllegalArgumentException("column '" + name + "' has a value and is unavailable");
            }
            columns.put(name, new Unavailable());
        }
        return columns;
    }

    private static @Nullable TableSchema schema(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isObject()) {
            throw new IllegalArgumentException("schema must be an object");
        }
        refuseUnknown(node, SCHEMA_FIELDS, "schema.");
        JsonNode columns = node.path("columns");
        if (!columns.isArray()) {
            throw new IllegalArgumentException("schema.columns must be an array of objects");
        }
        List<TableColumn> read = new ArrayList<>(columns.size());
        for (JsonNode column : columns) {
            read.add(column(column));
        }
        return TableSchema.newBuilder()
                .setIdColumns(names(node, "id_columns", "schema."))
                .setColumns(read)
                .setTextProposed(bool(node, "text_proposed"))
                .build();
    }

    private static TableColumn column(JsonNode node) {
        if (!node.isObject()) {
            throw new IllegalArgumentException("schema.columns must be an array of objects");
        }
        refuseUnknown(node, COLUMN_FIELDS, "schema.columns.");
        String name = optionalText(node, "name");
        if (name == null) {
            throw new IllegalArgumentException("schema.columns.name is missing");
        }
        return TableColumn.newBuilder()
                .setName(name)
                .setType(text(node, "type", ""))
                .setText(bool(node, "text"))
                .build();
    }

    /** A field with an array of distinct strings; empty if it is absent. */
    private static List<String> names(JsonNode node, String field, String prefix) {
        JsonNode array = node.path(field);
        if (array.isMissingNode() || array.isNull()) {
            return List.of();
        }
        if (!array.isArray()) {
            throw new IllegalArgumentException(prefix + field + " must be an array of column names");
        }
        Set<String> names = new LinkedHashSet<>();
        for (JsonNode name : array) {
            if (!name.isTextual()) {
                throw new IllegalArgumentException(prefix + field + " must be an array of column names");
            }
            if (!names.add(name.textValue())) {
                throw new IllegalArgumentException(prefix + field + " names column '" + name.textValue() + "' twice");
            }
        }
        return List.copyOf(names);
    }

    private static @Nullable List<Float> vector(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isArray()) {
            throw new IllegalArgumentException("vector must be an array of numbers");
        }
        List<Float> vector = new ArrayList<>(node.size());
        for (JsonNode component : node) {
            if (!component.isNumber()) {
                throw new IllegalArgumentException("vector must be an array of numbers, component " + vector.size()
                        + " is " + component.getNodeType().name().toLowerCase(Locale.ROOT));
            }
            vector.add(component.floatValue());
        }
        return vector;
    }

    private static @Nullable Source source(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isObject()) {
            throw new IllegalArgumentException("source must be an object");
        }
        refuseUnknown(node, SOURCE_FIELDS, "source.");
        Long timestamp = integer(node, "timestamp");
        return Source.newBuilder()
                .setSystem(text(node, "system", "unknown"))
                .setDatabase(optionalText(node, "database"))
                .setTable(optionalText(node, "table"))
                .setPosition(optionalText(node, "position"))
                .setOrder(integer(node, "order"))
                .setTimestamp(timestamp == null ? null : Instant.ofEpochMilli(timestamp))
                .build();
    }

    private static @Nullable StreamPlace place(JsonNode node) {
        if (node.isMissingNode() || node.isNull()) {
            return null;
        }
        if (!node.isObject()) {
            throw new IllegalArgumentException("place must be an object");
        }
        refuseUnknown(node, PLACE_FIELDS, "place.");
        String stream = optionalText(node, "stream");
        Long follows = integer(node, "follows");
        if (stream == null || follows == null) {
            throw new IllegalArgumentException("place needs stream and follows");
        }
        return new StreamPlace(stream, follows);
    }

    private static @Nullable Long integer(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new IllegalArgumentException(field + " must be a 64-bit integer");
        }
        return value.longValue();
    }

    private static boolean bool(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (!value.isMissingNode() && !value.isBoolean()) {
            throw new IllegalArgumentException(field + " must be true or false");
        }
        return value.booleanValue();
    }

    private static String text(JsonNode node, String field, String absent) {
        String value = optionalText(node, field);
        return value == null ? absent : value;
    }

    private static @Nullable String optionalText(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isMissingNode() || value.isNull()) {
            return null;
        }
        if (!value.isTextual()) {
            throw new IllegalArgumentException(field + " must be a string");
        }
        return value.textValue();
    }

    private static void refuseUnknown(JsonNode node, Set<String> known, String prefix) {
        node.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new IllegalArgumentException("unknown field '" + prefix + name + "'");
            }
        });
    }
}
