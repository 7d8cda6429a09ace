package dev.freshet.ops.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class LatenciesTest {
    @Test
    void tellsWithinWhichTimeAShareOfTheCallsEnded() {
        Latencies latencies = new Latencies(
                LongStream.rangeClosed(1, 100).map(i -> (101 - i) * 1_000).toArray(), 4);
        assertThat(latencies.micros(0)).isEqualTo(1);
        assertThat(latencies.micros(0.5)).isEqualTo(50);
        assertThat(latencies.micros(0.99)).isEqualTo(99);
        assertThat(latencies.micros(0.991)).isEqualTo(100);
        assertThat(latencies.micros(1)).isEqualTo(100);
        assertThat(latencies.meanMicros()).isEqualTo(50.5);
        assertThat(latencies.perSecond()).isEqualTo(25);
        assertThat(new Latencies(new long[] {7_000}, 1).micros(0.5)).isEqualTo(7);
    }

    @Test
    void putsRunsTogether() {
        Latencies together = Latencies.together(
                List.of(new Latencies(new long[] {5_000, 1_000}, 1), new Latencies(new long[] {3_000}, 2)));
        assertThat(together.nanos()).containsExactly(1_000, 3_000, 5_000);
        assertThat(together.perSecond()).isEqualTo(1);
        assertThatThrownBy(() -> Latencies.together(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void refusesToTellOfNothing() {
        assertThatThrownBy(() -> new Latencies(new long[0], 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Latencies(new long[1], 0)).isInstanceOf(IllegalArgumentException.class);
        Latencies latencies = new Latencies(new long[1], 1);
        assertThatThrownBy(() -> latencies.micros(1.1)).isInstanceOf(IllegalArgumentException.class);
    }
}
