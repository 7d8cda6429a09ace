package dev.freshet.http.openapi;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonRawValue;
import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies.SnakeCaseStrategy;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.lang.annotation.Annotation;
import java.lang.reflect.AnnotatedArrayType;
import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Schemas of records as they are written: names in snake_case, and what is null left out unless it is always written. A component that is not {@link Nullable} is
 * required. Answers may gain fields, so their schemas allow others. Used by one thread.
 */
final class RecordSchemas {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
    private static final SnakeCaseStrategy NAMES = new SnakeCaseStrategy();

    private final Map<String, ObjectNode> schemas = new TreeMap<>();

    /** A reference to the schema of a record, which is made if it is not there yet. */
    ObjectNode reference(Class<?> type) {
        String name = name(type);
        if (!schemas.containsKey(name)) {
            ObjectNode schema = JsonSchemas.type("object");
            // Before its components: records may hold each other.
            schemas.put(name, schema);
            ObjectNode properties = schema.putObject("properties");
            ArrayNode required = NODES.arrayNode();
            components(type, properties, required);
            if (!required.isEmpty()) {
                schema.set("required", required);
            }
        }
        return NODES.objectNode().put("$ref", "#/components/schemas/" + name);
    }

    /** All schemas, by name. */
    Map<String, ObjectNode> schemas() {
        return schemas;
    }

    private void components(Class<?> type, ObjectNode properties, ArrayNode required) {
        for (RecordComponent component : type.getRecordComponents()) {
            boolean nullable = component.getAnnotatedType().isAnnotationPresent(Nullable.class);
            if (has(component, JsonUnwrapped.class)) {
                components(component.getType(), properties, nullable ? NODES.arrayNode() : required);
                continue;
            }
            String name = NAMES.translate(component.getName());
            JsonInclude include = component.getAccessor().getAnnotation(JsonInclude.class);
            boolean always = include != null && include.value() == JsonInclude.Include.ALWAYS;
            ObjectNode schema = has(component, JsonRawValue.class)
                    ? JsonSchemas.type("object")
                    : schema(component.getAnnotatedType());
            properties.set(name, nullable && always ? orNull(schema) : schema);
            if (!nullable || always) {
                required.add(name);
            }
        }
    }

    private ObjectNode schema(AnnotatedType annotated) {
        if (annotated instanceof AnnotatedArrayType array) {
            return array(schema(array.getAnnotatedGenericComponentType()));
        }
        Class<?> type = raw(annotated.getType());
        if (annotated instanceof AnnotatedParameterizedType generic) {
            AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
            if (List.class.isAssignableFrom(type)) {
                return array(schema(arguments[0]));
            }
            if (Map.class.isAssignableFrom(type)) {
                ObjectNode map = JsonSchemas.type("object");
                map.set("additionalProperties", schema(arguments[1]));
                return map;
            }
        }
        return type.isRecord() ? reference(type) : simple(type);
    }

    private static ObjectNode simple(Class<?> type) {
        if (type == String.class) {
            return JsonSchemas.type("string");
        }
        if (type == boolean.class || type == Boolean.class) {
            return JsonSchemas.type("boolean");
        }
        if (type == int.class || type == Integer.class) {
            return JsonSchemas.type("integer").put("format", "int32");
        }
        if (type == long.class || type == Long.class) {
            return JsonSchemas.type("integer").put("format", "int64");
        }
        if (type == double.class || type == Double.class || type == float.class || type == Float.class) {
            return JsonSchemas.type("number");
        }
        if (JsonNode.class.isAssignableFrom(type)) {
            return NODES.objectNode();
        }
        throw new IllegalArgumentException("no schema is known for " + type.getName());
    }

    private static ObjectNode array(ObjectNode items) {
        ObjectNode array = JsonSchemas.type("array");
        array.set("items", items);
        return array;
    }

    private static ObjectNode orNull(ObjectNode schema) {
        ObjectNode either = NODES.objectNode();
        either.putArray("anyOf").add(schema).add(JsonSchemas.type("null"));
        return either;
    }

    private static boolean has(RecordComponent component, Class<? extends Annotation> annotation) {
        return component.getAccessor().isAnnotationPresent(annotation);
    }

    private static Class<?> raw(Type type) {
        return (Class<?>) (type instanceof ParameterizedType generic ? generic.getRawType() : type);
    }

    /** A nested record's name begins with that of the one that it is in. */
    private static String name(Class<?> type) {
        Class<?> outer = type.getDeclaringClass();
        return outer == null ? type.getSimpleName() : name(outer) + type.getSimpleName();
    }
}
