package dev.freshet.ops.chaos.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OffsetClockTest {
    private final Path file;

    OffsetClockTest(@TempDir Path directory) {
        this.file = directory.resolve("clock");
    }

    @Test
    void followsWhatTheFileSays() throws Exception {
        OffsetClock.set(file, Duration.ofDays(10));
        Clock clock = OffsetClock.of(file);
        assertThat(clock.instant()).isAfter(Instant.now().plus(Duration.ofDays(9)));
        OffsetClock.set(file, Duration.ofDays(-3));
        while (clock.instant().isAfter(Instant.now())) {
            Thread.sleep(5);
        }
        assertThat(clock.instant())
                .isBetween(
                        Instant.now().minus(Duration.ofDays(4)), Instant.now().minus(Duration.ofDays(2)));
        Clock elsewhere = clock.withZone(ZoneId.of("Asia/Tokyo"));
        assertThat(elsewhere.getZone()).isEqualTo(ZoneId.of("Asia/Tokyo"));
        assertThat(elsewhere.instant()).isBefore(Instant.now().minus(Duration.ofDays(2)));
    }

    @Test
    void saysWhichFileItMisses() {
        assertThatThrownBy(() -> OffsetClock.of(file))
                .isInstanceOf(UncheckedIOException.class)
                .hasMessageContaining(file.toString());
    }
}
