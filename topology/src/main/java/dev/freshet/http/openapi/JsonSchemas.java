package dev.freshet.http.openapi;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Small JSON schemas (draft 2020-12), for what no record says: bodies, which are read field by field, and parameters. */
public final class JsonSchemas {
    private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

    private JsonSchemas() {}

    /** A string. */
    public static ObjectNode string(String description) {
        return type("string").put("description", description);
    }

    /** One of some strings. */
    public static ObjectNode oneOf(String description, List<String> values) {
        ObjectNode schema = string(description);
        ArrayNode named = schema.putArray("enum");
        values.forEach(named::add);
        return schema;
    }

    /** An integer within bounds. */
    public static ObjectNode integer(String description, long minimum, long maximum) {
        return type("integer")
                .put("description", description)
                .put("minimum", minimum)
                .put("maximum", maximum);
    }

    /** A number. */
    public static ObjectNode number(String description) {
        return type("number").put("description", description);
    }

    /** True or false, and what it is when it is left out. */
    public static ObjectNode flag(String description, boolean absent) {
        return type("boolean").put("description", description).put("default", absent);
    }

    /** An array of such elements. */
    public static ObjectNode array(String description, ObjectNode items) {
        ObjectNode schema = type("array").put("description", description);
        schema.set("items", items);
        return schema;
    }

    /** Numbers. */
    public static ObjectNode vector(String description) {
        return array(description, type("number"));
    }

    /** Numbers, or their base64. */
    public static ObjectNode vectorOrBase64(String description) {
        ObjectNode schema = JsonNodeFactory.instance.objectNode().put("description", description);
        schema.putArray("oneOf")
                .add(vector("The components."))
                .add(string("Base64 of the components as 32-bit numbers, lowest byte first.")
                        .put("contentEncoding", "base64"));
        return schema;
    }

    /** An object with any fields. */
    public static ObjectNode anyObject(String description) {
        return type("object").put("description", description);
    }

    /** An object with any fields, all of one kind. */
    public static ObjectNode map(String description, ObjectNode values) {
        ObjectNode schema = anyObject(description);
        schema.set("additionalProperties", values);
        return schema;
    }

    /** An object with no other than the fields that {@link #required} and {@link #optional} give it. */
    public static ObjectNode object() {
        ObjectNode schema = type("object").put("additionalProperties", false);
        schema.putObject("properties");
        return schema;
    }

    /** The object with one more field, which must be there. */
    public static ObjectNode required(ObjectNode object, String name, ObjectNode schema) {
        optional(object, name, schema).withArray("/required").add(name);
        return object;
    }

    /** The object with one more field, which may be there. */
    public static ObjectNode optional(ObjectNode object, String name, ObjectNode schema) {
        object.withObject("/properties").set(name, schema);
        return object;
    }

    /** Of these fields of an object, exactly one is there. */
    public static ObjectNode exactlyOneOf(ObjectNode object, String... names) {
        ArrayNode choices = object.putArray("oneOf");
        for (String name : names) {
            choices.addObject().putArray("required").add(name);
        }
        return object;
    }

    static ObjectNode type(String type) {
        return NODES.objectNode().put("type", type);
    }
}
