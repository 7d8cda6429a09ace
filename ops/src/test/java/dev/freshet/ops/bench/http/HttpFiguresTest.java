package dev.freshet.ops.bench.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.ops.bench.load.Latencies;
import java.util.List;
import org.junit.jupiter.api.Test;

class HttpFiguresTest {
    @Test
    void comparesWhatWasMeasuredRightAfterOneAnother() {
        // The second round was slow in both ways: that is no overhead.
        HttpFigures figures = new HttpFigures(
                4,
                0.99,
                List.of(round(600, 720)),
                List.of(round(1_000, 1_300), round(5_000, 5_250), round(1_100, 1_200)),
                List.of(round(400, 500)));
        assertThat(figures.overheadMicros()).isEqualTo(250);
        assertThat(figures.overheadSaturatedMicros()).isEqualTo(120);
        assertThat(figures.overheadAloneMicros()).isEqualTo(100);
        assertThat(figures.httpPaced().p50Micros()).isEqualTo(1_300);
        assertThat(figures.serverCpuMicros()).isEqualTo(30);
        assertThat(figures.report())
                .containsEntry("http_overhead_p50_us", 250.0)
                .containsEntry("saturated_overhead_p50_us", 120.0)
                .containsEntry("http_qps", 1.5)
                .containsEntry("inprocess_qps", 1.5)
                .containsEntry("http_p99_ms", 2.6)
                .containsEntry("overhead_rounds_us", List.of(300.0, 250.0, 100.0))
                .containsEntry("client_cpu_us", 12.0);
    }

    @Test
    void refusesToTellOfNothing() {
        assertThatThrownBy(() -> new HttpFigures(4, 0.99, List.of(), List.of(round(1, 2)), List.of(round(1, 2))))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static HttpRound round(long inProcessMicros, long httpMicros) {
        return new HttpRound(latencies(inProcessMicros), latencies(httpMicros), 70, 100, 12);
    }

    private static Latencies latencies(long medianMicros) {
        return new Latencies(new long[] {medianMicros * 500, medianMicros * 1_000, medianMicros * 2_000}, 2);
    }
}
