package dev.freshet.ops.bench.retrieval;

import static java.util.Objects.requireNonNull;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Paragraphs that people wrote, and questions that they answer: files that are not part of the sources.
 *
 * @param rows NDJSON with {@code id}, {@code title} and {@code text}
 * @param questions NDJSON as {@link Question} reads it
 */
public record RealTexts(Path rows, Path questions) {
    /** The system property that names the directory with {@code data/text}. */
    public static final String PROPERTY = "freshet.shared";

    private static final Path ROWS = Path.of("data", "text", "xquad-en-paragraphs.ndjson");
    private static final Path QUESTIONS = Path.of("data", "text", "xquad-en-questions.ndjson");

    public RealTexts {
        requireNonNull(rows, "rows is null");
        requireNonNull(questions, "questions is null");
    }

    /** Those of this machine: in the directory that {@value #PROPERTY} names, else in a directory {@code shared} beside or above {@code freshet.home}. */
    public static Optional<RealTexts> find() {
        return find(System.getProperty(PROPERTY), Path.of(System.getProperty("freshet.home", ".")));
    }

    static Optional<RealTexts> find(@Nullable String named, Path home) {
        if (named != null) {
            return in(Path.of(named));
        }
        for (Path directory = home.toAbsolutePath().normalize(); directory != null; directory = directory.getParent()) {
            Optional<RealTexts> texts = in(directory.resolve("shared"));
            if (texts.isPresent()) {
                return texts;
            }
        }
        return Optional.empty();
    }

    /** What to say where there are none. */
    public static String absent() {
        return "there are no real texts here: -D" + PROPERTY
                + "=DIRECTORY (in FRESHET_JAVA_OPTS) names the directory that has " + ROWS + " and "
                + QUESTIONS.getFileName();
    }

    private static Optional<RealTexts> in(Path directory) {
        RealTexts texts = new RealTexts(directory.resolve(ROWS), directory.resolve(QUESTIONS));
        return Files.isRegularFile(texts.rows) && Files.isRegularFile(texts.questions)
                ? Optional.of(texts)
                : Optional.empty();
    }
}
