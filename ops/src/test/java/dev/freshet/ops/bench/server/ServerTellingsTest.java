package dev.freshet.ops.bench.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ServerTellingsTest {
    private static final String THREADS = """
            2026-11-21 15:00:46
            Full thread dump OpenJDK 64-Bit Server VM (17.0.15+6 mixed mode, sharing):

            "Reference Handler" #2 daemon prio=10 os_prio=0 cpu=0.50ms elapsed=12.85s tid=0x00 nid=0x15 waiting on condition  [0x00]
               java.lang.Thread.State: RUNNABLE

            "embed-all-minilm-l6-v2-q-0" #40 daemon prio=5 os_prio=0 cpu=1500.00ms elapsed=9.85s tid=0x00 nid=0x16 runnable  [0x00]
            "embed-all-minilm-l6-v2-q-1" #41 daemon prio=5 os_prio=0 cpu=2s elapsed=9.85s tid=0x00 nid=0x17 runnable  [0x00]
            "freshet-refresh-4d738b2f-StreamThread-1" #50 prio=5 os_prio=0 cpu=250.25ms elapsed=9.85s tid=0x00 nid=0x18 runnable
            "kafka-producer-network-thread | freshet-refresh-4d738b2f-StreamThread-1-producer" #51 daemon prio=5 os_prio=0 cpu=50.00ms elapsed=9.85s tid=0x00 nid=0x19 runnable
            "C2 CompilerThread0" #6 daemon prio=9 os_prio=0 cpu=700.00ms elapsed=12.84s tid=0x00 nid=0x20 waiting on condition
            "GC Thread#0" os_prio=0 cpu=10.00ms elapsed=12.86s tid=0x00 nid=0x21 runnable
            "G1 Service" os_prio=0 cpu=5.00ms elapsed=12.86s tid=0x00 nid=0x22 runnable

            JNI global refs: 24, weak refs: 0
            """;

    @Test
    void addsUpThreadsByWhatTheyAreFor() {
        Map<String, Double> seconds = ThreadTimes.parse(THREADS, "rest");
        assertThat(seconds).containsOnlyKeys("model", "refresh", "compiler", "collector", "rest");
        assertThat(seconds.get("model")).isCloseTo(3.5, within(1e-9));
        assertThat(seconds.get("refresh")).isCloseTo(0.30025, within(1e-9));
        assertThat(seconds.get("compiler")).isCloseTo(0.7, within(1e-9));
        assertThat(seconds.get("collector")).isCloseTo(0.015, within(1e-9));
        assertThat(seconds.get("rest")).isCloseTo(0.0005, within(1e-9));
    }

    @Test
    void tellsWhatWasUsedBetweenTwoMoments() {
        Optional<ThreadTimes> begin = Optional.of(new ThreadTimes(Map.of("model", 3.0, "search", 1.0)));
        Optional<ThreadTimes> end = Optional.of(new ThreadTimes(Map.of("model", 7.0, "search", 0.5, "http", 2.0)));
        ThreadTimes used = ThreadTimes.between(begin, end).orElseThrow();
        assertThat(used.of("model")).isEqualTo(4);
        assertThat(used.of("search")).as("a thread that has ended").isZero();
        assertThat(used.total()).isEqualTo(6);
        assertThat(used.of("nothing")).isZero();
        assertThat(ThreadTimes.between(Optional.empty(), end)).isEmpty();
        assertThat(ThreadTimes.between(begin, Optional.empty())).isEmpty();
    }

    @Test
    void addsUpTheValuesOfAMetric() {
        ServerMetrics metrics = new ServerMetrics("""
                # HELP freshet_embedding_texts_total Texts sent to a model for rows
                freshet_embedding_texts_total{model="a"} 12.0
                freshet_embedding_texts_total{model="b"} 3.0
                freshet_embedding_texts_total{model="a",index="b"} 1.5E2
                freshet_embedding_texts{model="a"} 1000.0
                """);
        assertThat(metrics.sum("freshet_embedding_texts_total", "model=\"a\"")).isEqualTo(162);
        assertThat(metrics.sum("freshet_embedding_texts_total", "model=\"c\"")).isZero();
    }
}
