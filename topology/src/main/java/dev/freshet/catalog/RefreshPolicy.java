package dev.freshet.catalog;

import java.util.Locale;

/** When changed rows may be embedded. */
public enum RefreshPolicy {
    /** As they come. */
    ON_APPEND;

    /** The name that users see, for example {@code on_append}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
