package dev.freshet.connect.avro;

import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * The properties and names by which Avro schemas say what Avro has no word for. They are Confluent's, so that each side reads what the other wrote; the last two are
 * our own, and only parameters of Connect's schemas.
 */
final class AvroProperties {
    static final String NAMESPACE = "io.confluent.connect.avro";

    /** Records of structs without a name; the second and later ones in a schema have a number behind it. */
    static final String DEFAULT_RECORD = "ConnectDefault";

    /** Records of the entries of maps whose keys are no strings. */
    static final String MAP_ENTRY = "MapEntry";

    static final String ENTRY_KEY = "key";
    static final String ENTRY_VALUE = "value";

    static final String NAME = "connect.name";
    static final String VERSION = "connect.version";
    static final String DOC = "connect.doc";
    static final String DEFAULT = "connect.default";
    static final String PARAMETERS = "connect.parameters";
    static final String INTERNAL_TYPE = "connect.internal.type";

    /** What an Avro int is in Connect: {@value #INT8} or {@value #INT16}. */
    static final String TYPE = "connect.type";

    static final String INT8 = "int8";
    static final String INT16 = "int16";

    static final String LOGICAL = "logicalType";
    static final String SCALE = "scale";
    static final String PRECISION = "precision";

    /** Name of a struct that stands for an Avro union: one optional field for each member. */
    static final String UNION = NAMESPACE + ".Union";

    /** Parameter of a string that stands for an Avro enum: its full name. With a dot and a symbol behind it: one parameter for each symbol, in order. */
    static final String ENUM = NAMESPACE + ".Enum";

    /** Parameter: the precision of a decimal, if it is not {@value #DECIMAL_PRECISION_DEFAULT}. */
    static final String DECIMAL_PRECISION = "connect.decimal.precision";

    static final int DECIMAL_PRECISION_DEFAULT = 64;

    /** Parameter: the size in bytes of an Avro fixed. */
    static final String FIXED_SIZE = "connect.fixed.size";

    /** Parameter, ours: the full name of an Avro fixed. */
    static final String FIXED_NAME = "connect.fixed.name";

    /** Parameter, ours: a logical type of Avro's that Connect has no type for, for example {@code timestamp-micros}. */
    static final String LOGICAL_PARAMETER = "connect.avro.logical.type";

    private AvroProperties() {}

    /** A schema's parameter, or null. */
    static @Nullable String parameter(Schema schema, String name) {
        Map<String, String> parameters = schema.parameters();
        return parameters == null ? null : parameters.get(name);
    }

    /** The parameters that have no place of their own in an Avro schema, sorted: equal schemas are written alike. */
    static Map<String, String> otherParameters(Schema schema) {
        Map<String, String> parameters = schema.parameters();
        Map<String, String> others = new TreeMap<>(parameters == null ? Map.of() : parameters);
        others.keySet().removeIf(AvroProperties::hasItsPlace);
        return others;
    }

    private static boolean hasItsPlace(String parameter) {
        return switch (parameter) {
            case ENUM, DECIMAL_PRECISION, FIXED_SIZE, FIXED_NAME, LOGICAL_PARAMETER -> true;
            default -> parameter.startsWith(ENUM + ".");
        };
    }
}
