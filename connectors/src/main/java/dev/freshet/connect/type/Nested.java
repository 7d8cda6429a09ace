package dev.freshet.connect.type;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.row.ColumnValues;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.connect.data.Field;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;
import org.jspecify.annotations.Nullable;

/** Values with structure, as JSON. */
final class Nested {
    private Nested() {}

    /** JSON as the database holds it; as a string if it is nested or has numbers beyond what is read as JSON (1,000 levels, 1,000 characters). */
    static @Nullable Object jsonText(Object value) {
        String text = (String) value;
        // Two levels more, as it stands in a row change.
        if (!ColumnValues.isValid(new Json("[" + text + "]"))) {
            return text;
        }
        return ColumnValues.fromJsonText(text);
    }

    /** MySQL's {@code set}, which comes as its members with commas between. A member has no comma. */
    static Object enumSet(Object value) {
        String text = (String) value;
        ArrayNode members = JsonNodeFactory.instance.arrayNode();
        if (!text.isEmpty()) {
            List.of(text.split(",", -1)).forEach(members::add);
        }
        return new Json(members.toString());
    }

    static Optional<ColumnConverter> array(Schema schema) {
        // What the database says of a type stands at the column, not at its elements.
        Optional<ColumnConverter> elements = Numbers.isDecimalTextArray(schema)
                ? Optional.of(Numbers::decimalText)
                : ColumnConverters.of(schema.valueSchema());
        return elements.map(element -> value -> {
            ArrayNode array = JsonNodeFactory.instance.arrayNode();
            ((List<?>) value).forEach(item -> array.add(json(element, item)));
            return new Json(array.toString());
        });
    }

    /** Keys become text; a null value stays null. */
    static Optional<ColumnConverter> map(Schema schema) {
        return ColumnConverters.of(schema.valueSchema()).map(element -> value -> {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            ((Map<?, ?>) value).forEach((key, item) -> object.set(String.valueOf(key), json(element, item)));
            return new Json(object.toString());
        });
    }

    /** A struct of no known meaning, as an object of its fields. Binary fields are left out. */
    static Optional<ColumnConverter> struct(Schema schema) {
        Map<Field, ColumnConverter> fields = new LinkedHashMap<>();
        schema.fields()
                .forEach(field ->
                        ColumnConverters.of(field.schema()).ifPresent(converter -> fields.put(field, converter)));
        return Optional.of(value -> {
            ObjectNode object = JsonNodeFactory.instance.objectNode();
            fields.forEach((field, converter) ->
                    object.set(field.name(), json(converter, ((Struct) value).getWithoutDefault(field.name()))));
            return new Json(object.toString());
        });
    }

    private static JsonNode json(ColumnConverter converter, @Nullable Object value) {
        return ColumnValues.toJson(value == null ? null : converter.convert(value));
    }
}
