package dev.freshet.ops.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.embed.remote.ApiKey;
import dev.freshet.embed.remote.HttpEmbedder;
import dev.freshet.embed.remote.RemoteLimits;
import dev.freshet.embed.remote.RemoteModel;
import dev.freshet.ops.monitoring.MetricsPage;
import dev.freshet.ops.monitoring.MetricsPage.Family;
import dev.freshet.schemas.key.TopicNames;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletionException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a process really exposes at {@code /metrics}, after some work of every kind, is what docs/metrics.md says; and none of it tells what the rows, or secrets, are. */
@Timeout(600)
class MetricsIT {
    private static final String PREFIX = "metrics";
    private static final String CANARY = "canary";
    private static final int BYTES_MAX = 1_000_000;
    private static final int MORE_INDEXES = 20;
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");
    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][a-zA-Z0-9_:]*)(\\{.*})? \\S+");
    private static final Pattern LABEL = Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"(?:[^\"\\\\]|\\\\.)*\"");

    private final Path directory;

    MetricsIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void exposesWhatIsDocumentedAndNeitherRowsNorSecrets() throws Exception {
        try (Cluster cluster = Cluster.start(directory.resolve("cluster"));
                Freshet.Running freshet = Cluster.ready(Freshet.start(
                        cluster.config(
                                PREFIX,
                                directory.resolve("state"),
                                "only",
                                Map.of(
                                        FreshetConfig.UNKNOWN_DATASET_PATIENCE_MS,
                                        "100",
                                        FreshetConfig.REGISTRY_USER_INFO,
                                        CANARY + "-user:" + CANARY + "-password")),
                        Embedders.builder()
                                .add(HashingEmbedder.of(Cluster.HASHING_DIMENSIONS))
                                .build()))) {
            User user = new User(freshet.uri());
            work(user, cluster);
            for (int i = 0; i < MORE_INDEXES; i++) {
                user.createDataset("more-" + i);
            }
            Eventually.passes(Eventually.LONG, () -> {
                assertThat(user.metric("freshet_dead_letters_open")).isEqualTo(2);
                assertThat(user.metric("freshet_index_ready_partitions"))
                        .isEqualTo((3 + MORE_INDEXES) * (double) Cluster.PARTITIONS);
            });
            Map<String, Family> documented = MetricsPage.read().families();
            // Kafka tells some only once there was a rebalance, a commit or a transaction.
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(notDocumented(exposed(user), documented))
                            .as("exposed, but not as in " + MetricsPage.PAGE)
                            .isEmpty());
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(notExposed(exposed(user), documented))
                            .as("documented, but not exposed")
                            .isEmpty());
            tellsNeitherRowsNorSecrets(user);
            tellsWhatHappened(user);
        }
    }

    private static void work(User user, Cluster cluster) throws Exception {
        user.createDataset("docs");
        List<Row> rows = List.of(
                new Row(CANARY + "-key", "A " + CANARY + "-text. It is short.", CANARY + "-label"),
                new Row("two", "Another text.", "other"));
        user.ingest("docs", rows);
        user.ingest("docs", rows);
        user.delete("docs", "two", true);
        user.search("docs_v1", CANARY + "-query", 3, false);
        user.everything("docs_v1");
        assertThat(user.get("/v1/" + CANARY + "-path").status()).isEqualTo(404);
        assertThat(user.get("/v1/vectors/index/" + CANARY + "-index").status()).isEqualTo(404);
        user.call("POST", "/v1/vectors/index", "{\"name\": \"direct\", \"dimension\": 2}")
                .expect(201);
        user.call(
                        "POST",
                        "/v1/vectors/index/direct/add",
                        "{\"items\": [{\"id\": \"" + CANARY + "-item\", \"vector\": [1, 0], \"metadata\": {\"" + CANARY
                                + "-field\": 1}}]}")
                .expect(200);
        user.call("POST", "/v1/vectors/refresh/docs", "").expect(202);
        user.call("POST", "/v1/vectors/index", "{\"name\": \"docs_v2\", \"dataset\": \"docs\"}")
                .expect(201);
        Map<String, Object> producer = Map.of("bootstrap.servers", cluster.bootstrapServers(), "acks", "all");
        try (KafkaProducer<byte[], byte[]> poison =
                new KafkaProducer<>(producer, new ByteArraySerializer(), new ByteArraySerializer())) {
            String topic = new TopicNames(PREFIX).rows();
            poison.send(new ProducerRecord<>(topic, ("docs:" + CANARY + "-bad").getBytes(UTF_8), "no".getBytes(UTF_8)))
                    .get();
            String unknown = "{\"columns\": {\"id\": \"x\"}}";
            poison.send(new ProducerRecord<>(topic, (CANARY + "-dataset:x").getBytes(UTF_8), unknown.getBytes(UTF_8)))
                    .get();
        }
    }

    private static Map<String, Family> exposed(User user) throws Exception {
        long began = System.nanoTime();
        String body = user.get("/metrics").body();
        System.out.println("/metrics: " + body.length() + " bytes, " + (System.nanoTime() - began) / 1_000_000 + " ms, "
                + body.lines().filter(line -> !line.startsWith("#")).count() + " series");
        Files.writeString(Path.of("target", "metrics.txt"), body);
        assertThat(body.length()).isLessThan(BYTES_MAX);
        return families(body + remote());
    }

    /** What a model behind HTTP adds; nobody listens at its address. */
    private static String remote() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        RemoteModel model = new RemoteModel(
                "remote",
                RemoteModel.Provider.OPENAI,
                URI.create("http://127.0.0.1:1"),
                "remote",
                8,
                false,
                100,
                "",
                "",
                4,
                ApiKey.of("the test", CANARY + "-api-key"));
        RemoteLimits limits = new RemoteLimits(1, 100, 0, 0, 1, 10, Duration.ofSeconds(5), 0);
        try (HttpEmbedder embedder = new HttpEmbedder(model, limits, registry)) {
            embedder.embedQuery("text").join();
            throw new AssertionError("somebody answered");
        } catch (CompletionException e) {
            return registry.scrape();
        }
    }

    private static Map<String, Family> families(String body) {
        Map<String, String> types = new HashMap<>();
        Map<String, Set<String>> labels = new HashMap<>();
        Map<String, String> familyOfSeries = new HashMap<>();
        for (String line : body.lines().toList()) {
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                Family family = new Family(type.group(1), type.group(2), Set.of(), true);
                types.put(family.name(), family.type());
                family.series().forEach(series -> familyOfSeries.put(series, family.name()));
            } else if (sample.matches()) {
                String family = familyOfSeries.get(sample.group(1));
                assertThat(family).as("no type stands before " + line).isNotNull();
                Set<String> names = labels.computeIfAbsent(family, name -> new TreeSet<>());
                Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
                while (label.find()) {
                    names.add(label.group(1));
                }
                names.remove("le");
            }
        }
        Map<String, Family> families = new TreeMap<>();
        types.forEach((name, type) ->
                families.put(name, new Family(name, type, labels.getOrDefault(name, Set.of()), true)));
        return families;
    }

    private static Set<String> notDocumented(Map<String, Family> exposed, Map<String, Family> documented) {
        Set<String> maxima = new HashSet<>();
        documented.values().forEach(family -> maxima.add(MetricsPage.maximum(family)));
        Set<String> wrong = new TreeSet<>();
        exposed.forEach((name, family) -> {
            Family known = documented.get(name);
            boolean same = known != null
                    && known.type().equals(family.type())
                    && known.labels().equals(family.labels());
            if (!same && !maxima.contains(name)) {
                wrong.add(name + " " + family.type() + " " + new TreeSet<>(family.labels()));
            }
        });
        return wrong;
    }

    private static Set<String> notExposed(Map<String, Family> exposed, Map<String, Family> documented) {
        Set<String> missing = new TreeSet<>();
        documented.forEach((name, family) -> {
            if (family.always() && !exposed.containsKey(name)) {
                missing.add(name);
            }
        });
        return missing;
    }

    private static void tellsNeitherRowsNorSecrets(User user) {
        assertThat((user.get("/metrics").body() + remote()).lines().filter(line -> line.contains(CANARY)))
                .as("a label that carries a key, a text, a path, a name that anybody may send, or a secret")
                .isEmpty();
    }

    private static void tellsWhatHappened(User user) {
        String body = user.get("/metrics").body();
        assertThat(body)
                .contains("freshet_search_seconds_count{outcome=\"ok\"} 2")
                .contains("freshet_index_searches_total{index=\"docs_v1\"} 2.0")
                .contains("freshet_index_vectors{index=\"direct\"} 1.0")
                .contains("freshet_dead_letters_open{code=\"undecodable_record\",dataset=\"docs\"} 1.0")
                .contains("freshet_dead_letters_open{code=\"unknown_dataset\",dataset=\"\"} 1.0")
                .contains("freshet_pending_rows{dataset=\"docs\",index=\"docs_v1\"} 0.0")
                .contains("freshet_application_running{application=\"search\"} 1.0");
        assertThat(user.metric("freshet_restore_remaining_records")).isZero();
        assertThat(user.metric("kafka_stream_alive_stream_threads")).isEqualTo(3);
    }
}
