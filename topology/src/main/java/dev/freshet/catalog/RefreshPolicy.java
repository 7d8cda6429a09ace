package dev.freshet.catalog;

import java.util.Locale;

/** When changed rows may be embedded. */
public enum RefreshPolicy {
    /** As they come. */
    ON_APPEND,
    /** When a refresh is asked for. */
    MANUAL,
    /** At the times of a {@link RefreshSchedule}, and when a refresh is asked for. */
    SCHEDULED;

    /** The name that users see, for example {@code on_append}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }
}
