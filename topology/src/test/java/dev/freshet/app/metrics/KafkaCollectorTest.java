package dev.freshet.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.junit.jupiter.api.Test;

class KafkaCollectorTest {
    private static final String PROCESS = "0b6ffe39-93a1-4f7e-8d3c-1b1ad2e6d7f0";

    private final PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Map<MetricName, Metric> metrics = new HashMap<>();
    private final KafkaCollector collector = new KafkaCollector();

    KafkaCollectorTest() {
        registry.getPrometheusRegistry().register(collector);
        collector.add(() -> metrics);
    }

    /** One metric with its value; an exception is thrown instead. */
    private record Fixed(MetricName metricName, Object value) implements Metric {
        @Override
        public Object metricValue() {
            if (value instanceof RuntimeException e) {
                throw e;
            }
            return value;
        }
    }

    private void metric(String group, String name, Object value, Map<String, String> tags) {
        MetricName metricName = new MetricName(name, group, "", tags);
        metrics.put(metricName, new Fixed(metricName, value));
    }

    private List<String> lines() {
        return registry.scrape().lines().filter(line -> !line.startsWith("#")).toList();
    }

    @Test
    void showsWhatWasChosenOfAllThatThereIs() {
        Map<String, String> client = Map.of("client-id", "p-search-" + PROCESS + "-StreamThread-1-consumer");
        metric("consumer-fetch-manager-metrics", "fetch-latency-avg", 12.0, client);
        metric("consumer-fetch-manager-metrics", "records-consumed-total", 40.0, client);
        metric(
                "consumer-fetch-manager-metrics",
                "records-consumed-total",
                39.0,
                Map.of("client-id", "p-search-" + PROCESS + "-StreamThread-1-consumer", "topic", "p.vectors"));
        metric("consumer-fetch-manager-metrics", "fetch-size-avg", 1.0, client);
        metric("some-other-metrics", "fetch-latency-avg", 1.0, client);
        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "kafka_consumer_fetch_manager_fetch_latency_avg{client_id=\"p-search-StreamThread-1-consumer\"} 12.0",
                        "kafka_consumer_fetch_manager_records_consumed_total{client_id=\"p-search-StreamThread-1-consumer\"} 40.0");
        assertThat(registry.scrape())
                .contains("# TYPE kafka_consumer_fetch_manager_records_consumed_total counter")
                .contains("# TYPE kafka_consumer_fetch_manager_fetch_latency_avg gauge");
    }

    @Test
    void leavesOutWhatIsNoNumber() {
        Map<String, String> thread = Map.of("thread-id", "t");
        metric("stream-thread-metrics", "process-rate", Double.NaN, thread);
        metric("stream-thread-metrics", "commit-ratio", "much", thread);
        metric("stream-thread-metrics", "poll-ratio", new IllegalStateException("the store closes"), thread);
        metric("stream-thread-metrics", "process-ratio", 0.5, thread);
        assertThat(lines()).containsExactly("kafka_stream_thread_process_ratio{thread_id=\"t\"} 0.5");
        metrics.clear();
        assertThat(lines()).isEmpty();
    }

    @Test
    void twoOfTheSameLabelsAreOneSeries() {
        metric("stream-thread-metrics", "process-ratio", 0.5, Map.of("thread-id", "a-" + PROCESS + "-1"));
        metric("stream-thread-metrics", "process-ratio", 0.5, Map.of("thread-id", "a-1"));
        assertThat(lines()).containsExactly("kafka_stream_thread_process_ratio{thread_id=\"a-1\"} 0.5");
    }

    @Test
    void aTopicIsShownOnceThoughKafkaTellsOfItTwice() {
        for (String topic : List.of("p_q.rows", "p_q_rows", "p_q-refresh-rows-changelog")) {
            metric(
                    "consumer-fetch-manager-metrics",
                    "records-lag",
                    3.0,
                    Map.of("client-id", "c", "topic", topic, "partition", "0"));
        }
        assertThat(lines())
                .containsExactlyInAnyOrder(
                        "kafka_consumer_fetch_manager_records_lag{client_id=\"c\",partition=\"0\",topic=\"p_q-refresh-rows-changelog\"} 3.0",
                        "kafka_consumer_fetch_manager_records_lag{client_id=\"c\",partition=\"0\",topic=\"p_q.rows\"} 3.0");
    }

    @Test
    void everyFamilyHasANameOfItsOwn() {
        Set<String> names = new HashSet<>();
        for (KafkaFamily family : KafkaFamilies.ALL) {
            assertThat(family.name()).matches("kafka_[a-z0-9_]+");
            assertThat(names.add(family.name())).as(family.name()).isTrue();
        }
    }
}
