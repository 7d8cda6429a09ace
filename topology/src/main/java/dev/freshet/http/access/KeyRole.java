package dev.freshet.http.access;

import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** What an API key is good for; each role includes those before it. */
public enum KeyRole {
    /** Searches and looks. */
    READ,
    /** Changes rows and vectors. */
    WRITE,
    /** Changes the catalog, and sees rows as they came. */
    ADMIN;

    /** Whether a key of this role may do what needs {@code needed}. */
    public boolean includes(KeyRole needed) {
        return compareTo(needed) >= 0;
    }

    /** As it is written in the keys file and shown: lower case. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The role that is written like this, if there is one. */
    public static Optional<KeyRole> of(String text) {
        return Arrays.stream(values()).filter(role -> role.text().equals(text)).findFirst();
    }

    /** All of them, for messages. */
    static String all() {
        return Arrays.stream(values()).map(KeyRole::text).collect(Collectors.joining(", "));
    }
}
