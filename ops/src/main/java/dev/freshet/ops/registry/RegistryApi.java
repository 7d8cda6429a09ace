package dev.freshet.ops.registry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.registry.CompatibilityLevel;
import dev.freshet.schemas.registry.SchemaRefusedException;
import dev.freshet.schemas.registry.SchemaStore;
import java.util.List;
import java.util.Optional;
import org.apache.avro.Schema;

/**
 * The part of Confluent's HTTP API that serdes and common clients use, without HTTP itself: a method, the path's segments and a body in,
 * JSON or a {@link SchemaRefusedException} out. Thread-safe.
 */
final class RegistryApi {
    private static final int NOT_FOUND = 404;
    private static final int METHOD_NOT_ALLOWED = 405;
    private static final int LEVEL_NOT_CONFIGURED = 40408;
    private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

    private final SchemaLog log;
    private final SchemaStore store;

    RegistryApi(SchemaLog log) {
        this.log = log;
        this.store = log.store();
    }

    /** @param query what follows the question mark, or empty */
    JsonNode answer(String method, List<String> path, String query, JsonNode body) {
        String first = path.isEmpty() ? "" : path.get(0);
        return switch (first) {
            case "" -> JSON.objectNode();
            case "subjects" -> subjects(method, path, body);
            case "schemas" -> schemas(method, path);
            case "compatibility" -> compatibility(method, path, query, body);
            case "config" -> config(method, path, query, body);
            case "mode" -> mode(method);
            default -> throw notFound();
        };
    }

    private JsonNode subjects(String method, List<String> path, JsonNode body) {
        if (path.size() == 1) {
            require(method, "GET");
            return texts(store.subjects());
        }
        String subject = path.get(1);
        if (path.size() == 2) {
            require(method, "POST");
            return full(store.find(subject, schemaText(body)));
        }
        if (!path.get(2).equals("versions") || path.size() > 5) {
            throw notFound();
        }
        if (path.size() == 3) {
            if (method.equals("POST")) {
                int id = log.register(subject, schemaText(body)).id();
                return JSON.objectNode().put("id", id);
            }
            require(method, "GET");
            ArrayNode versions = JSON.arrayNode();
            store.versions(subject).forEach(registration -> versions.add(registration.version()));
            return versions;
        }
        require(method, "GET");
        SchemaStore.Registration registration = version(subject, path.get(3));
        if (path.size() == 4) {
            return full(registration);
        }
        requireSegment(path.get(4), "schema");
        return JSON.pojoNode(registration.schema());
    }

    private JsonNode schemas(String method, List<String> path) {
        require(method, "GET");
        if (path.equals(List.of("schemas", "types"))) {
            return texts(List.of("AVRO"));
        }
        if (path.size() < 3 || path.size() > 4 || !path.get(1).equals("ids")) {
            throw notFound();
        }
        int id = number(path.get(2), SchemaStore.SCHEMA_NOT_FOUND, "Schema " + path.get(2) + " not found");
        String text = store.schemaText(id);
        if (path.size() == 3) {
            return JSON.objectNode().put("schema", text);
        }
        List<SchemaStore.Registration> registrations = store.versionsOf(id);
        return switch (path.get(3)) {
            case "schema" -> JSON.pojoNode(text);
            case "subjects" ->
                texts(registrations.stream()
                        .map(SchemaStore.Registration::subject)
                        .distinct()
                        .toList());
            case "versions" -> {
                ArrayNode versions = JSON.arrayNode();
                registrations.forEach(registration -> versions.addObject()
                        .put("subject", registration.subject())
                        .put("version", registration.version()));
                yield versions;
            }
            default -> throw notFound();
        };
    }

    private JsonNode compatibility(String method, List<String> path, String query, JsonNode body) {
        boolean wellFormed = path.size() >= 4
                && path.size() <= 5
                && path.get(1).equals("subjects")
                && path.get(3).equals("versions");
        if (!wellFormed) {
            throw notFound();
        }
        require(method, "POST");
        String subject = path.get(2);
        Schema schema = SchemaStore.parse(schemaText(body));
        List<String> problems = path.size() == 4
                ? store.incompatibilities(subject, schema)
                : SchemaStore.incompatibilities(store.compatibility(subject), schema, version(subject, path.get(4)));
        ObjectNode answer = JSON.objectNode().put("is_compatible", problems.isEmpty());
        if (query.contains("verbose=true")) {
            answer.set("messages", texts(problems));
        }
        return answer;
    }

    private JsonNode config(String method, List<String> path, String query, JsonNode body) {
        if (path.size() > 2) {
            throw notFound();
        }
        String subject = path.size() == 2 ? path.get(1) : null;
        if (method.equals("PUT")) {
            CompatibilityLevel level =
                    CompatibilityLevel.of(body.path("compatibility").asText());
            log.setCompatibility(subject, level);
            return JSON.objectNode().put("compatibility", level.name());
        }
        require(method, "GET");
        if (subject == null) {
            return JSON.objectNode()
                    .put("compatibilityLevel", store.defaultCompatibility().name());
        }
        Optional<CompatibilityLevel> own = store.ownCompatibility(subject);
        if (own.isEmpty() && !query.contains("defaultToGlobal=true")) {
            throw new SchemaRefusedException(
                    LEVEL_NOT_CONFIGURED,
                    "Subject '" + subject + "' does not have subject-level compatibility configured");
        }
        return JSON.objectNode()
                .put(
                        "compatibilityLevel",
                        own.orElse(store.defaultCompatibility()).name());
    }

    private static JsonNode mode(String method) {
        require(method, "GET");
        return JSON.objectNode().put("mode", "READWRITE");
    }

    private SchemaStore.Registration version(String subject, String text) {
        if (text.equals("latest") || text.equals("-1")) {
            return store.latest(subject);
        }
        String problem =
                "The specified version '" + text + "' is not a valid version id. Use a number from 1, or latest";
        int version = number(text, SchemaStore.INVALID_VERSION, problem);
        if (version < 1) {
            throw new SchemaRefusedException(SchemaStore.INVALID_VERSION, problem);
        }
        return store.version(subject, version);
    }

    private static String schemaText(JsonNode body) {
        String type = body.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO") && !type.equals("null")) {
            throw new SchemaRefusedException(
                    SchemaStore.INVALID_SCHEMA, "Schema type " + type + " is not supported, this registry holds AVRO");
        }
        if (!body.path("references").isEmpty()) {
            throw new SchemaRefusedException(
                    SchemaStore.INVALID_SCHEMA, "Schema references are not supported, write the types into one schema");
        }
        if (!body.path("schema").isTextual()) {
            throw new SchemaRefusedException(SchemaStore.INVALID_SCHEMA, "The body has no text field 'schema'");
        }
        return body.path("schema").asText();
    }

    private static ObjectNode full(SchemaStore.Registration registration) {
        return JSON.objectNode()
                .put("subject", registration.subject())
                .put("version", registration.version())
                .put("id", registration.id())
                .put("schema", registration.schema());
    }

    private static ArrayNode texts(List<String> texts) {
        ArrayNode array = JSON.arrayNode();
        texts.forEach(array::add);
        return array;
    }

    private static int number(String text, int errorCode, String problem) {
        try {
            return Integer.parseInt(text);
        } catch (NumberFormatException e) {
            throw new SchemaRefusedException(errorCode, problem);
        }
    }

    private static void require(String method, String expected) {
        if (!method.equals(expected)) {
            throw new SchemaRefusedException(METHOD_NOT_ALLOWED, "HTTP 405 Method Not Allowed");
        }
    }

    private static void requireSegment(String segment, String expected) {
        if (!segment.equals(expected)) {
            throw notFound();
        }
    }

    private static SchemaRefusedException notFound() {
        return new SchemaRefusedException(NOT_FOUND, "HTTP 404 Not Found");
    }
}
