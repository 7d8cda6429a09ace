package dev.freshet.ops.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.app.Freshet;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.ops.endtoend.User.Answer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Rows that wait until somebody asks for a refresh. */
@Timeout(600)
class RefreshPolicyIT {
    private static final String DATASET = "minutes";
    private static final String INDEX = "minutes_v1";
    private static final int ROWS = 1_000;
    private static final int EDITED = 10;

    private final Random random = Seeds.random("RefreshPolicyIT");
    private final Texts texts = new Texts(random);
    private final Map<String, Row> rows = new TreeMap<>();

    @Test
    void shouldEmbedWhenARefreshIsAskedForAndOnlyWhatChanged(@TempDir Path broker, @TempDir Path state) {
        HashingEmbedder model = HashingEmbedder.of(Cluster.HASHING_DIMENSIONS);
        try (Cluster cluster = Cluster.start(broker);
                Freshet.Running freshet = cluster.freshet("policy", state, "only", model)) {
            User user = new User(freshet.uri());
            setPolicy(user, "manual", 201);
            for (int i = 0; i < ROWS; i++) {
                rows.put("minute " + i, new Row("minute " + i, texts.text(1), "first"));
            }
            user.ingest(DATASET, rows.values(), false);
            Eventually.passes(Eventually.LONG, () -> assertThat(pending(user)).isEqualTo(ROWS));
            assertThat(user.search(INDEX, "the cooling pump", 10, true).hits()).isEmpty();
            assertThat(user.embeddedTexts()).isZero();
            Answer waits = user.call(
                    "POST",
                    "/v1/ingest/" + DATASET + "?wait=true",
                    "[{\"id\": \"x\", \"text\": \"y\", \"label\": \"z\"}]");
            assertThat(waits.expect(409).path("code").asText()).isEqualTo("policy_not_on_append");

            JsonNode refreshed = refresh(user);
            assertThat(refreshed.path("total").asLong())
                    .as(refreshed.toString())
                    .isEqualTo(ROWS);
            assertThat(refreshed.path("done").asLong()).as(refreshed.toString()).isEqualTo(ROWS);
            assertThat(stale(user)).isEmpty();
            // A job counts what was written to the vectors topic; searches see it a moment later.
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(user.index(INDEX).path("rows").asLong()).isEqualTo(ROWS));

            double before = user.embeddedTexts();
            List<Row> edited = new ArrayList<>();
            for (int i = 0; i < EDITED; i++) {
                edited.add(requireNonNull(rows.get("minute " + i * 7)).withText(texts.text(1)));
            }
            user.ingest(DATASET, edited, false);
            edited.replaceAll(row -> row.withText(texts.text(1)));
            user.ingest(DATASET, edited, false);
            edited.forEach(row -> rows.put(row.id(), row));
            Eventually.passes(Eventually.LONG, () -> assertThat(pending(user)).isEqualTo(EDITED));
            assertThat(user.embeddedTexts()).isEqualTo(before);
            JsonNode second = refresh(user);
            assertThat(second.path("total").asLong()).as(second.toString()).isEqualTo(EDITED);
            assertThat(user.embeddedTexts() - before)
                    .as("one chunk of each edited row, of its newest text alone")
                    .isEqualTo(EDITED);
            assertThat(stale(user)).isEmpty();

            user.ingest(DATASET, List.of(edited.get(0).withText(texts.text(1))), false);
            Eventually.passes(Eventually.LONG, () -> assertThat(pending(user)).isEqualTo(1));
            setPolicy(user, "on_append", 200);
            Eventually.passes(Eventually.LONG, () -> assertThat(stale(user)).isEmpty());
        }
    }

    private static void setPolicy(User user, String policy, int status) {
        user.call(
                        "PUT",
                        "/v1/catalog/datasets/" + DATASET,
                        "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"], \"refresh_policy\": \"" + policy
                                + "\"}")
                .expect(status);
    }

    /** Starts a refresh and waits until it is done. */
    private static JsonNode refresh(User user) {
        long job = user.call("POST", "/v1/vectors/refresh/" + DATASET, "")
                .expect(202)
                .path("id")
                .asLong();
        Eventually.passes(
                Eventually.LONG,
                () -> assertThat(user.get("/v1/vectors/jobs/" + job)
                                .expect(200)
                                .path("state")
                                .asText())
                        .isEqualTo("done"));
        return user.get("/v1/vectors/jobs/" + job).expect(200);
    }

    private static JsonNode stale(User user) {
        return user.get("/v1/vectors/stale").expect(200).path("stale");
    }

    private static long pending(User user) {
        JsonNode stale = stale(user);
        assertThat(stale.size()).isLessThanOrEqualTo(1);
        return stale.path(0).path("pending_rows").asLong();
    }
}
