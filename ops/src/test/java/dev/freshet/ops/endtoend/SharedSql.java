package dev.freshet.ops.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Assumptions;

/**
 * The Chinook database as SQL, looked for as the other shared data: in the directory that the system property {@code freshet.shared} names, else in a directory
 * {@code shared} beside or above the module. Tests that need it are skipped, and say so, where it is not.
 */
final class SharedSql {
    /** What a script says about which database it fills, which the test decides. */
    private static final Pattern DATABASE =
            Pattern.compile("^(?:(?:DROP|CREATE) DATABASE |USE |\\\\c ).*$", Pattern.MULTILINE);

    private SharedSql() {}

    /** All statements that make and fill the tables, for the database that is connected to. */
    static String chinook(String system) {
        Optional<Path> file = find(Path.of("data", "sql", "chinook-" + system + ".sql"));
        Assumptions.assumeTrue(
                file.isPresent(), "skipped: no shared/data/sql found; name its parent with -Dfreshet.shared=DIRECTORY");
        try {
            return DATABASE.matcher(Files.readString(file.orElseThrow(), UTF_8)).replaceAll("");
        } catch (IOException e) {
            throw new AssertionError("cannot read " + file, e);
        }
    }

    private static Optional<Path> find(Path relative) {
        String named = System.getProperty("freshet.shared");
        if (named != null) {
            return Optional.of(Path.of(named).resolve(relative)).filter(Files::isRegularFile);
        }
        for (Path directory = Path.of("").toAbsolutePath(); directory != null; directory = directory.getParent()) {
            Path candidate = directory.resolve("shared").resolve(relative);
            if (Files.isRegularFile(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
