package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StateStampTest {
    private static final Duration LIMIT = Duration.ofDays(6);
    private static final Instant NOW = Instant.parse("2026-01-10T00:00:00Z");

    private final Path file;

    StateStampTest(@TempDir Path directory) {
        this.file = directory.resolve("state").resolve("last-followed");
    }

    private StateStamp at(Instant now) {
        return new StateStamp(file, () -> true, Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void aMissingStampCountsAsExpired() {
        assertThat(at(NOW).expired(LIMIT)).isTrue();
    }

    @Test
    void expiresWhenTheNodeWasOffForLonger() throws Exception {
        at(NOW).touch();
        assertThat(at(NOW.plus(LIMIT)).expired(LIMIT)).isFalse();
        assertThat(at(NOW.plus(LIMIT).plusSeconds(1)).expired(LIMIT)).isTrue();
        at(NOW.plusSeconds(60)).touch();
        assertThat(at(NOW.plus(LIMIT).plusSeconds(1)).expired(LIMIT)).isFalse();
    }

    @Test
    void aClockThatWentBackExpiresNothing() throws Exception {
        at(NOW).touch();
        assertThat(at(NOW.minusSeconds(3600)).expired(LIMIT)).isFalse();
    }
}
