package dev.freshet.connect.source;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;

/** The databases that rows can come from. */
public enum SourceType {
    POSTGRESQL("postgresql", 5432, "public"),
    MYSQL("mysql", 3306, ""),
    MARIADB("mariadb", 3306, "");

    private final String text;
    private final int defaultPort;
    private final String defaultSchema;

    SourceType(String text, int defaultPort, String defaultSchema) {
        this.text = text;
        this.defaultPort = defaultPort;
        this.defaultSchema = defaultSchema;
    }

    /** As it is written in a source file, and in the lineage of rows. */
    public String text() {
        return text;
    }

    int defaultPort() {
        return defaultPort;
    }

    /** The schema of tables that are named without one; empty where that is the database of the connection. */
    String defaultSchema() {
        return defaultSchema;
    }

    static Optional<SourceType> parse(String text) {
        String lower = text.strip().toLowerCase(Locale.ROOT);
        return Arrays.stream(values()).filter(type -> type.text.equals(lower)).findFirst();
    }

    /** By the scheme of a URL. */
    static Optional<SourceType> ofScheme(String scheme) {
        return switch (scheme.toLowerCase(Locale.ROOT)) {
            case "postgresql", "postgres" -> Optional.of(POSTGRESQL);
            case "mysql" -> Optional.of(MYSQL);
            case "mariadb" -> Optional.of(MARIADB);
            default -> Optional.empty();
        };
    }
}
