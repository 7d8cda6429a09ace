package dev.freshet.connect.type;

import java.util.Locale;
import java.util.Optional;
import java.util.OptionalInt;
import org.apache.kafka.connect.data.Schema;
import org.jspecify.annotations.Nullable;

/**
 * What Debezium says of a column's type in the database, in parameters of its schema. They are there if the connector's {@code column.propagate.source.type}
 * matches the column.
 *
 * @param type the database's name of the type in lower case, for example {@code varchar} or {@code int unsigned}; null if it is not said
 * @param length characters or digits, 1 or more; 0 if it is not said or has no limit
 * @param scale decimal places; 0 if it is not said
 */
public record SourceColumn(@Nullable String type, int length, int scale) {
    private static final String TYPE = "__debezium.source.column.type";
    private static final String LENGTH = "__debezium.source.column.length";
    private static final String SCALE = "__debezium.source.column.scale";

    public SourceColumn {
        if (length < 0) {
            throw new IllegalArgumentException("length is " + length + ", must be 0 or more");
        }
    }

    public static SourceColumn of(Schema schema) {
        String type = parameter(schema, TYPE)
                .map(name -> name.toLowerCase(Locale.ROOT))
                .orElse(null);
        int length = number(schema, LENGTH).orElse(0);
        // Postgres reports the largest int for what has no limit.
        return new SourceColumn(
                type,
                length == Integer.MAX_VALUE ? 0 : Math.max(0, length),
                number(schema, SCALE).orElse(0));
    }

    private static OptionalInt number(Schema schema, String name) {
        Optional<String> value = parameter(schema, name);
        try {
            return value.isPresent() ? OptionalInt.of(Integer.parseInt(value.get())) : OptionalInt.empty();
        } catch (NumberFormatException e) {
            throw new IllegalArgumentException(
                    "the parameter " + name + " is '" + value.get() + "', must be an integer", e);
        }
    }

    private static Optional<String> parameter(Schema schema, String name) {
        return schema.parameters() == null
                ? Optional.empty()
                : Optional.ofNullable(schema.parameters().get(name));
    }
}
