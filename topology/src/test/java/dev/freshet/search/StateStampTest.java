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
        return new StateStamp(file, Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void aMissingStampCountsAsExpired() {
        assertThat(at(NOW).expired(LIMIT)).contains("no stamp", file.toString());
    }

    @Test
    void stateThatBeganAndNeverCaughtUpIsKept() {
        at(NOW).begin();
        assertThat(at(NOW.plus(LIMIT)).expired(LIMIT)).isNull();
        assertThat(at(NOW.plus(LIMIT).plusSeconds(1)).expired(LIMIT)).isNotNull();
    }

    @Test
    void expiresWhenTheNodeWasOffForLonger() throws Exception {
        at(NOW).touch();
        assertThat(at(NOW.plus(LIMIT)).expired(LIMIT)).isNull();
        assertThat(at(NOW.plus(LIMIT).plusSeconds(1)).expired(LIMIT))
                .isEqualTo("was not followed for more than 6 days, since " + NOW);
        at(NOW.plusSeconds(60)).touch();
        assertThat(at(NOW.plus(LIMIT).plusSeconds(1)).expired(LIMIT)).isNull();
    }

    @Test
    void aClockThatWentBackExpiresNothing() throws Exception {
        at(NOW).touch();
        assertThat(at(NOW.minusSeconds(3600)).expired(LIMIT)).isNull();
    }
}
