package dev.freshet.connect.type;

import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.row.ColumnValues;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.Struct;

/** Numbers. Decimals stay exact; not-a-number and the infinities, which JSON does not have, become the words that Postgres writes. */
final class Numbers {
    private static final Set<String> DECIMAL_TYPES = Set.of(
            "numeric", "decimal", "dec", "fixed", "money", "bigint unsigned", "decimal unsigned", "numeric unsigned");

    /** How Debezium writes the special values when decimals are sent as strings. */
    private static final Map<String, String> SPECIAL = Map.of(
            "NAN", "NaN",
            "NaN", "NaN",
            "POSITIVE_INFINITY", "Infinity",
            "Infinity", "Infinity",
            "NEGATIVE_INFINITY", "-Infinity",
            "-Infinity", "-Infinity");

    private Numbers() {}

    static Object integer(Object value) {
        return ((Number) value).longValue();
    }

    /** The shortest decimal that is this float, which is what the database shows: 0.1 rather than 0.10000000149011612. */
    static Object single(Object value) {
        float number = (Float) value;
        return Float.isFinite(number) ? (Object) Double.valueOf(Float.toString(number)) : Float.toString(number);
    }

    static Object floating(Object value) {
        double number = (Double) value;
        return Double.isFinite(number) ? (Object) number : Double.toString(number);
    }

    static Object decimal(Object value) {
        return exact((BigDecimal) value);
    }

    /** A struct of {@code scale} and the unscaled {@code value}: Postgres' numeric without a declared scale. */
    static Object variableScaleDecimal(Object value) {
        Struct struct = (Struct) value;
        return exact(new BigDecimal(new BigInteger(struct.getBytes("value")), struct.getInt32("scale")));
    }

    /** Whether a string is a decimal number: {@code decimal.handling.mode=string} sends them so, and nothing but the type in the database tells. */
    static boolean isDecimalText(Schema schema) {
        String type = schema.name() == null ? SourceColumn.of(schema).type() : null;
        return type != null && DECIMAL_TYPES.contains(type.replace(" zerofill", ""));
    }

    /** The same for the elements of an array of Postgres', whose type has the name of theirs with an underscore before it. */
    static boolean isDecimalTextArray(Schema schema) {
        return "_numeric".equals(SourceColumn.of(schema).type())
                && schema.valueSchema().type() == Schema.Type.STRING;
    }

    static Object decimalText(Object value) {
        String text = (String) value;
        String special = SPECIAL.get(text);
        if (special != null) {
            return special;
        }
        try {
            return exact(new BigDecimal(text));
        } catch (NumberFormatException e) {
            // Money with the currency's sign, for example: the text is all that is known.
            return text;
        }
    }

    private static Object exact(BigDecimal number) {
        Object value = ColumnValues.fromDecimal(number);
        return value instanceof Json && !ColumnValues.isValid(value) ? number.toString() : value;
    }
}
