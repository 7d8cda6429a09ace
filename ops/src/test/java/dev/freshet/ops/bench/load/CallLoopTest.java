package dev.freshet.ops.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;

class CallLoopTest {
    @Test
    void countsEachCallOnceAndGoesThroughAllNumbers() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        Set<Integer> numbers = ConcurrentHashMap.newKeySet();
        AtomicInteger atOnce = new AtomicInteger();
        CallLoop.Caller caller = number -> {
            assertThat(atOnce.incrementAndGet()).isLessThanOrEqualTo(3);
            calls.incrementAndGet();
            numbers.add(number);
            atOnce.decrementAndGet();
        };
        CallLoop loop = new CallLoop(Collections.nCopies(3, caller), 7);
        assertThat(loop.run(Duration.ofMillis(50)).nanos()).hasSize(calls.getAndSet(0));
        numbers.clear();
        // A call every 10 ms: each caller goes through all numbers once, however busy the machine is.
        assertThat(loop.runPaced(Duration.ofMillis(210), 100).nanos()).hasSize(21);
        assertThat(calls).hasValue(21);
        assertThat(numbers).containsExactlyInAnyOrder(0, 1, 2, 3, 4, 5, 6);
    }

    @Test
    void beginsPacedCallsAtTheirTimesAndCountsFromThem() throws IOException {
        AtomicInteger calls = new AtomicInteger();
        CallLoop.Caller slow = number -> {
            calls.incrementAndGet();
            long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(60);
            while (System.nanoTime() < until) {
                LockSupport.parkNanos(1_000_000);
            }
        };
        // Two callers, a call every 20 ms: each is busy for longer than it has, and falls further behind with each
        // call.
        Latencies latencies = new CallLoop(List.of(slow, slow), 5).runPaced(Duration.ofMillis(300), 50);
        assertThat(calls).hasValue(15);
        assertThat(latencies.nanos()).hasSize(15);
        assertThat(latencies.micros(1)).isGreaterThanOrEqualTo(150_000);
        assertThatThrownBy(() -> new CallLoop(List.of(slow), 5).runPaced(Duration.ofMillis(1), 0))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhatWentWrong() {
        CallLoop.Caller good = number -> {};
        CallLoop.Caller bad = number -> {
            throw new IOException("answered with 503");
        };
        assertThatThrownBy(() -> new CallLoop(List.of(good, bad), 5).run(Duration.ofMillis(20)))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("answered with 503");
    }
}
