package dev.freshet.app.metrics;

import static java.util.Objects.requireNonNull;

import java.util.Set;
import org.apache.kafka.common.MetricName;

/**
 * One of Kafka's metrics that {@code /metrics} shows.
 *
 * @param group of the metric in Kafka, for example {@code stream-thread-metrics}
 * @param metric its name there, for example {@code process-rate}
 * @param tags those that it has there, and no others: Kafka has metrics of one name per client, per topic and per partition
 */
record KafkaFamily(String group, String metric, Set<String> tags) {
    private static final String GROUP_END = "-metrics";
    private static final String COUNTER_END = "_total";

    KafkaFamily {
        requireNonNull(metric, "metric is null");
        tags = Set.copyOf(tags);
        if (!group.endsWith(GROUP_END)) {
            throw new IllegalArgumentException("the group is " + group + ", it must end in " + GROUP_END);
        }
    }

    static KafkaFamily of(String group, String metric, String... tags) {
        return new KafkaFamily(group, metric, Set.of(tags));
    }

    /** The name in Prometheus: {@code kafka_}, the group without its ending, and the metric. */
    String name() {
        String withoutEnd = group.substring(0, group.length() - GROUP_END.length());
        return ("kafka_" + withoutEnd + "_" + metric).replace('-', '_').replace('.', '_');
    }

    /** Whether it only grows: Kafka's name says so. */
    boolean counter() {
        return name().endsWith(COUNTER_END);
    }

    /** The name as Prometheus' model wants it: a counter's ending is added when it is written. */
    String modelName() {
        String name = name();
        return counter() ? name.substring(0, name.length() - COUNTER_END.length()) : name;
    }

    boolean matches(MetricName name) {
        return name.name().equals(metric)
                && name.group().equals(group)
                && name.tags().keySet().equals(tags);
    }
}
