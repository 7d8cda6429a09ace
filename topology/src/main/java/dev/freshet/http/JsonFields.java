package dev.freshet.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The fields of a JSON object, typed. What is unknown, missing or of the wrong type is refused by name; null is the same as absent. */
final class JsonFields {
    private final JsonNode object;

    private JsonFields(JsonNode object) {
        this.object = object;
    }

    /** The fields of a body that must be an object with no other than the {@code known} fields. */
    static JsonFields of(JsonNode body, List<String> known) {
        if (!body.isObject()) {
            throw bad("the body is " + HttpJson.typeName(body) + ", must be a JSON object");
        }
        body.fieldNames().forEachRemaining(name -> {
            if (!known.contains(name)) {
                throw new FreshetException(
                        ErrorCode.UNKNOWN_FIELD, "unknown field '" + name + "'; known are " + String.join(", ", known));
            }
        });
        return new JsonFields(body);
    }

    boolean has(String name) {
        return object.hasNonNull(name);
    }

    String requiredText(String name) {
        String value = text(name);
        if (value == null) {
            throw bad("'" + name + "' is missing");
        }
        return value;
    }

    @Nullable
    String text(String name) {
        JsonNode value = object.path(name);
        if (isAbsent(value)) {
            return null;
        }
        if (!value.isTextual()) {
            throw wrongType(name, value, "a string");
        }
        return value.textValue();
    }

    boolean flag(String name, boolean absent) {
        JsonNode value = object.path(name);
        if (isAbsent(value)) {
            return absent;
        }
        if (!value.isBoolean()) {
            throw wrongType(name, value, "true or false");
        }
        return value.booleanValue();
    }

    @Nullable
    Integer integer(String name, int minimum, int maximum) {
        JsonNode value = object.path(name);
        if (isAbsent(value)) {
            return null;
        }
        String range = "an integer from " + minimum + " to " + maximum;
        if (!value.isNumber()) {
            throw wrongType(name, value, range);
        }
        if (!value.isIntegralNumber()
                || !value.canConvertToInt()
                || value.intValue() < minimum
                || value.intValue() > maximum) {
            throw bad("'" + name + "' is " + value.asText() + ", must be " + range);
        }
        return value.intValue();
    }

    @Nullable
    Double number(String name) {
        JsonNode value = object.path(name);
        if (isAbsent(value)) {
            return null;
        }
        if (!value.isNumber()) {
            throw wrongType(name, value, "a number");
        }
        double number = value.doubleValue();
        if (!Double.isFinite(number)) {
            throw bad("'" + name + "' is " + number + ", must be a finite number");
        }
        return number;
    }

    @Nullable
    List<String> texts(String name) {
        JsonNode value = object.path(name);
        if (isAbsent(value)) {
            return null;
        }
        if (!value.isArray()) {
            throw wrongType(name, value, "an array of strings");
        }
        List<String> texts = new ArrayList<>(value.size());
        for (JsonNode element : value) {
            if (!element.isTextual()) {
                throw bad(
                        "'" + name + "[" + texts.size() + "]' is " + HttpJson.typeName(element) + ", must be a string");
            }
            texts.add(element.textValue());
        }
        return texts;
    }

    /** A value of whatever type; null if it is absent. */
    @Nullable
    JsonNode any(String name) {
        JsonNode value = object.path(name);
        return isAbsent(value) ? null : value;
    }

    /** The elements of an array that must be there. */
    JsonNode requiredArray(String name) {
        JsonNode value = object.path(name);
        if (isAbsent(value)) {
            throw bad("'" + name + "' is missing");
        }
        if (!value.isArray()) {
            throw wrongType(name, value, "an array");
        }
        return value;
    }

    private static boolean isAbsent(JsonNode value) {
        return value.isMissingNode() || value.isNull();
    }

    private static FreshetException wrongType(String name, JsonNode value, String expected) {
        return bad("'" + name + "' is " + HttpJson.typeName(value) + ", must be " + expected);
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
