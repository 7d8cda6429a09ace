package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.app.Freshet;
import dev.freshet.ops.endtoend.User.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A reader profile on a real broker: what it shows, what it hides, what it keeps, and that it is there after a restart. */
@Timeout(600)
class ProfileIT {
    private static final String SEARCH = "/v1/vectors/profile/support/search";

    @SuppressWarnings("NullAway.Init")
    private static Cluster cluster;

    private final Path state;

    ProfileIT(@TempDir Path directory) {
        this.state = directory.resolve("state");
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
    void shouldHoldSearchesToItsScopeAndSurviveARestart() {
        Texts texts = new Texts(Seeds.random("ProfileIT.scope"));
        Row note = new Row("n1", texts.text(1), "note");
        Row secret = new Row("s1", texts.text(1), "secret");
        JsonNode defined;
        try (Freshet.Running freshet = cluster.freshet("profiles", state)) {
            User user = new User(freshet.uri());
            user.createDataset("notes");
            user.createDataset("secrets");
            user.ingest("notes", List.of(note));
            user.ingest("secrets", List.of(secret));
            user.call("PUT", "/v1/vectors/aliases/live", "{\"index\": \"notes_v1\"}")
                    .expect(201);
            defined = user.call(
                            "POST",
                            "/v1/catalog/profiles",
                            "{\"id\": \"support\", \"bindings\": [{\"dataset\": \"notes\", \"index\": \"live\"}], \"search\": {\"k\": 3}}")
                    .expect(201);
            checkScope(user, note);
            checkWhatItKeeps(user);
            JsonNode report = user.call("POST", "/v1/vectors/profile/support/activate", "")
                    .expect(200);
            assertThat(report.path("ready").asBoolean()).as(report.toString()).isTrue();
            assertThat(report.path("bindings").path(0).path("rows").asInt()).isEqualTo(1);
        }
        try (Freshet.Running freshet = cluster.freshet("profiles", state)) {
            User user = new User(freshet.uri());
            JsonNode again = user.get("/v1/catalog/profiles/support").expect(200);
            assertThat(again.path("bindings")).isEqualTo(defined.path("bindings"));
            assertThat(again.path("search")).isEqualTo(defined.path("search"));
            assertThat(again.path("created")).isEqualTo(defined.path("created"));
            assertThat(user.get("/v1/vectors/profile/active")
                            .expect(200)
                            .path("profile")
                            .asText())
                    .isEqualTo("support");
            checkScope(user, note);
            checkWhatItKeeps(user);
            user.call("DELETE", "/v1/catalog/profiles/support", "").expect(409);
            user.call("POST", "/v1/vectors/profile/support/deactivate", "").expect(200);
            user.call("DELETE", "/v1/catalog/profiles/support", "").expect(204);
            user.call("POST", SEARCH, "{\"text\": \"a\"}").expect(404);
            user.call("DELETE", "/v1/vectors/aliases/live", "").expect(204);
            user.call("DELETE", "/v1/catalog/datasets/notes", "").expect(202);
        }
    }

    @Test
    void shouldFindOnlyRowsForWhichItsFilterHolds() {
        Texts texts = new Texts(Seeds.random("ProfileIT.filter"));
        List<Row> rows = IntStream.range(0, 40)
                .mapToObj(i -> new Row("r" + i, texts.text(1), i % 4 == 0 ? "open" : "closed"))
                .toList();
        try (Freshet.Running freshet = cluster.freshet("filtered", state)) {
            User user = new User(freshet.uri());
            user.createDataset("notes");
            user.ingest("notes", rows);
            user.call(
                            "PUT",
                            "/v1/catalog/profiles/support",
                            "{\"bindings\": [{\"dataset\": \"notes\"}], \"search\": {\"k\": 40, \"filter\": {\"eq\": {\"label\": \"open\"}}}}")
                    .expect(201);
            List<String> open = rows.stream()
                    .filter(row -> row.label().equals("open"))
                    .map(Row::id)
                    .toList();
            String question = "{\"text\": \"the cooling pump\"";
            assertThat(found(user, question + "}")).containsExactlyInAnyOrderElementsOf(open);
            assertThat(found(user, question + ", \"exact\": true}")).containsExactlyInAnyOrderElementsOf(open);
            assertThat(found(user, question + ", \"filter\": {\"or\": [{\"eq\": {\"label\": \"closed\"}}]}}"))
                    .as("a request's own filter narrows, and never widens")
                    .isEmpty();
            assertThat(found(user, question + ", \"filter\": {\"in\": {\"id\": [\"r4\", \"r5\"]}}}"))
                    .containsExactly("r4");
            JsonNode batch = user.call(
                            "POST",
                            SEARCH,
                            "{\"queries\": [" + question + "}, " + question
                                    + ", \"filter\": {\"exists\": {\"label\": true}}}]}")
                    .expect(200);
            assertThat(batch.path("results")).as(batch.toString()).hasSize(2);
            for (JsonNode answer : batch.path("results")) {
                assertThat(rows(answer)).containsExactlyInAnyOrderElementsOf(open);
            }
            assertThat(user.call("POST", SEARCH, question + ", \"filter\": {\"what\": 1}}")
                            .expect(400)
                            .path("code")
                            .asText())
                    .isEqualTo("invalid_filter");
        }
    }

    private static List<String> found(User user, String body) {
        return rows(user.call("POST", SEARCH, body).expect(200));
    }

    private static List<String> rows(JsonNode answer) {
        List<String> rows = new ArrayList<>();
        answer.path("results").forEach(hit -> rows.add(hit.path("row").asText()));
        return rows;
    }

    private static void checkScope(User user, Row note) {
        JsonNode found =
                user.call("POST", SEARCH, "{\"text\": \"the cooling pump\"}").expect(200);
        assertThat(found.path("index").asText()).isEqualTo("notes_v1");
        assertThat(found.path("results")).hasSize(1);
        assertThat(found.path("results").path(0).path("row").asText()).isEqualTo(note.id());
        for (String outside : List.of("\"index\": \"secrets_v1\"", "\"dataset\": \"secrets\"", "\"index\": \"none\"")) {
            Answer refused = user.call("POST", SEARCH, "{\"text\": \"the cooling pump\", " + outside + "}");
            JsonNode problem = refused.expect(403);
            assertThat(problem.path("code").asText()).isEqualTo("profile_scope");
            assertThat(problem.path("allowed").toString()).isEqualTo("[{\"dataset\":\"notes\",\"index\":\"live\"}]");
        }
    }

    private static void checkWhatItKeeps(User user) {
        assertThat(user.call("DELETE", "/v1/vectors/aliases/live", "")
                        .expect(409)
                        .path("code")
                        .asText())
                .isEqualTo("alias_in_use");
        assertThat(user.call("PUT", "/v1/vectors/aliases/live", "{\"index\": \"secrets_v1\"}")
                        .expect(409)
                        .path("code")
                        .asText())
                .isEqualTo("alias_in_use");
        assertThat(user.call("DELETE", "/v1/catalog/datasets/notes", "")
                        .expect(409)
                        .path("code")
                        .asText())
                .isEqualTo("dataset_in_use");
    }
}
