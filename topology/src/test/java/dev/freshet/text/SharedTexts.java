package dev.freshet.text;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Assumptions;

/**
 * The XQuAD paragraphs that the project measures with. They are looked for in the directory that the system property {@code freshet.shared}
 * names, else in a directory {@code shared} beside or above the module; tests that need them are skipped, and say so, where they are not.
 */
final class SharedTexts {
    private SharedTexts() {}

    /** The paragraphs of one language: {@code en}, {@code zh} or {@code th}. */
    static List<String> paragraphs(String language) {
        Optional<Path> file = find(Path.of("data", "text", "xquad-" + language + "-paragraphs.ndjson"));
        Assumptions.assumeTrue(
                file.isPresent(),
                "skipped: no shared/data/text found; name its parent with -Dfreshet.shared=DIRECTORY");
        ObjectMapper json = new ObjectMapper();
        List<String> paragraphs = new ArrayList<>();
        try {
            for (String line : Files.readAllLines(file.orElseThrow(), UTF_8)) {
                paragraphs.add(json.readTree(line).get("text").asText());
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return paragraphs;
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
