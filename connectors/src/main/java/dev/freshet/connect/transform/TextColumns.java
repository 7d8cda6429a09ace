package dev.freshet.connect.transform;

import dev.freshet.connect.type.SourceColumn;
import java.util.Set;
import org.apache.kafka.connect.data.Schema;

/**
 * Proposes which columns of a table are text to be embedded, for tables of which the settings say nothing: columns of a character type that hold {@link #LENGTH_MIN} characters or more, or
 * have no limit, and are not part of the key. Names, codes, addresses and the like are mostly declared shorter.
 *
 * <p>Where the type in the database is not known, every plain string is proposed.
 */
final class TextColumns {
    /** Shortest declared length, in characters, of a column that is proposed. */
    static final int LENGTH_MIN = 100;

    private static final Set<String> CHARACTER_TYPES = Set.of(
            "text",
            "varchar",
            "character varying",
            "char",
            "character",
            "bpchar",
            "citext",
            "tinytext",
            "mediumtext",
            "longtext",
            "nvarchar",
            "nchar",
            "national varchar",
            "national char");

    private TextColumns() {}

    static boolean isProposed(Schema column) {
        // A name says that the string is something else: a UUID, an enum, JSON, XML, …
        if (column.type() != Schema.Type.STRING || column.name() != null) {
            return false;
        }
        SourceColumn source = SourceColumn.of(column);
        return source.type() == null
                || (isCharacter(source) && (source.length() == 0 || source.length() >= LENGTH_MIN));
    }

    /** Whether the database says that a column holds characters. */
    static boolean isCharacter(SourceColumn source) {
        return source.type() != null && CHARACTER_TYPES.contains(source.type());
    }
}
