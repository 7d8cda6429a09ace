package dev.freshet.http.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.util.RawValue;
import dev.freshet.http.openapi.Operation.Content;
import dev.freshet.http.openapi.Operation.EitherJson;
import dev.freshet.http.openapi.Operation.Json;
import dev.freshet.http.openapi.Operation.Other;
import dev.freshet.http.openapi.Operation.Parameter;
import dev.freshet.http.openapi.Operation.Reply;
import dev.freshet.http.openapi.Operation.Shape;
import dev.freshet.schemas.error.ErrorCode;
import java.util.Collection;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The OpenAPI 3.1 document of an API: its routes, joined with what is said of them. Routes of which nothing is said are left out.
 *
 * @see <a href="https://spec.openapis.org/oas/v3.1.0">OpenAPI Specification 3.1.0</a>
 */
public final class OpenApiDocument {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final String PROBLEM_JSON = "application/problem+json";
    private static final Set<ErrorCode> ALWAYS =
            EnumSet.of(ErrorCode.INTERNAL, ErrorCode.URI_TOO_LONG, ErrorCode.HEADERS_TOO_LARGE);
    private static final Set<ErrorCode> WITH_KEY =
            EnumSet.of(ErrorCode.BAD_REQUEST, ErrorCode.UNAUTHENTICATED, ErrorCode.FORBIDDEN);
    private static final Set<ErrorCode> WITH_BODY = EnumSet.of(
            ErrorCode.BAD_REQUEST,
            ErrorCode.MALFORMED_JSON,
            ErrorCode.UNKNOWN_FIELD,
            ErrorCode.BODY_TOO_LARGE,
            ErrorCode.UNSUPPORTED_MEDIA_TYPE);

    private final RecordSchemas records = new RecordSchemas();
    private final String description;
    private final Map<String, String> pathParameters;

    private OpenApiDocument(String description, Map<String, String> pathParameters) {
        this.description = description;
        this.pathParameters = pathParameters;
    }

    /**
     * Writes the document.
     *
     * @param description of the whole API
     * @param pathParameters what the parameters in paths are, by name
     */
    public static ObjectNode of(
            String description,
            Map<String, String> pathParameters,
            Collection<Route> routes,
            Collection<Operation> operations) {
        return new OpenApiDocument(description, pathParameters).write(routes, operations);
    }

    private ObjectNode write(Collection<Route> routes, Collection<Operation> operations) {
        Map<String, Route> byKey = new HashMap<>();
        routes.forEach(route -> byKey.put(route.key(), route));
        ObjectNode document = NODES.objectNode().put("openapi", "3.1.0");
        ObjectNode info = document.putObject("info")
                .put("title", "Freshet")
                .put("version", "1")
                .put("description", description);
        info.putObject("license").put("name", "Apache-2.0").put("identifier", "Apache-2.0");
        document.putArray("servers").addObject().put("url", "/");
        ArrayNode tags = document.putArray("tags");
        operations.stream()
                .map(Operation::tag)
                .distinct()
                .forEach(tag -> tags.addObject().put("name", tag));
        ObjectNode paths = document.putObject("paths");
        for (Operation operation : operations) {
            Route route = byKey.get(operation.key());
            if (route != null) {
                ObjectNode path = paths.withObject("/" + escaped(Route.template(operation.path())));
                path.set(operation.method().toLowerCase(Locale.ROOT), operation(operation, route));
            }
        }
        ObjectNode components = document.putObject("components");
        ObjectNode schemas = components.putObject("schemas");
        records.schemas().forEach(schemas::set);
        schemas.set("Problem", problem());
        keys(components.putObject("securitySchemes"));
        components
                .putObject("parameters")
                .putObject("RequestId")
                .put("name", "X-Request-Id")
                .put("in", "header")
                .put("description", "Names the request in the answer, in problems and in logs; made if it is left out.")
                .set("schema", JsonSchemas.type("string").put("maxLength", 128));
        return document;
    }

    private static void keys(ObjectNode schemes) {
        schemes.putObject("bearer").put("type", "http").put("scheme", "bearer");
        schemes.putObject("key").put("type", "apiKey").put("in", "header").put("name", "X-API-Key");
    }

    /** A server may ask nobody for a key, which is the third of the ways. */
    private static void security(ArrayNode security, Route route) {
        if (!route.isOpen()) {
            security.addObject().putArray("bearer");
            security.addObject().putArray("key");
            security.addObject();
        }
    }

    private ObjectNode operation(Operation operation, Route route) {
        ObjectNode node = NODES.objectNode()
                .put("operationId", operation.id())
                .put("summary", operation.summary())
                .put("x-access", route.access());
        node.putArray("tags").add(operation.tag());
        security(node.putArray("security"), route);
        ArrayNode parameters = node.putArray("parameters");
        for (String name : Route.parameters(operation.path())) {
            String meaning = pathParameters.getOrDefault(name, name);
            parameters
                    .addObject()
                    .put("name", name)
                    .put("in", "path")
                    .put("required", true)
                    .put("description", meaning)
                    .set("schema", JsonSchemas.type("string"));
        }
        for (Parameter parameter : operation.query()) {
            parameters
                    .addObject()
                    .put("name", parameter.name())
                    .put("in", "query")
                    .set("schema", parameter.schema());
        }
        parameters.addObject().put("$ref", "#/components/parameters/RequestId");
        if (!operation.bodies().isEmpty()) {
            ObjectNode body = node.putObject("requestBody").put("required", true);
            ObjectNode content = body.putObject("content");
            operation.bodies().forEach(one -> content.set(one.mediaType(), content(one)));
        }
        responses(node.putObject("responses"), operation, route);
        return node;
    }

    private static ObjectNode content(Content content) {
        ObjectNode node = NODES.objectNode();
        node.set("schema", content.schema());
        if (content.mediaType().endsWith("json") && !content.mediaType().contains("nd")) {
            node.putRawValue("example", new RawValue(content.example()));
        } else {
            node.put("example", content.example());
        }
        return node;
    }

    private void responses(ObjectNode responses, Operation operation, Route route) {
        for (Reply reply : operation.replies()) {
            ObjectNode response =
                    responses.putObject(String.valueOf(reply.status())).put("description", reply.description());
            Shape shape = reply.shape();
            if (shape != null) {
                String mediaType = shape instanceof Other other ? other.mediaType() : "application/json";
                response.putObject("content").putObject(mediaType).set("schema", schema(shape));
            }
        }
        codes(operation, route)
                .forEach((status, codes) -> responses.set(String.valueOf(status), failure(status, codes)));
    }

    private ObjectNode schema(Shape shape) {
        if (shape instanceof Json json) {
            return records.reference(json.type());
        }
        if (shape instanceof EitherJson either) {
            ObjectNode schema = NODES.objectNode();
            ArrayNode choices = schema.putArray("anyOf");
            either.types().forEach(type -> choices.add(records.reference(type)));
            return schema;
        }
        return ((Other) shape).schema();
    }

    /** The codes of an operation by status. */
    private static Map<Integer, List<ErrorCode>> codes(Operation operation, Route route) {
        Set<ErrorCode> codes = EnumSet.copyOf(ALWAYS);
        codes.addAll(operation.errors());
        if (!route.isOpen()) {
            codes.addAll(WITH_KEY);
        }
        if (operation.path().startsWith("/v1/")) {
            // Unknown query parameters are never ignored.
            codes.add(ErrorCode.BAD_REQUEST);
        }
        if (!operation.bodies().isEmpty()) {
            codes.addAll(WITH_BODY);
        }
        return codes.stream().collect(Collectors.groupingBy(ErrorCode::status, TreeMap::new, Collectors.toList()));
    }

    private static ObjectNode failure(int status, List<ErrorCode> codes) {
        ObjectNode response = NODES.objectNode()
                .put("description", codes.stream().map(ErrorCode::code).collect(Collectors.joining(", ")));
        if (status == 429 || status == 503) {
            response.putObject("headers")
                    .putObject("Retry-After")
                    .put("description", "After how many seconds to try again.")
                    .set("schema", JsonSchemas.type("integer"));
        }
        ArrayNode both = response.putObject("content")
                .putObject(PROBLEM_JSON)
                .putObject("schema")
                .putArray("allOf");
        both.addObject().put("$ref", "#/components/schemas/Problem");
        ArrayNode named =
                both.addObject().putObject("properties").putObject("code").putArray("enum");
        codes.forEach(code -> named.add(code.code()));
        return response;
    }

    private static ObjectNode problem() {
        ObjectNode problem = JsonSchemas.type("object")
                .put(
                        "description",
                        "What went wrong (RFC 9457). Some problems have more members, which are described with their route.");
        ObjectNode properties = problem.putObject("properties");
        properties.set("type", JsonSchemas.string("A URN that ends in the code."));
        properties.set("title", JsonSchemas.string("The code in words."));
        properties.set("status", JsonSchemas.integer("The HTTP status.", 400, 599));
        properties.set("code", JsonSchemas.string("Stable: programs may rely on it."));
        properties.set("detail", JsonSchemas.string("What is wrong and what to do, for people."));
        properties.set("instance", JsonSchemas.string("The path that was asked for."));
        properties.set("request_id", JsonSchemas.string("The request's id, as logs have it."));
        ArrayNode required = problem.putArray("required");
        List.of("type", "title", "status", "code", "detail", "instance").forEach(required::add);
        return problem;
    }

    /** As a part of a JSON pointer. */
    private static String escaped(String key) {
        return key.replace("~", "~0").replace("/", "~1");
    }
}
