package dev.freshet.ops.bench.mixed;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchRequestsTest {
    private static final URI SERVER = URI.create("http://127.0.0.1:3110");

    @Test
    void givesTheSameRequestsWhetherTheyWereMadeBeforehandOrNot() {
        BatchRequests prepared = requests();
        prepared.prepare(3);
        List<String> first = take(prepared, 5);
        prepared.prepare(2);
        first.addAll(take(prepared, 3));
        assertThat(first).isEqualTo(take(requests(), 8)).doesNotHaveDuplicates();
        assertThat(prepared.rowsTaken()).isEqualTo(32);
        assertThat(first.get(0)).startsWith("POST /v1/vectors/index/bench/add?wait=false HTTP/1.1\r\n");
        assertThat(first.get(7)).contains("\"v129\"").doesNotContain("\"v130\"");
    }

    @Test
    void hasNoMoreCallersThanCalls() {
        assertThat(Arrivals.callers(8, 50, Duration.ofSeconds(10))).isEqualTo(8);
        assertThat(Arrivals.callers(8, 0.5, Duration.ofSeconds(10))).isEqualTo(5);
        assertThat(Arrivals.callers(8, 0.5, Duration.ofSeconds(1))).isEqualTo(1);
    }

    private static List<String> take(BatchRequests requests, int count) {
        List<String> taken = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            taken.add(new String(requests.take(), US_ASCII));
        }
        return taken;
    }

    /** Batches of four; half of the rows have one of 114 ids that are there. */
    private static BatchRequests requests() {
        return new BatchRequests(SERVER, new ArrivingRows(new float[][] {{1, 0.5f}, {2, 0.25f}}, 114, 0.5, 3), 4);
    }
}
