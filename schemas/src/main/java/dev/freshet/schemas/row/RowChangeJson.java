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
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.serde.TrustedRecords;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Row changes as JSON, for producers without Avro:
 *
 * <pre>{@code
 * {"dataset": "docs", "key": "42", "op": "upsert", "columns": {"title": "…", "body": "…"}, "vector": [0.1, …],
 *  "source": {"system": "…", "database": "…", "table": "…", "position": "…", "order": 7, "timestamp": 1700000000000}}
 * }</pre>
 *
 * <p>{@code dataset} and {@code key} may be left out: they stand in the record's key. {@code op} is upsert (the default), delete or truncate.
 * Unknown fields are refused, and so is {@code merge}, which is for the refresh application alone.
 */
public final class RowChangeJson {
    private static final Set<String> FIELDS =
            Set.of("dataset", "dataset_id", "key", "op", "columns", "vector", "source", "keep_columns");
    private static final Set<String> SOURCE_FIELDS =
            Set.of("system", "database", "table", "position", "order", "timestamp");
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
        JsonNode columns = root.path("columns");
        if (!columns.isMissingNode() && !columns.isObject()) {
            throw new IllegalArgumentException("columns must be an object");
        }
        return RowChange.newBuilder()
                .setDataset(text(root, "dataset", recordKey.substring(0, colon)))
                .setDatasetId(integer(root, "dataset_id"))
                .setKey(text(root, "key", recordKey.substring(colon + 1)))
                .setOp(op(text(root, "op", "upsert")))
                .setColumns(columns.isObject() ? ColumnValues.fromJsonObject(columns) : new HashMap<>())
                .setVector(vector(root.path("vector")))
                .setKeepColumns(bool(root, "keep_columns"))
                .setSource(source(root.path("source")))
                .setSchema$(null)
                .build();
    }

    /** Writes a row change as {@link #read} reads it. Columns that are unavailable are left out. */
    public static byte[] write(RowChange change) {
        ObjectNode root = MAPPER.createObjectNode();
        root.put("dataset", change.getDataset());
        if (change.getDatasetId() != null) {
            root.put("dataset_id", change.getDatasetId());
        }
        root.put("key", change.getKey());
        root.put("op", change.getOp().name().toLowerCase(Locale.ROOT));
        ObjectNode columns = root.putObject("columns");
        change.getColumns().forEach((name, value) -> {
            if (!(value instanceof Unavailable)) {
                columns.set(name, ColumnValues.toJson(value));
            }
        });
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
            default -> throw new IllegalArgumentException("op is '" + name + "', must be upsert, delete or truncate");
        };
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
