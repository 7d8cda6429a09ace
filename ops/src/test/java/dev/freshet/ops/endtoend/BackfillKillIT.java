package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code freshet up}, killed in the middle of a backfill. */
@Timeout(600)
class BackfillKillIT {
    private static final String DATASET = "notes";
    private static final int ROWS = 600;
    private static final int DONE_BEFORE_KILL = 120;

    @Test
    void shouldGoOnWithABackfillAndKeepItsCounts(@TempDir Path directory) throws Exception {
        Texts texts = new Texts(Seeds.random("BackfillKillIT"));
        Map<String, Row> rows = new TreeMap<>();
        for (int i = 0; i < ROWS; i++) {
            rows.put("note " + i, new Row("note " + i, texts.sentence(), "first"));
        }
        try (UpProcess up = UpProcess.start(directory, "--set", "backfill.rows.per.second=60")) {
            User user = new User(up.uri());
            user.createDataset(DATASET);
            user.ingest(DATASET, rows.values());
            long job = user.call(
                            "POST",
                            "/v1/vectors/index",
                            "{\"name\": \"notes_v2\", \"dataset\": \"notes\", \"chunk_size\": 400}")
                    .expect(201)
                    .path("job")
                    .asLong();
            Eventually.holds(
                    "the backfill is in the middle", Eventually.LONG, () -> done(user, job) >= DONE_BEFORE_KILL);
            long doneBefore = done(user, job);
            up.kill();
            assertThat(doneBefore).as("killed before the end").isLessThan(ROWS);

            up.startAgain();
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(job(user, job).path("state").asText()).isEqualTo("done"));
            JsonNode ended = job(user, job);
            assertThat(ended.path("total").asLong()).as(ended.toString()).isEqualTo(ROWS);
            assertThat(ended.path("done").asLong()).as(ended.toString()).isEqualTo(ROWS);
            assertThat(ended.path("failed").asLong()).isZero();
            assertThat(ended.path("skipped").asLong()).isZero();
            assertThat(ended.path("partitions"))
                    .allSatisfy(partition -> assertThat(partition.path("done"))
                            .as(partition.toString())
                            .isEqualTo(partition.path("total")));
            assertThat(user.embeddedTexts())
                    .as("texts that were embedded after the kill: what was done before is not done again")
                    .isLessThanOrEqualTo((double) (ROWS - doneBefore));
            Contents.check(user, "notes_v2", rows.values());
            Contents.check(user, "notes_v1", rows.values());
        }
    }

    private static JsonNode job(User user, long id) {
        return user.get("/v1/vectors/jobs/" + id).expect(200);
    }

    private static long done(User user, long id) {
        return job(user, id).path("done").asLong();
    }
}
