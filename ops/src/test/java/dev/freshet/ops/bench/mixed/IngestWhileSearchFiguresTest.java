package dev.freshet.ops.bench.mixed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.ops.bench.load.Latencies;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class IngestWhileSearchFiguresTest {
    @Test
    void comparesWithBothSidesOfARound() {
        // 1,000 per second before, 800 after, 450 while rows arrive.
        MixedRound round = round(1_000, 450, 800);
        assertThat(round.idlePerSecond()).isEqualTo(900);
        assertThat(round.qpsRatio()).isEqualTo(0.5);
        assertThat(round.p99Ratio()).isCloseTo((1e6 / 450) / ((1e6 / 1_000 + 1e6 / 800) / 2), within(0.01));
    }

    @Test
    void takesTheMedianOfTheRoundsAndTellsTheirSpread() {
        IngestWhileSearchFigures figures = new IngestWhileSearchFigures(
                List.of(round(100, 60, 100), round(100, 20, 100), round(200, 100, 200)), 5_000, 7_000);
        assertThat(figures.qpsRatio()).isEqualTo(new IngestWhileSearchFigures.Spread(0.5, 0.2, 0.6));
        assertThat(figures.idlePerSecond()).isEqualTo(100);
        assertThat(figures.ingestPerSecond()).isEqualTo(60);
        assertThat(figures.searchable().nanos()).hasSize(6);
        assertThat(figures.searchable().micros(1)).isEqualTo(40_000);
        assertThat(figures.report())
                .containsEntry("qps_ratio", 0.5)
                .containsEntry("rows_per_s", 990.0)
                .containsEntry("catch_up_s", 0.25)
                .containsEntry("searchable_max_ms", 40.0)
                .containsEntry("acknowledged_p50_ms", 3.0)
                .containsEntry("rows", 5_000L)
                .containsEntry("vectors", 7_000L)
                .containsKeys("p99_ratio", "idle_qps", "ingest_qps", "idle_p99_ms", "ingest_p99_ms", "rounds");
    }

    @Test
    void refusesToTellOfNothing() {
        assertThatThrownBy(() -> new IngestWhileSearchFigures(List.of(), 0, 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static MixedRound round(int before, int during, int after) {
        return new MixedRound(
                searches(before),
                new IngestPhase(
                        searches(during),
                        990,
                        new Latencies(new long[] {3_000_000}, 1),
                        new Latencies(new long[] {10_000_000, 40_000_000}, 1),
                        0.25),
                searches(after));
    }

    /** So many in a second, one after the other. */
    private static Latencies searches(int perSecond) {
        long[] nanos = new long[perSecond];
        Arrays.fill(nanos, 1_000_000_000L / perSecond);
        return new Latencies(nanos, 1);
    }
}
