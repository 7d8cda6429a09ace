package dev.freshet.ops.chaos.truth;

import java.io.IOException;
import java.time.Duration;

/** Sleeps. */
final class Waits {
    private Waits() {}

    /** An {@link IOException} when interrupted: whoever waits then has been told to end. */
    static void pause(Duration duration) throws IOException {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }
}
