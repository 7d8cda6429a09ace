package dev.freshet.connect.transform;

import java.util.Locale;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.jspecify.annotations.Nullable;

/**
 * A value of a type of the database, what Debezium sends for it, and what a row then holds.
 *
 * @param type the type in the database
 * @param value a value of it, as the database shows it
 * @param schema the column's schema
 * @param sent the value that Debezium sends
 * @param json the column in the row as JSON; null: the column is left out
 */
record TypeCase(
        String type,
        String value,
        Schema schema,
        @Nullable Object sent,
        @Nullable String json) {
    static TypeCase of(String type, String value, SchemaBuilder schema, @Nullable Object sent, String json) {
        return new TypeCase(type, value, schema.optional().build(), sent, json);
    }

    static TypeCase leftOut(String type, String value, SchemaBuilder schema, Object sent) {
        return new TypeCase(type, value, schema.optional().build(), sent, null);
    }

    /** The type as the Markdown table of the page has it. */
    String row() {
        return "| `" + type + "` | `" + value + "` | " + name(schema) + " | "
                + (json == null ? "left out" : "`" + json + "`") + " |\n";
    }

    private static String name(Schema schema) {
        if (schema.name() != null) {
            return "`" + schema.name() + "`";
        }
        return switch (schema.type()) {
            case ARRAY -> "array of " + name(schema.valueSchema());
            case MAP -> "map of " + name(schema.valueSchema());
            default -> schema.type().getName().toLowerCase(Locale.ROOT);
        };
    }

    @Override
    public String toString() {
        return type + " " + value;
    }
}
