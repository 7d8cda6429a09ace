package dev.freshet.schemas.key;

import java.util.regex.Pattern;

/** What datasets, indexes, aliases and profiles may be called: 1 to 64 characters of {@code a-z}, {@code 0-9}, {@code _} and {@code -}. */
public final class Slug {
    private static final Pattern PATTERN = Pattern.compile("[a-z0-9_-]{1,64}");

    private Slug() {}

    public static boolean isValid(String name) {
        return PATTERN.matcher(name).matches();
    }
}
