package dev.freshet.embed.remote;

import static java.util.Objects.requireNonNull;

import dev.freshet.embed.EmbeddingException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The key that a provider asks for. It is looked up for each request, so that a key that was replaced in its file is used without a restart. Thread-safe.
 *
 * <p>Nothing here, neither {@link #toString} nor a message, ever holds the key itself.
 */
public final class ApiKey {
    private static final int LENGTH_MAX = 8 * 1024;

    private final String origin;
    private final @Nullable Supplier<String> source;

    private ApiKey(String origin, @Nullable Supplier<String> source) {
        this.origin = origin;
        this.source = source;
    }

    /** For a provider that asks for none. */
    public static ApiKey none() {
        return new ApiKey("none", null);
    }

    /** A key that is known. {@code origin} says where it comes from, and may be shown. */
    public static ApiKey of(String origin, String key) {
        requireNonNull(key, "key is null");
        return new ApiKey(requireNonNull(origin, "origin is null"), () -> key);
    }

    /** The first line of a file, read anew for each request. */
    public static ApiKey inFile(Path file) {
        return new ApiKey("the file " + file, () -> firstLine(file));
    }

    /**
     * The key, without the white space around it; empty where none is needed.
     *
     * @throws EmbeddingException (retryable) if it cannot be read, or could not stand in a header
     */
    Optional<String> value() {
        if (source == null) {
            return Optional.empty();
        }
        String key = source.get().strip();
        // The JDK's HTTP client would show a value that it refuses in its message.
        if (key.isEmpty() || key.length() > LENGTH_MAX || !key.chars().allMatch(unit -> unit > ' ' && unit < 0x7f)) {
            throw new EmbeddingException(
                    true,
                    "the API key from " + origin + " is empty, longer than " + LENGTH_MAX
                            + " characters, or has other characters than visible ASCII",
                    null);
        }
        return Optional.of(key);
    }

    /**
     * Looks the key up once, so that one that is missing is noticed at the start.
     *
     * @throws EmbeddingException if there is none to be had
     */
    public void check() {
        value();
    }

    /** The text, with the key blotted out wherever it stands in it. */
    String hidden(String text) {
        try {
            return value().map(key -> text.replace(key, "[hidden]")).orElse(text);
        } catch (EmbeddingException e) {
            return "(not shown, since the API key to be hidden in it cannot be read)";
        }
    }

    boolean isNone() {
        return source == null;
    }

    private static String firstLine(Path file) {
        try (var reader = Files.newBufferedReader(file)) {
            char[] buffer = new char[LENGTH_MAX + 2];
            int length = Math.max(0, reader.read(buffer));
            return new String(buffer, 0, length).lines().findFirst().orElse("");
        } catch (IOException e) {
            throw new EmbeddingException(
                    true,
                    "the file " + file + " with the API key cannot be read: "
                            + e.getClass().getSimpleName(),
                    e);
        }
    }

    @Override
    public String toString() {
        return "ApiKey[" + origin + "]";
    }
}
