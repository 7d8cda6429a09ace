package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.app.FreshetConfig;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Three {@code freshet serve} on loopback, as one: whoever is asked answers for all, whoever is down. */
@Timeout(600)
class ThreeNodesIT {
    private static final String PREFIX = "three";
    private static final String SECRET = "a-secret-that-three-processes-share";
    private static final List<String> OPERATIONS = List.of("search", "row", "statistics", "await", "stale");
    private static final int K = 10;

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path directory;
    private final Random random = Seeds.random("ThreeNodesIT");
    private final KnownVectors vectors = new KnownVectors("points");

    ThreeNodesIT(@TempDir Path directory) {
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

    private ServeProcess serve(String name) throws Exception {
        return ServeProcess.start(
                cluster, PREFIX, directory.resolve(name), Map.of(FreshetConfig.CLUSTER_SECRET, SECRET));
    }

    @Test
    void shouldAnswerAsOneWhileProcessesComeAndGo() throws Exception {
        try (ServeProcess first = serve("first");
                ServeProcess second = serve("second");
                ServeProcess third = serve("third")) {
            Map<ServeProcess, User> users = new LinkedHashMap<>();
            List.of(first, second, third).forEach(process -> users.put(process, new User(process.uri())));
            users.keySet().forEach(ServeProcess::awaitReady);
            User one = new User(first.uri());
            vectors.create(one);
            vectors.add(one, random, ids(0, 300));
            users.values().forEach(this::checkEventually);
            awaitWarmCopies(users.values());
            checkLookUps(users.values());
            checkReadYourWrites(List.copyOf(users.values()));
            checkStaleness(users.values());
            checkSecret(users.keySet());

            double assigned = assigned(users.values());
            try (SearchLoad load = new SearchLoad(vectors, users, random.nextLong())) {
                load.awaitComplete(50);
                takeDown(load, "kill -9", second, second::kill, () -> awaitAssigned(without(users, second), assigned));
                takeDown(load, "stop", third, third::stop, () -> awaitAssigned(without(users, third), assigned));
                System.out.println(load);
            }

            vectors.add(one, random, ids(250, 350));
            users.values().forEach(this::checkEventually);
            checkLookUps(users.values());
            users.keySet()
                    .forEach(process -> assertThat(process.output())
                            .doesNotContain(SECRET)
                            .doesNotContainPattern("\\n\\s+at [a-z]+[.\\w$]+\\(")
                            // Kafka tells of tasks that a kill left behind as errors, and restores them.
                            .doesNotContainPattern(" ERROR d(ev)?\\.f"));
        }
    }

    private static List<String> ids(int from, int to) {
        List<String> ids = new ArrayList<>();
        for (int i = from; i < to; i++) {
            ids.add("p" + i);
        }
        return ids;
    }

    /** @param awaitMove returns when the group has noticed, within the session timeout, and the partitions are the others' */
    private static void takeDown(SearchLoad load, String how, ServeProcess process, Step step, Step awaitMove)
            throws Exception {
        load.takesDown(process);
        long began = System.nanoTime();
        step.run();
        load.awaitComplete(100);
        awaitMove.run();
        load.awaitComplete(50);
        System.out.println(how + ", answers that were not complete and new: " + load.shortAnswers(began));
        load.takesDown(process);
        began = System.nanoTime();
        process.startAgain();
        process.awaitReady();
        load.awaitComplete(100);
        System.out.println("started again, answers that were not complete and new: " + load.shortAnswers(began));
    }

    private void checkEventually(User user) {
        Eventually.passes(Eventually.LONG, () -> {
            float[] query = KnownVectors.vector(random);
            JsonNode answer = user.call("POST", vectors.path("/search"), KnownVectors.searchBody(query, K))
                    .expect(200);
            assertThat(vectors.check(answer, query, K)).as(answer.toString()).isEqualTo(KnownVectors.Kind.NEWEST);
        });
    }

    /** Each partition is loaded where it answers and where it is kept warm. */
    private static void awaitWarmCopies(Iterable<User> users) {
        Eventually.holds("two copies of each partition are loaded", Eventually.LONG, () -> {
            double loads = 0;
            for (User user : users) {
                loads += user.metric("freshet_index_loads_total{from=\"snapshot\"}")
                        + user.metric("freshet_index_loads_total{from=\"store\"}");
            }
            return loads >= 2 * Cluster.PARTITIONS;
        });
    }

    private static List<User> without(Map<ServeProcess, User> users, ServeProcess process) {
        return users.entrySet().stream()
                .filter(user -> !user.getKey().equals(process))
                .map(Map.Entry::getValue)
                .toList();
    }

    /** Partitions of all topics that these processes are to read. */
    private static double assigned(Collection<User> users) {
        return users.stream()
                .mapToDouble(user -> user.metric("kafka_consumer_coordinator_assigned_partitions"))
                .sum();
    }

    private static void awaitAssigned(Collection<User> users, double partitions) {
        Eventually.passes(Eventually.LONG, () -> assertThat(assigned(users)).isGreaterThanOrEqualTo(partitions));
    }

    private void checkLookUps(Iterable<User> users) {
        List<String> ids = List.copyOf(vectors.ids());
        for (User user : users) {
            for (int i = 0; i < 12; i++) {
                String id = ids.get(random.nextInt(ids.size()));
                JsonNode item = user.get(vectors.path("/items/" + id)).expect(200);
                assertThat(item.path("row").asText()).isEqualTo(id);
            }
            user.get(vectors.path("/items/nobody")).expect(404);
            JsonNode info = user.get(vectors.path("")).expect(200);
            assertThat(info.path("rows").asInt()).as(info.toString()).isEqualTo(vectors.size());
            assertThat(info.path("partitions").size()).isEqualTo(Cluster.PARTITIONS);
            assertThat(listed(user)).containsExactlyInAnyOrderElementsOf(ids);
        }
    }

    private List<String> listed(User user) {
        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            JsonNode page = user.get(vectors.path("/items?limit=100" + cursor)).expect(200);
            page.path("items").forEach(item -> listed.add(item.path("row").asText()));
            cursor = page.path("next_cursor").isTextual()
                    ? "&cursor=" + page.path("next_cursor").asText()
                    : "";
        } while (!cursor.isEmpty());
        return listed;
    }

    private void checkReadYourWrites(List<User> users) {
        for (int round = 0; round < 12; round++) {
            int from = random.nextInt(280);
            JsonNode positions =
                    vectors.write(users.get(round % users.size()), random, ids(from, from + 1 + random.nextInt(20)));
            float[] query = KnownVectors.vector(random);
            JsonNode answer = users.get((round + 1) % users.size())
                    .call("POST", vectors.path("/search"), KnownVectors.searchBody(query, K, positions))
                    .expect(200);
            assertThat(vectors.check(answer, query, K)).as(answer.toString()).isEqualTo(KnownVectors.Kind.NEWEST);
        }
    }

    private static void checkStaleness(Iterable<User> users) {
        for (User user : users) {
            Eventually.passes(Eventually.LONG, () -> {
                JsonNode stale = user.get("/v1/vectors/stale").expect(200);
                assertThat(stale.path("coverage").path("answered").asInt())
                        .as(stale.toString())
                        .isEqualTo(Cluster.PARTITIONS);
            });
        }
    }

    private static void checkSecret(Iterable<ServeProcess> processes) throws Exception {
        HttpClient client = HttpClient.newHttpClient();
        for (ServeProcess process : processes) {
            for (String operation : OPERATIONS) {
                URI uri = process.uri().resolve("/internal/v1/" + operation);
                HttpRequest.Builder request = HttpRequest.newBuilder(uri)
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString("{}"));
                HttpResponse<String> without = client.send(request.build(), BodyHandlers.ofString());
                HttpResponse<String> wrong = client.send(
                        request.header("Authorization", "Bearer " + SECRET + "s")
                                .build(),
                        BodyHandlers.ofString());
                assertThat(List.of(without.statusCode(), wrong.statusCode())).containsExactly(401, 401);
                assertThat(without.body() + wrong.body()).doesNotContain(SECRET);
            }
        }
    }

    /** Something done to a process. */
    @FunctionalInterface
    private interface Step {
        void run() throws Exception;
    }
}
