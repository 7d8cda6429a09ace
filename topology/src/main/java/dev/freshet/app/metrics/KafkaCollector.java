package dev.freshet.app.metrics;

import io.prometheus.metrics.model.registry.MultiCollector;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.common.Metric;
import org.apache.kafka.common.MetricName;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows the {@link KafkaFamilies} of Kafka's clients and stream applications, as they are when Prometheus asks. Micrometer's own binder would show all of them, find new ones
 * once a minute only, and go on with those of tasks that have moved away. Thread-safe.
 *
 * <p>Labels are Kafka's tags, with the random id of the process taken out, so that a restart begins no new series: the scrape knows the process.
 */
final class KafkaCollector implements MultiCollector {
    private static final Logger log = LoggerFactory.getLogger(KafkaCollector.class);
    private static final String TOPIC = "topic";
    private static final Pattern PROCESS_ID =
            Pattern.compile("-[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}");

    private final Map<String, List<KafkaFamily>> families =
            KafkaFamilies.ALL.stream().collect(Collectors.groupingBy(KafkaFamily::metric));
    private final List<Supplier<Map<MetricName, ? extends Metric>>> sources = new CopyOnWriteArrayList<>();

    void add(Supplier<Map<MetricName, ? extends Metric>> source) {
        sources.add(source);
    }

    @Override
    public MetricSnapshots collect() {
        // By labels, since two series of the same labels would fail the whole answer: a thread's successor may have the
        // labels of one that is just going.
        Map<KafkaFamily, Map<Labels, Double>> values = new HashMap<>();
        for (Supplier<Map<MetricName, ? extends Metric>> source : sources) {
            Map<MetricName, ? extends Metric> metrics = source.get();
            Set<String> repeated = repeatedTopics(metrics.keySet());
            metrics.forEach((name, metric) -> families.getOrDefault(name.name(), List.of()).stream()
                    .filter(family -> family.matches(name)
                            && !repeated.contains(name.tags().get(TOPIC)))
                    .forEach(family -> value(metric)
                            .ifPresent(value -> values.computeIfAbsent(family, found -> new TreeMap<>())
                                    .put(labels(name), value))));
        }
        List<MetricSnapshot> snapshots = new ArrayList<>();
        values.forEach((family, points) -> snapshots.add(snapshot(family, points, help(family))));
        return new MetricSnapshots(snapshots);
    }

    // A consumer tells of a topic whose name has a period twice, once with underscores in their place.
    private static Set<String> repeatedTopics(Set<MetricName> names) {
        return names.stream()
                .flatMap(name -> Stream.ofNullable(name.tags().get(TOPIC)))
                .filter(topic -> topic.indexOf('.') >= 0)
                .map(topic -> topic.replace('.', '_'))
                .collect(Collectors.toSet());
    }

    private static String help(KafkaFamily family) {
        return "Kafka's " + family.metric() + " of " + family.group();
    }

    private static MetricSnapshot snapshot(KafkaFamily family, Map<Labels, Double> points, String help) {
        if (family.counter()) {
            CounterSnapshot.Builder counter =
                    CounterSnapshot.builder().name(family.modelName()).help(help);
            points.forEach((labels, value) -> counter.dataPoint(CounterDataPointSnapshot.builder()
                    .labels(labels)
                    .value(value)
                    .build()));
            return counter.build();
        }
        GaugeSnapshot.Builder gauge =
                GaugeSnapshot.builder().name(family.modelName()).help(help);
        points.forEach((labels, value) -> gauge.dataPoint(
                GaugeDataPointSnapshot.builder().labels(labels).value(value).build()));
        return gauge.build();
    }

    // Averages of nothing are no numbers, and some values are texts. A store's may fail while the store closes.
    private static OptionalDouble value(Metric metric) {
        Object value;
        try {
            value = metric.metricValue();
        } catch (RuntimeException e) {
            log.debug("Kafka does not tell {}", metric.metricName(), e);
            return OptionalDouble.empty();
        }
        if (!(value instanceof Number number) || Double.isNaN(number.doubleValue())) {
            return OptionalDouble.empty();
        }
        return OptionalDouble.of(number.doubleValue());
    }

    private static Labels labels(MetricName name) {
        Labels.Builder labels = Labels.builder();
        name.tags()
                .forEach((tag, value) -> labels.label(
                        tag.replace('-', '_'), PROCESS_ID.matcher(value).replaceAll("")));
        return labels.build();
    }
}
