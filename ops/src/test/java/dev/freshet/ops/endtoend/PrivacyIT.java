package dev.freshet.ops.endtoend;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.schemas.key.TopicNames;
import dev.freshet.schemas.privacy.HashKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/**
 * Personal data on a real broker. The column {@code label} of each row holds a word that comes out nowhere where it is dropped, masked or hashed: not in a topic, on disk, in
 * the log or in an answer. A word that is not protected is looked for in the same places, so that the search is known to find what there is.
 */
@Timeout(600)
class PrivacyIT {
    private static final String PREFIX = "privacy";
    private static final String CANARY = "zanzibarquux";
    private static final String VISIBLE = "timbuktuquux";
    private static final String SECRET = "the key of an integration test";
    private static final List<String> POLICIES = List.of("drop", "mask", "hash");
    private static final int MAX_ROW_BYTES = 2_000;
    /** Values decide once as many rows came to one partition: of 60 rows in {@value Cluster#PARTITIONS} partitions, one has 15 at least. */
    private static final int SAMPLE_ROWS = 10;

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path directory;

    PrivacyIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    static void start(@TempDir Path directory) {
        cluster = Cluster.start(directory);
    }

    @AfterAll
    static void stop() {
        cluster.close();
    }

    private Freshet.Running freshet(Path state) {
        FreshetConfig config = cluster.config(
                PREFIX,
                state,
                "only",
                Map.of(
                        FreshetConfig.PRIVACY_HASH_KEY,
                        SECRET,
                        FreshetConfig.MAX_ROW_BYTES,
                        String.valueOf(MAX_ROW_BYTES),
                        FreshetConfig.PRIVACY_SAMPLE_ROWS,
                        String.valueOf(SAMPLE_ROWS)));
        return Cluster.ready(Freshet.start(
                config,
                Embedders.builder()
                        .add(HashingEmbedder.of(Cluster.HASHING_DIMENSIONS))
                        .build()));
    }

    @Test
    void shouldLetNoProtectedValueOut() throws Exception {
        Log log = new Log();
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        log.setContext(root.getLoggerContext());
        log.start();
        root.addAppender(log);
        Path state = directory.resolve("state");
        List<String> shown = new ArrayList<>();
        try (Freshet.Running freshet = freshet(state)) {
            User user = new User(freshet.uri());
            create(user, "open", "");
            write(user, "open", VISIBLE);
            for (String policy : POLICIES) {
                String dataset = "people-" + policy;
                create(user, dataset, ", \"column_policies\": {\"label\": \"" + policy + "\"}");
                write(user, dataset, CANARY);
            }
            for (String dataset : List.of("open", "people-drop", "people-mask", "people-hash")) {
                shown.addAll(answers(user, dataset));
            }
            shown.addAll(letters(user));
            findsEqualValues(user);
        } finally {
            root.detachAppender(log);
        }
        assertThat(shown.toString()).contains(VISIBLE).doesNotContain(CANARY);
        assertThat(log.lines.toString()).contains("Dead letter").doesNotContain(CANARY);
        topicsShowNothing();
        assertThat(filesWith(state, VISIBLE)).isNotEmpty();
        assertThat(filesWith(state, CANARY)).isEmpty();
    }

    private static void create(User user, String name, String more) {
        user.call(
                        "PUT",
                        "/v1/catalog/datasets/" + name,
                        "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]" + more + "}")
                .expect(201);
    }

    /** Rows by HTTP and by Kafka; one that is too large to embed, one that cannot be read. */
    private static void write(User user, String dataset, String word) throws Exception {
        user.ingest(dataset, List.of(new Row("h1", "A text by HTTP.", word + "@example.org")));
        try (RowProducer producer = new RowProducer(cluster, dataset, PREFIX)) {
            send(producer, dataset, new Row("avro", "A text in Avro.", word + "@example.org"), true);
            send(producer, dataset, new Row("json", "A text in JSON.", word + "@example.org"), false);
            send(producer, dataset, new Row("large", "much ".repeat(MAX_ROW_BYTES / 4), word), true);
            producer.send(
                    "bad", ("{\"columns\": {\"label\": " + word).getBytes(UTF_8), RowProducer.home(dataset, "bad"));
        }
        for (String key : List.of("avro", "json", "large")) {
            Eventually.holds(
                    key, Eventually.LONG, () -> user.item(dataset + "_v1", key).isPresent());
        }
        Eventually.holds(
                "two letters", Eventually.LONG, () -> letterIds(user, dataset).size() == 2);
    }

    private static void send(RowProducer producer, String dataset, Row row, boolean asAvro) throws Exception {
        producer.upsert(row, null, null, RowProducer.home(dataset, row.id()), asAvro);
    }

    private static List<String> answers(User user, String dataset) {
        List<String> answers = new ArrayList<>();
        for (String path : List.of(
                "/v1/catalog/datasets/" + dataset,
                "/v1/vectors/index/" + dataset + "_v1/items",
                "/v1/vectors/index/" + dataset + "_v1/items/avro",
                "/v1/vectors/index/" + dataset + "_v1/items/large",
                "/v1/dead-letters?dataset=" + dataset,
                "/metrics")) {
            answers.add(user.get(path).body());
        }
        answers.add(user.everything(dataset + "_v1").toString());
        return answers;
    }

    private static List<String> letterIds(User user, String dataset) {
        return user.get("/v1/dead-letters?dataset=" + dataset)
                .expect(200)
                .path("dead_letters")
                .findValuesAsText("id");
    }

    private static List<String> letters(User user) {
        List<String> letters = new ArrayList<>();
        for (String policy : POLICIES) {
            for (String id : letterIds(user, "people-" + policy)) {
                JsonNode letter = user.get("/v1/dead-letters/" + id).expect(200);
                boolean read = letter.path("code").asText().equals("row_too_large");
                assertThat(letter.path("complete").asBoolean())
                        .as(letter.toString())
                        .isEqualTo(read);
                assertThat(letter.at("/record/value").isEmpty()).isEqualTo(!read);
                letters.add(letter.toString());
            }
        }
        return letters;
    }

    /** Whichever way a row came, the same value has the same hash, and whoever has the key can ask for it. */
    private static void findsEqualValues(User user) {
        String hash = new HashKey(SECRET).hash(CANARY + "@example.org");
        JsonNode found = user.call(
                        "POST",
                        "/v1/vectors/index/people-hash_v1/search",
                        "{\"text\": \"text\", \"filter\": {\"eq\": {\"label\": \"" + hash + "\"}}}")
                .expect(200);
        assertThat(found.path("results").findValuesAsText("row")).containsExactlyInAnyOrder("h1", "avro", "json");
    }

    /** All topics but that of the rows, which is the producers' own; there, what came by HTTP is protected. */
    private static void topicsShowNothing() throws Exception {
        TopicNames names = new TopicNames(PREFIX);
        Set<String> topics;
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            topics = admin.listTopics().names().get();
        }
        List<String> visible = new ArrayList<>();
        for (String topic : topics) {
            if (topic.startsWith(PREFIX)) {
                for (VectorsTopic.Entry entry : VectorsTopic.read(cluster, topic)) {
                    String value = new String(entry.value(), ISO_8859_1);
                    if (!topic.equals(names.rows()) || entry.key().endsWith(":h1")) {
                        assertThat(value).as(topic + " " + entry.key()).doesNotContain(CANARY);
                    }
                    if (value.contains(VISIBLE)) {
                        visible.add(topic);
                    }
                }
            }
        }
        assertThat(visible).contains(names.vectors(), names.deadLetters(), names.rows());
        assertThat(visible).anyMatch(topic -> topic.endsWith("-changelog"));
    }

    private static List<Path> filesWith(Path state, String word) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> files = Files.walk(state)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                if (new String(Files.readAllBytes(file), ISO_8859_1).contains(word)) {
                    found.add(file);
                }
            }
        }
        return found;
    }

    @Test
    void shouldFlagWhatItFindsAndTakeItOutOfTheIndex() {
        String dataset = "contacts";
        try (Freshet.Running freshet = freshet(directory.resolve("flags"))) {
            User user = new User(freshet.uri());
            user.call(
                            "PUT",
                            "/v1/catalog/datasets/" + dataset,
                            "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\", \"label\"]}")
                    .expect(201);
            List<Row> rows = new ArrayList<>();
            for (int i = 0; i < 60; i++) {
                rows.add(new Row("r" + i, "A text of its own, " + i + ".", "reader" + i + "@example.org"));
            }
            user.ingest(dataset, rows);
            Eventually.passes(Eventually.LONG, () -> {
                JsonNode shown = user.get("/v1/catalog/datasets/" + dataset).expect(200);
                assertThat(shown.path("withheld").toString()).isEqualTo("[\"label\"]");
                assertThat(shown.at("/flags/0/kind").asText()).isEqualTo("email");
                assertThat(shown.at("/flags/0/by").asText()).isEqualTo("values");
                assertThat(shown.toString()).doesNotContain("@example.org");
            });
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(user.everything(dataset + "_v1").hits())
                            .hasSize(60)
                            .allSatisfy(hit -> assertThat(hit.text())
                                    .startsWith("A text of its own")
                                    .doesNotContain("@")));

            user.call(
                            "PUT",
                            "/v1/catalog/datasets/" + dataset,
                            "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\", \"label\"], \"column_policies\": {\"label\": \"keep\"}}")
                    .expect(200);
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(user.everything(dataset + "_v1").hits())
                            .hasSize(60)
                            .allSatisfy(hit -> assertThat(hit.text()).contains("@example.org")));
        }
    }

    /** Everything that is logged, as the tests configure it. */
    private static final class Log extends AppenderBase<ILoggingEvent> {
        private final Queue<String> lines = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            String trace =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            lines.add(event.getFormattedMessage() + trace);
        }
    }
}
