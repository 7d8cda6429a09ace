package dev.freshet.ops.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.registry.CompatibilityLevel;
import dev.freshet.schemas.registry.SchemaStore;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * One record of the registry's topic, in the shape that Confluent's registry writes, so that either can take over the other's topic.
 *
 * <pre>
 * key   {"keytype":"SCHEMA","subject":S,"version":V,"magic":1}
 * value {"subject":S,"version":V,"id":I,"schema":TEXT,"deleted":false}, or null: the version is forgotten
 * key   {"keytype":"CONFIG","subject":S or null,"magic":0}
 * value {"subject":S or null,"compatibilityLevel":LEVEL}, or null: the level is taken away
 * key   {"keytype":"DELETE_SUBJECT","subject":S,"magic":0}      (read, never written)
 * value {"subject":S,"version":V}: the versions up to V are deleted softly
 * </pre>
 *
 * Other key types are left alone.
 */
record SchemaLogRecord(String key, String value) {
    private static final ObjectMapper JSON = new ObjectMapper();

    static SchemaLogRecord of(SchemaStore.Registration registration) {
        ObjectNode key = key("SCHEMA", registration.subject(), 1);
        key.put("version", registration.version());
        ObjectNode value = JsonNodeFactory.instance
                .objectNode()
                .put("subject", registration.subject())
                .put("version", registration.version())
                .put("id", registration.id())
                .put("schema", registration.schema())
                .put("deleted", registration.deleted());
        return new SchemaLogRecord(key.toString(), value.toString());
    }

    static SchemaLogRecord of(@Nullable String subject, CompatibilityLevel level) {
        ObjectNode value =
                JsonNodeFactory.instance.objectNode().put("subject", subject).put("compatibilityLevel", level.name());
        return new SchemaLogRecord(key("CONFIG", subject, 0).toString(), value.toString());
    }

    /**
     * Applies a record that was read.
     *
     * @throws IOException when key or value is not JSON
     * @throws IllegalArgumentException when a field is missing or out of range
     */
    static void apply(byte[] keyBytes, byte @Nullable [] valueBytes, SchemaStore store) throws IOException {
        JsonNode key = JSON.readTree(keyBytes);
        JsonNode value = valueBytes == null ? null : JSON.readTree(valueBytes);
        switch (key.path("keytype").asText()) {
            case "SCHEMA" -> applySchema(key, value, store);
            case "CONFIG" -> applyConfig(key, value, store);
            case "DELETE_SUBJECT" -> {
                if (value != null) {
                    store.markDeleted(
                            value.path("subject").asText(),
                            value.path("version").asInt());
                }
            }
            default -> {
                // NOOP, CLEAR_SUBJECT, MODE and what may come: nothing that this registry knows.
            }
        }
    }

    private static void applySchema(JsonNode key, @Nullable JsonNode value, SchemaStore store) {
        if (value == null) {
            store.remove(key.path("subject").asText(), key.path("version").asInt());
            return;
        }
        store.apply(new SchemaStore.Registration(
                value.path("subject").asText(),
                value.path("version").asInt(),
                value.path("id").asInt(-1),
                value.path("schema").asText(),
                value.path("deleted").asBoolean(false)));
    }

    private static void applyConfig(JsonNode key, @Nullable JsonNode value, SchemaStore store) {
        String subject = key.path("subject").isTextual() ? key.path("subject").asText() : null;
        if (value == null) {
            store.clearCompatibility(subject);
        } else if (value.path("compatibilityLevel").isTextual()) {
            store.setCompatibility(
                    subject,
                    CompatibilityLevel.of(value.path("compatibilityLevel").asText()));
        }
    }

    private static ObjectNode key(String type, @Nullable String subject, int magic) {
        // The order of the fields is part of the key: compaction compares bytes.
        ObjectNode key =
                JsonNodeFactory.instance.objectNode().put("keytype", type).put("subject", subject);
        if (type.equals("SCHEMA")) {
            key.putNull("version");
        }
        return key.put("magic", magic);
    }
}
