package dev.freshet.ops.endtoend;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.schemas.key.TopicNames;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Poison among good rows on a real broker: what becomes of both, before and after the poison is taken away. */
@Timeout(600)
class DeadLetterIT {
    private static final String PREFIX = "letters";
    private static final int SMALL_ROWS = 5_000;

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path directory;

    DeadLetterIT(@TempDir Path directory) {
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

    @Test
    void replaysWhatWasMendedAndNothingThatIsGone() throws Exception {
        Random random = Seeds.random("DeadLetterIT");
        List<Row> good = new ArrayList<>();
        String large = "word ".repeat(SMALL_ROWS / 4);
        try (Freshet.Running freshet = freshet(SMALL_ROWS)) {
            User user = new User(freshet.uri());
            user.createDataset("docs");
            good.addAll(writeAmongPoison(random, large));
            Contents.checkEventually(user, "docs_v1", good);
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(openByKind(user))
                            .isEqualTo(Map.of(
                                    "- invalid_row", 1L,
                                    "docs row_too_large", 2L,
                                    "docs undecodable_record", 2L,
                                    "later unknown_dataset", 2L)));
            showsTheRecord(user);

            user.createDataset("later");
            user.delete("later", "gone", true);
            user.delete("docs", "large-gone", true);
            JsonNode sent = replay(user, "{\"dataset\": \"later\"}");
            assertThat(sent.path("sent").asLong()).as(sent.toString()).isEqualTo(2);
            Contents.checkEventually(user, "later_v1", List.of(new Row("kept", "A later text.", "later")));
            Eventually.passes(Eventually.LONG, () -> {
                assertThat(state(user, "later", "kept")).isEqualTo("replayed");
                assertThat(state(user, "later", "gone")).isEqualTo("superseded");
                assertThat(state(user, "docs", "large-gone")).isEqualTo("superseded");
                assertThat(state(user, "docs", "large")).isEqualTo("open");
            });
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(user.metric("freshet_dead_letters_open")).isEqualTo(4));

            replay(user, "{\"code\": \"undecodable_record\"}");
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(letter(user, "docs", "nonsense")
                                    .path("attempts")
                                    .asInt())
                            .isEqualTo(2));
        }

        try (Freshet.Running freshet = freshet(1_000_000)) {
            User user = new User(freshet.uri());
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(user.get("/v1/dead-letters").status()).isEqualTo(200));
            assertThat(user.item("docs_v1", "large").orElseThrow().has("failure"))
                    .isTrue();
            String id = letter(user, "docs", "large").path("id").asText();
            JsonNode sent = replay(
                    user, "{\"ids\": [\"" + id + "\", \"" + id + "\", \"0-0-999999\", \"" + superseded(user) + "\"]}");
            assertThat(sent.path("sent").asLong()).as(sent.toString()).isEqualTo(1);
            assertThat(sent.path("refused").findValuesAsText("code"))
                    .containsExactlyInAnyOrder("dead_letter_not_found", "dead_letter_settled");
            good.add(new Row("large", large, "large"));
            Contents.checkEventually(user, "docs_v1", good);
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(state(user, "docs", "large")).isEqualTo("replayed"));
            assertThat(user.item("docs_v1", "large").orElseThrow().has("failure"))
                    .isFalse();

            replay(user, "{\"all\": true}");
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(letter(user, "docs", "nonsense")
                                    .path("attempts")
                                    .asInt())
                            .isEqualTo(3));
            Contents.check(user, "docs_v1", good);
        }
    }

    private Freshet.Running freshet(int maxRowBytes) {
        Map<String, String> settings = Map.of(
                FreshetConfig.MAX_ROW_BYTES,
                String.valueOf(maxRowBytes),
                FreshetConfig.UNKNOWN_DATASET_PATIENCE_MS,
                "100");
        return Cluster.ready(Freshet.start(
                cluster.config(PREFIX, directory, "only", settings),
                Embedders.builder()
                        .add(HashingEmbedder.of(Cluster.HASHING_DIMENSIONS))
                        .build()));
    }

    /** Returns the good rows. */
    private static List<Row> writeAmongPoison(Random random, String large) throws Exception {
        Texts texts = new Texts(random);
        List<Row> good = new ArrayList<>();
        List<Poison> poison = new ArrayList<>(List.of(
                new Poison("docs:nonsense", "nonsense".getBytes(UTF_8)),
                new Poison("docs:schema", new byte[] {0, 0, 0, 0x7f, 0x7f, 1, 2, 3}),
                new Poison(null, "{\"columns\": {}}".getBytes(UTF_8)),
                poison("docs", new Row("large", large, "large")),
                poison("docs", new Row("large-gone", large, "large")),
                poison("later", new Row("kept", "A later text.", "later")),
                poison("later", new Row("gone", "A text that is deleted.", "later"))));
        try (KafkaProducer<byte[], byte[]> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers(), "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            for (int i = 0; i < 60; i++) {
                Row row = new Row("r" + i, texts.text(1 + i % 3), "good");
                good.add(row);
                send(producer, poison("docs", row));
                if (!poison.isEmpty() && random.nextInt(5) == 0) {
                    send(producer, poison.remove(random.nextInt(poison.size())));
                }
            }
            for (Poison rest : poison) {
                send(producer, rest);
            }
        }
        return good;
    }

    private record Poison(@Nullable String key, byte[] value) {}

    private static Poison poison(String dataset, Row row) {
        String json = "{\"columns\": {\"id\": \"" + row.id() + "\", \"text\": \"" + row.text() + "\", \"label\": \""
                + row.label() + "\"}}";
        return new Poison(dataset + ":" + row.id(), json.getBytes(UTF_8));
    }

    private static void send(KafkaProducer<byte[], byte[]> producer, Poison record) throws Exception {
        String key = record.key();
        ProducerRecord<byte[], byte[]> sent = new ProducerRecord<>(
                new TopicNames(PREFIX).rows(), key == null ? null : key.getBytes(UTF_8), record.value());
        sent.headers().add("trace", "abc".getBytes(UTF_8));
        producer.send(sent).get();
    }

    private static void showsTheRecord(User user) {
        String id = letter(user, "docs", "nonsense").path("id").asText();
        JsonNode shown = user.get("/v1/dead-letters/" + id).expect(200);
        assertThat(shown.at("/record/value/text").asText()).isEqualTo("nonsense");
        assertThat(shown.at("/record/headers/0/value/text").asText()).isEqualTo("abc");
        String kept = letter(user, "later", "kept").path("id").asText();
        JsonNode parked = user.get("/v1/dead-letters/" + kept).expect(200);
        assertThat(parked.at("/record/value/json/columns/text").asText()).isEqualTo("A later text.");
        assertThat(parked.at("/record/headers/0/name").asText()).isEqualTo("trace");
    }

    private static Map<String, Long> openByKind(User user) {
        Map<String, Long> counts = new TreeMap<>();
        for (JsonNode count : user.get("/v1/dead-letters").expect(200).path("counts")) {
            String dataset =
                    count.path("dataset").isNull() ? "-" : count.path("dataset").asText();
            counts.put(
                    dataset + " " + count.path("code").asText(),
                    count.path("open").asLong());
        }
        return counts;
    }

    private static JsonNode letter(User user, String dataset, String key) {
        for (JsonNode letter :
                user.get("/v1/dead-letters?dataset=" + dataset).expect(200).path("dead_letters")) {
            if (letter.path("key").asText().equals(key)) {
                return letter;
            }
        }
        throw new AssertionError("no dead letter of row " + key);
    }

    private static String state(User user, String dataset, String key) {
        return letter(user, dataset, key).path("state").asText();
    }

    private static String superseded(User user) {
        return user.get("/v1/dead-letters?state=superseded&limit=1")
                .expect(200)
                .at("/dead_letters/0/id")
                .asText();
    }

    private static JsonNode replay(User user, String body) {
        return user.call("POST", "/v1/dead-letters/replay", body).expect(200);
    }
}
