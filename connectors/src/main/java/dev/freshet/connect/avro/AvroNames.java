package dev.freshet.connect.avro;

import java.util.regex.Pattern;
import org.apache.kafka.connect.errors.DataException;

/**
 * Names that every implementation of Avro takes: letters of ASCII, digits and {@code _}, no digit first. Java's own takes more today, and others refuse the schema.
 *
 * @param scrub whether wrong names are changed instead of refused: {@code _} for each wrong character, and in front of a first digit
 */
record AvroNames(boolean scrub) {
    private static final Pattern NAME = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");
    private static final Pattern WRONG = Pattern.compile("[^A-Za-z0-9_]");

    /** The name of a field. */
    String field(String name) {
        return checked("field", name, name);
    }

    /** A name with a namespace, whose parts are separated by dots. */
    String full(String name) {
        String[] parts = name.split("\\.", -1);
        for (int i = 0; i < parts.length; i++) {
            parts[i] = checked("schema", parts[i], name);
        }
        return String.join(".", parts);
    }

    private String checked(String kind, String part, String whole) {
        if (NAME.matcher(part).matches()) {
            return part;
        }
        if (!scrub || part.isEmpty()) {
            throw new DataException("Avro takes no " + kind + " with the name '" + whole
                    + "': letters of ASCII, digits and '_' only, no digit first. Rename it (Connect's ReplaceField and"
                    + " SetSchemaMetadata do that), or set " + ConverterSettings.SCRUB
                    + "=true to have '_' in its place");
        }
        String scrubbed = WRONG.matcher(part).replaceAll("_");
        return Character.isDigit(scrubbed.charAt(0)) ? "_" + scrubbed : scrubbed;
    }
}
