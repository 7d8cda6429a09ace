package dev.freshet.ops.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.app.Freshet;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.ops.endtoend.User.Answer;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The model of a dataset is changed by the server, while a writer edits and deletes rows and a reader searches. */
@Timeout(600)
class UpgradeIT {
    private static final String DATASET = "docs";
    private static final String OLD = "docs_v1";
    private static final String NEW = "docs_v2";
    private static final String ALIAS = "docs-live";
    private static final int ROWS = 400;
    private static final int KEYS = 450;

    /** Slow enough for the writer and the reader to be in the middle of it. */
    private static final String BACKFILL_ROWS_PER_SECOND = "100";

    private final HashingEmbedder small = HashingEmbedder.of(Cluster.HASHING_DIMENSIONS);
    private final HashingEmbedder wide = HashingEmbedder.of(256);
    private final Map<String, HashingEmbedder> models = Map.of(OLD, small, NEW, wide);
    private final Random random = Seeds.random("UpgradeIT");
    private final Texts texts = new Texts(random);
    private final Map<String, Row> rows = new TreeMap<>();
    private final AtomicBoolean stop = new AtomicBoolean();
    private final AtomicInteger changes = new AtomicInteger();

    /** Searches by the index that answered. */
    private final Map<String, Integer> answered = new ConcurrentHashMap<>();

    @Test
    void shouldChangeTheModelWhileRowsChangeAndSearchesGoOn(@TempDir Path broker, @TempDir Path state)
            throws Exception {
        try (Cluster cluster = Cluster.start(broker);
                Freshet.Running freshet = Cluster.ready(Freshet.start(
                        cluster.config(
                                "upgrade", state, "only", Map.of("backfill.rows.per.second", BACKFILL_ROWS_PER_SECOND)),
                        Embedders.builder().add(small).add(wide).build()))) {
            User user = new User(freshet.uri());
            user.createDataset(DATASET);
            for (int i = 0; i < ROWS; i++) {
                rows.put("row " + i, row("row " + i));
            }
            user.ingest(DATASET, rows.values());
            pointAlias(user, OLD, 201);
            CompletableFuture<Void> writer = CompletableFuture.runAsync(() -> write(user));
            CompletableFuture<Void> reader = CompletableFuture.runAsync(() -> read(user));
            try {
                upgrade(user, writer, reader);
            } finally {
                stop.set(true);
            }
            writer.join();
            reader.join();
            assertThat(answered)
                    .containsOnlyKeys(OLD, NEW)
                    .allSatisfy(
                            (index, searches) -> assertThat(searches).as(index).isPositive());
            System.out.println("UpgradeIT: " + changes.get() + " changes, searches " + answered);
            Contents.checkEventually(user, NEW, rows.values());
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(user.get("/v1/vectors/stale").expect(200).path("stale"))
                            .isEmpty());
        }
    }

    private void upgrade(User user, CompletableFuture<Void> writer, CompletableFuture<Void> reader) {
        int before = changes.get();
        JsonNode created = user.call(
                        "POST",
                        "/v1/vectors/index",
                        "{\"name\": \"" + NEW + "\", \"dataset\": \"" + DATASET + "\", \"model\": \"hashing-256\"}")
                .expect(201);
        JsonNode job = finished(user, created.path("job").asLong());
        assertThat(job.path("kind").asText()).isEqualTo("backfill");
        assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("done");
        assertThat(job.path("total").asLong()).isBetween(1L, (long) KEYS);
        assertThat(job.path("done").asLong() + job.path("skipped").asLong())
                .as(job.toString())
                .isEqualTo(job.path("total").asLong());
        assertThat(changes.get()).as("changes during the backfill").isGreaterThan(before);

        JsonNode comparison = user.call("POST", "/v1/vectors/index/" + OLD + "/compare", "{\"with\": \"" + NEW + "\"}")
                .expect(200);
        assertThat(comparison.at("/coverage/complete").asBoolean()).isTrue();
        comparison
                .path("indexes")
                .forEach(side -> assertThat(side.path("recall").asDouble())
                        .as(side.toString())
                        .isGreaterThanOrEqualTo(0.95));
        assertThat(comparison.path("overlap").asDouble()).isBetween(0.0, 1.0);

        Answer refused = user.call("DELETE", "/v1/vectors/index/" + OLD, "");
        assertThat(refused.expect(409).path("code").asText()).isEqualTo("index_in_use");
        assertThat(refused.body()).contains(ALIAS);

        cutOver(user, NEW);
        goOn(writer, reader);
        cutOver(user, OLD);
        goOn(writer, reader);
        cutOver(user, NEW);
        goOn(writer, reader);

        long deletion = user.call("DELETE", "/v1/vectors/index/" + OLD, "")
                .expect(202)
                .path("id")
                .asLong();
        JsonNode deleted = finished(user, deletion);
        assertThat(deleted.path("state").asText()).as(deleted.toString()).isEqualTo("done");
        user.get("/v1/vectors/index/" + OLD).expect(404);
        goOn(writer, reader);
    }

    private void cutOver(User user, String index) {
        pointAlias(user, index, 200);
        JsonNode answer = search(user, "What was done in the north hall?");
        assertThat(answer.path("index").asText())
                .as("right after the alias moved")
                .isEqualTo(index);
    }

    private static void pointAlias(User user, String index, int status) {
        JsonNode alias = user.call("PUT", "/v1/vectors/aliases/" + ALIAS, "{\"index\": \"" + index + "\"}")
                .expect(status);
        assertThat(alias.path("index").asText()).isEqualTo(index);
    }

    /** Lets the writer and the reader do some more, and fails at once if one of them failed. */
    private void goOn(CompletableFuture<Void> writer, CompletableFuture<Void> reader) {
        int searches = searches();
        int written = changes.get();
        Eventually.holds("the writer and the reader go on", Eventually.LONG, () -> {
            if (writer.isCompletedExceptionally()) {
                writer.join();
            }
            if (reader.isCompletedExceptionally()) {
                reader.join();
            }
            return searches() >= searches + 5 && changes.get() >= written + 5;
        });
    }

    private int searches() {
        return answered.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static JsonNode finished(User user, long job) {
        Eventually.holds(
                "job " + job + " has ended",
                Eventually.LONG,
                () -> !user.get("/v1/vectors/jobs/" + job)
                        .expect(200)
                        .path("state")
                        .asText()
                        .equals("running"));
        return user.get("/v1/vectors/jobs/" + job).expect(200);
    }

    /** Edits, deletes and writes rows again; {@link #rows} is the oracle, and belongs to this thread until it ends. */
    private void write(User user) {
        while (!stop.get()) {
            String key = "row " + random.nextInt(KEYS);
            if (random.nextInt(4) == 0) {
                user.delete(DATASET, key, false);
                rows.remove(key);
            } else {
                Row old = rows.get(key);
                Row changed =
                        old != null && random.nextInt(3) == 0 ? old.withLabel("label " + random.nextInt(9)) : row(key);
                user.ingest(DATASET, List.of(changed), false);
                rows.put(key, changed);
            }
            changes.incrementAndGet();
            pause();
        }
    }

    private Row row(String key) {
        return new Row(key, texts.text(1 + random.nextInt(3)), "first");
    }

    /** Searches through the alias; what comes back must be of one index, and scored by its model. */
    private void read(User user) {
        Texts questions = new Texts(new Random(1));
        while (!stop.get()) {
            String question = questions.sentence();
            JsonNode answer = search(user, question);
            String index = answer.path("index").asText();
            HashingEmbedder model = requireNonNull(models.get(index), answer.toString());
            assertThat(answer.path("model").asText()).isEqualTo(model.model().name());
            assertThat(answer.path("results")).hasSize(10);
            float[] query = model.embedQuery(question).join();
            for (JsonNode hit : answer.path("results")) {
                float[] vector = model.embedQuery(hit.path("text").asText()).join();
                assertThat(hit.path("distance").asDouble())
                        .as("distance in %s of %s", index, hit)
                        .isCloseTo(cosineDistance(query, vector), within(1e-3));
            }
            answered.merge(index, 1, Integer::sum);
        }
    }

    private static JsonNode search(User user, String question) {
        String body = new ObjectMapper()
                .createObjectNode()
                .put("text", question)
                .put("k", 10)
                .toString();
        JsonNode answer = user.call("POST", "/v1/vectors/index/" + ALIAS + "/search", body)
                .expect(200);
        assertThat(answer.at("/coverage/complete").asBoolean())
                .as(answer.toString())
                .isTrue();
        assertThat(answer.path("alias").asText()).isEqualTo(ALIAS);
        return answer;
    }

    private static double cosineDistance(float[] left, float[] right) {
        double dot = 0;
        double leftSquare = 0;
        double rightSquare = 0;
        for (int i = 0; i < left.length; i++) {
            dot += (double) left[i] * right[i];
            leftSquare += (double) left[i] * left[i];
            rightSquare += (double) right[i] * right[i];
        }
        return 1 - dot / Math.sqrt(leftSquare * rightSquare);
    }

    private static void pause() {
        try {
            Thread.sleep(5);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError("interrupted", e);
        }
    }
}
