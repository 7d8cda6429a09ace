package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.app.Freshet;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.ops.endtoend.User.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Merges on a real broker: the destination changes and the process restarts while they run. */
@Timeout(600)
class MergeIT {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int KEYS = 8_000;

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path directory;

    MergeIT(@TempDir Path directory) {
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
    void shouldLetNewerRowsWinAcrossARestart() {
        Random random = Seeds.random("MergeIT.merge");
        Account from = new Account("from");
        Account to = new Account("to");
        Map<String, Float> expected;
        long job;
        try (Freshet.Running freshet = cluster.freshet("merge", directory.resolve("state"))) {
            User user = new User(freshet.uri());
            create(user, "from");
            create(user, "to");
            from.change(user, random, 6_000, 0);
            to.change(user, random, 1_000, 0);
            job = merge(user, "from", "to", false, 202);
            assertThat(merge(user, "from", "to", false, 200)).isEqualTo(job);
            expected = new TreeMap<>(from.rows);
            to.touched.clear();
            to.change(user, random, 60, 30);
            awaitSomeDone(user, job);
            System.out.println("before the restart: " + job(user, job));
        }
        try (Freshet.Running freshet = cluster.freshet("merge", directory.resolve("state"))) {
            User user = new User(freshet.uri());
            System.out.println("after the restart: " + job(user, job));
            to.change(user, random, 60, 30);
            JsonNode done = awaitEnd(user, job, "done");
            to.change(user, random, 20, 10);

            expected.keySet().removeAll(to.touched);
            to.rows.forEach((key, value) -> {
                if (to.touched.contains(key) || !expected.containsKey(key)) {
                    expected.put(key, value);
                }
            });
            checkEventually(user, "merge", "to", expected);
            checkEventually(user, "merge", "from", from.rows);
            checkCounts(done, from.rows.size());
            assertThat(done.path("partitions")).hasSize(Cluster.PARTITIONS);
            checkItems(user, expected, random);
            assertThat(user.get("/v1/vectors/jobs").expect(200).path("jobs").path(0))
                    .isEqualTo(done);
            assertThat(user.metric("freshet_dead_letters_total")).isZero();
        }
    }

    @Test
    void shouldMoveRowsAndLoseNone() {
        Random random = Seeds.random("MergeIT.move");
        Account from = new Account("from");
        Account to = new Account("to");
        try (Freshet.Running freshet = cluster.freshet("move", directory.resolve("state"))) {
            User user = new User(freshet.uri());
            create(user, "from");
            create(user, "to");
            from.change(user, random, 3_000, 0);
            to.change(user, random, 300, 0);
            long job = merge(user, "from", "to", true, 202);
            Map<String, Float> source = new TreeMap<>(from.rows);
            to.touched.clear();
            from.touched.clear();
            to.change(user, random, 40, 20);
            from.change(user, random, 40, 20);
            JsonNode done = awaitEnd(user, job, "done");
            Map<String, Float> left =
                    eventually("move", user, "from", done.path("cleared").asInt(), from);
            Map<String, Float> merged = contents(user, "move", "to");

            source.forEach((key, value) -> {
                if (to.touched.contains(key)) {
                    assertThat(merged.get(key)).as(key).isEqualTo(to.rows.get(key));
                } else if (from.touched.contains(key)) {
                    // It was copied before the change, or after it, or deleted before it could be.
                    assertThat(merged.get(key)).as(key).isIn(value, from.rows.get(key), to.rows.get(key));
                } else {
                    assertThat(merged.get(key)).as(key).isEqualTo(value);
                    assertThat(left).as("what was copied is cleared").doesNotContainKey(key);
                }
            });
            from.rows.forEach((key, value) -> assertThat(value.equals(left.get(key)) || value.equals(merged.get(key)))
                    .as("row %s is in one of them", key)
                    .isTrue());
            assertThat(done.path("total").asLong())
                    .isEqualTo(done.path("done").asLong() + done.path("skipped").asLong());
            assertThat(done.path("failed").asLong()).isZero();
        }
    }

    @Test
    void shouldGoOnWhenPartitionsMoveToAnotherProcess() {
        Random random = Seeds.random("MergeIT.rebalance");
        Account from = new Account("from");
        Freshet.Running second = process("second");
        try (Freshet.Running first = process("first")) {
            User one = new User(first.uri());
            User two = new User(second.uri());
            create(one, "from");
            create(two, "to");
            Eventually.passes(
                    Eventually.LONG, () -> assertThat(partitionsTaken(two)).isBetween(1, Cluster.PARTITIONS - 1));
            from.change(two, random, 6_000, 0);
            long job = merge(two, "from", "to", true, 202);
            awaitSomeDone(one, job);
            System.out.println("before the rebalance: " + job(one, job));
            second.close();
            checkCounts(awaitEnd(one, job, "done"), from.rows.size());
            assertThat(job(one, job).path("cleared").asInt()).isEqualTo(from.rows.size());
            checkEventually(one, "rebalance", "to", from.rows);
            checkEventually(one, "rebalance", "from", Map.of());
        } finally {
            second.close();
        }
    }

    /** How many partitions' rows a process takes: as another process is told. */
    private static int partitionsTaken(User user) {
        return user.call("POST", "/internal/v1/stale", "{}")
                .expect(200)
                .path("partitions")
                .size();
    }

    private Freshet.Running process(String instance) {
        return cluster.freshet(
                "rebalance", directory.resolve(instance), instance, HashingEmbedder.of(Cluster.HASHING_DIMENSIONS));
    }

    @Test
    void shouldFailAndKeepTheSourceWhenTheDestinationIsDropped() {
        Random random = Seeds.random("MergeIT.drop");
        Account from = new Account("from");
        try (Freshet.Running freshet = cluster.freshet("drop", directory.resolve("state"))) {
            User user = new User(freshet.uri());
            create(user, "from");
            create(user, "to");
            from.change(user, random, 6_000, 0);
            long job = merge(user, "from", "to", true, 202);
            awaitSomeDone(user, job);
            user.call("DELETE", "/v1/vectors/index/to", "").expect(202);
            JsonNode failed = awaitEnd(user, job, "failed");
            assertThat(failed.path("error").asText()).isEqualTo("the index 'to' was deleted while the job ran");

            create(user, "to");
            long again = merge(user, "from", "to", true, 202);
            checkCounts(awaitEnd(user, again, "done"), from.rows.size());
            checkEventually(user, "drop", "to", from.rows);
            checkEventually(user, "drop", "from", Map.of());
        }
    }

    /** The rows of an index as its writer knows them: the first component of each vector, which also stands in the metadata. */
    private static final class Account {
        private final String index;
        private final Map<String, Float> rows = new TreeMap<>();
        private final TreeSet<String> touched = new TreeSet<>();

        Account(String index) {
            this.index = index;
        }

        /** Writes rows and deletes some, in batches, without waiting for them to be searchable. */
        void change(User user, Random random, int writes, int deletes) {
            List<String> keys = new ArrayList<>();
            for (int i = 0; i < writes; i++) {
                keys.add("k" + random.nextInt(KEYS));
            }
            int batch = writes > 1_000 ? 500 : 20;
            for (int from = 0; from < writes; from += batch) {
                put(user, random, new TreeSet<>(keys.subList(from, Math.min(from + batch, writes))));
            }
            for (int i = 0; i < deletes; i++) {
                String key = "k" + random.nextInt(KEYS);
                user.call("POST", "/v1/vectors/index/" + index + "/delete?wait=false", "{\"ids\": [\"" + key + "\"]}")
                        .expect(200);
                rows.remove(key);
                touched.add(key);
            }
        }

        private void put(User user, Random random, Collection<String> keys) {
            ObjectNode body = JSON.createObjectNode();
            ArrayNode items = body.putArray("items");
            for (String key : keys) {
                float value = 1 + random.nextInt(1_000_000);
                ObjectNode item = items.addObject().put("id", key);
                item.putArray("vector").add(value).add(1).add(-1);
                item.putObject("metadata").put("value", value).put("index", index);
                rows.put(key, value);
                touched.add(key);
            }
            user.call("POST", "/v1/vectors/index/" + index + "/add?wait=false", body.toString())
                    .expect(200);
        }
    }

    private static void create(User user, String index) {
        user.call(
                        "POST",
                        "/v1/vectors/index",
                        "{\"name\": \"" + index + "\", \"dimension\": 3, \"distance\": \"euclidean\"}")
                .expect(201);
    }

    private static long merge(User user, String source, String destination, boolean clear, int status) {
        Answer answer = user.call(
                "POST",
                "/v1/vectors/index/" + source + "/merge",
                "{\"dest\": \"" + destination + "\", \"clear_source\": " + clear + "}");
        return answer.expect(status).path("id").asLong();
    }

    private static JsonNode job(User user, long id) {
        return user.get("/v1/vectors/jobs/" + id).expect(200);
    }

    private static void awaitSomeDone(User user, long id) {
        Eventually.passes(
                Eventually.LONG,
                () -> assertThat(job(user, id).path("done").asLong()).isPositive());
    }

    private static JsonNode awaitEnd(User user, long id, String state) {
        Eventually.passes(
                Eventually.LONG,
                () -> assertThat(job(user, id).path("state").asText()).isEqualTo(state));
        return job(user, id);
    }

    private static void checkCounts(JsonNode job, int rows) {
        assertThat(job.path("total").asInt()).isEqualTo(rows);
        assertThat(job.path("done").asInt() + job.path("skipped").asInt())
                .as(job.toString())
                .isEqualTo(rows);
        assertThat(job.path("failed").asInt()).isZero();
    }

    /** What the vectors topic holds of an index. */
    private static Map<String, Float> contents(User user, String prefix, String index) {
        Map<String, Float> rows = new TreeMap<>();
        VectorsTopic.chunks(cluster, prefix, user.index(index).path("id").asLong())
                .values()
                .forEach(chunk -> rows.put(chunk.row(), chunk.vector()[0]));
        return rows;
    }

    private static void checkEventually(User user, String prefix, String index, Map<String, Float> expected) {
        Eventually.passes(Eventually.LONG, () -> {
            assertThat(contents(user, prefix, index)).isEqualTo(expected);
            assertThat(user.index(index).path("rows").asInt()).isEqualTo(expected.size());
        });
    }

    /** The source of a move, once everything that its writer did to it has been taken. */
    private static Map<String, Float> eventually(String prefix, User user, String index, int cleared, Account account) {
        List<Map<String, Float>> found = new ArrayList<>();
        Eventually.passes(Eventually.LONG, () -> {
            Map<String, Float> now = contents(user, prefix, index);
            assertThat(account.rows).containsAllEntriesOf(now);
            assertThat(now).hasSize(account.rows.size() - cleared);
            found.add(now);
        });
        return found.get(found.size() - 1);
    }

    private static void checkItems(User user, Map<String, Float> expected, Random random) {
        for (int i = 0; i < 100; i++) {
            String key = "k" + random.nextInt(KEYS);
            Float value = expected.get(key);
            JsonNode item = user.item("to", key).orElse(null);
            assertThat(item != null).as(key).isEqualTo(value != null);
            if (item != null && value != null) {
                assertThat(item.path("metadata").path("value").floatValue()).isEqualTo(value);
            }
        }
    }
}
