package dev.freshet.http.openapi;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A route as it is registered.
 *
 * @param method in capitals
 * @param path with its parameters as <code>{name}</code>, or <code>&lt;name&gt;</code> for those that may have slashes
 * @param access who may call it, for example {@code read}
 */
public record Route(String method, String path, String access) {
    private static final Pattern PARAMETER = Pattern.compile("[{<]([a-z_]+)[}>]");

    public Route {
        method = requireNonNull(method, "method is null").toUpperCase(Locale.ROOT);
        requireNonNull(path, "path is null");
        requireNonNull(access, "access is null");
    }

    /** The path as OpenAPI writes it. */
    static String template(String path) {
        return PARAMETER.matcher(path).replaceAll("{$1}");
    }

    /** The names of a path's parameters, in their order. */
    static List<String> parameters(String path) {
        Matcher matcher = PARAMETER.matcher(path);
        return matcher.results().map(result -> result.group(1)).toList();
    }

    /** Whether it asks nobody for a key. */
    boolean isOpen() {
        return access.equals("open");
    }

    /** Method and path: what makes it this route. */
    String key() {
        return method + " " + path;
    }
}
