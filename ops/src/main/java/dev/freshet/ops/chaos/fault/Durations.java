package dev.freshet.ops.chaos.fault;

import java.time.Duration;
import java.util.Locale;

/** Times, for people. */
final class Durations {
    private Durations() {}

    static String seconds(Duration duration) {
        return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1e3);
    }
}
