package dev.freshet.ops.bench.freshness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.ops.bench.freshness.FreshnessFigures.Hop;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

@SuppressWarnings("NullAway.Init") // fields are set by JUnit
class TracedHopsTest {
    @TempDir
    Path directory;

    @Test
    void findsTheWayOfARowInWhatTheClientsNoted() throws IOException {
        try (HopTrace refresh = trace();
                HopTrace search = trace()) {
            refresh.onConsume(records("rows", 2, 40, "docs:a"));
            refresh.onConsume(records("changelog", 2, 41, "docs:\nb"));
            refresh.onSend(new ProducerRecord<>("vectors", 2, "7/a".getBytes(UTF_8), new byte[0]));
            refresh.onSend(new ProducerRecord<>("vectors", 2, "7!watermark/2".getBytes(UTF_8), new byte[0]));
            refresh.onAcknowledgement(metadata("vectors", 2, 90), null, null);
            refresh.onAcknowledgement(metadata("vectors", 2, 91), null, null);
            refresh.onAcknowledgement(null, new IllegalStateException("lost"), null);
            search.onConsume(records("vectors", 2, 90, "7/a"));
            search.onConsume(records("vectors", 2, 91, "7!watermark/2"));
            refresh.onConsume(records("rows", 1, 3, "docs:under-way"));
        }

        TracedHops traced = TracedHops.read(directory, "rows", "docs", "vectors");
        TracedHops.Hops way = traced.of("a").orElseThrow();
        assertThat(List.of(way.refreshPolled(), way.forwarded(), way.appended(), way.searchPolled()))
                .isSorted();
        assertThat(traced.of("under-way")).isEmpty();
        assertThat(traced.of("nobody")).isEmpty();
    }

    @Test
    void theMeansOfTheHopsAddUpToTheWhole() {
        HopTable table = new HopTable();
        long ms = 1_000_000;
        table.add(
                new VisibleRow(new SentRow(0, "a", 0, 0, 0, ms, 3 * ms), 50 * ms),
                new TracedHops.Hops(2 * ms, 20 * ms, 40 * ms, 45 * ms));
        table.add(
                new VisibleRow(new SentRow(1, "b", 0, 1, 5 * ms, 5 * ms, 8 * ms), 45 * ms),
                new TracedHops.Hops(8 * ms, 18 * ms, 40 * ms, 41 * ms));

        assertThat(table.rows()).isEqualTo(2);
        assertThat(table.hops()).hasSize(7);
        assertThat(table.hops().stream().mapToDouble(Hop::meanMs).sum()).isCloseTo(45, within(1e-9));
        Hop polled = table.hops().get(2);
        assertThat(polled.name()).isEqualTo("acknowledged - polled by refresh");
        assertThat(polled.p50Ms()).isEqualTo(-1);
        assertThat(polled.p99Ms()).isEqualTo(0);
    }

    @Test
    void refusesWhatIsNoTrace() throws IOException {
        Files.writeString(directory.resolve("x.trace"), "polled\trows\n");
        assertThatThrownBy(() -> TracedHops.read(directory, "rows", "docs", "vectors"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("x.trace");
    }

    private HopTrace trace() {
        HopTrace trace = new HopTrace();
        trace.configure(Map.of(HopTrace.DIRECTORY, directory.toString(), HopTrace.TOPICS, "rows,vectors"));
        return trace;
    }

    private static ConsumerRecords<byte[], byte[]> records(String topic, int partition, long offset, String key) {
        return new ConsumerRecords<>(
                Map.of(
                        new TopicPartition(topic, partition),
                        List.of(new ConsumerRecord<>(topic, partition, offset, key.getBytes(UTF_8), new byte[0]))),
                Map.of());
    }

    private static RecordMetadata metadata(String topic, int partition, long offset) {
        return new RecordMetadata(new TopicPartition(topic, partition), offset, 0, 0, 0, 0);
    }
}
