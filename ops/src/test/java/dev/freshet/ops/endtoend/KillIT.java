package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.ops.endtoend.User.Answer;
import dev.freshet.ops.endtoend.User.Found;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code freshet up}, killed while it takes rows, and started again at once. */
@Timeout(600)
class KillIT {
    private static final String DATASET = "log";
    private static final String INDEX = "log_v1";
    private static final int ROUNDS = 3;
    private static final int KEYS = 150;

    private final Path directory;
    private final Random random = Seeds.random("KillIT");
    private final Texts texts = new Texts(random);
    private final Map<String, Row> acknowledged = new TreeMap<>();

    /** What was asked for and never answered: it may have happened. Empty for a delete. */
    private final Map<String, Optional<Row>> inDoubt = new TreeMap<>();

    KillIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void shouldFindEveryAcknowledgedRowAfterAKill() throws Exception {
        try (UpProcess up = UpProcess.start(directory)) {
            User user = new User(up.uri());
            user.createDataset(DATASET);
            for (int round = 0; round < ROUNDS; round++) {
                Process victim = up.running().process();
                int killAfterMs = 300 + random.nextInt(2_500);
                Thread killer = new Thread(() -> kill(victim, killAfterMs), "killer");
                killer.start();
                int batches = writeUntilItDies(user);
                killer.join();
                System.out.printf(
                        "killed after %d ms, %d batches; %d rows, %d in doubt%n",
                        killAfterMs, batches, acknowledged.size(), inDoubt.size());
                assertThat(victim.waitFor(60, TimeUnit.SECONDS)).isTrue();
                long began = System.nanoTime();
                up.startAgain();
                System.out.printf("up again after %.1f s%n", (System.nanoTime() - began) / 1e9);
                Eventually.passes(Eventually.LONG, () -> checkRows(user));
                checkItems(user);
                settle(user);
            }
            up.stop();
            up.startAgain();
            checkRows(user);
            checkItems(user);
        }
    }

    private static void kill(Process victim, int afterMs) {
        try {
            Thread.sleep(afterMs);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        victim.destroyForcibly();
    }

    /** Writes new rows, edits and deletes, without waiting, until nobody answers; returns how many batches were acknowledged. */
    private int writeUntilItDies(User user) {
        for (int batch = 0; ; batch++) {
            Map<String, Optional<Row>> changes = changes(batch == 0 ? 100 : 1 + random.nextInt(8));
            inDoubt.putAll(changes);
            if (!write(user, changes)) {
                return batch;
            }
            acknowledge(changes);
        }
    }

    private Map<String, Optional<Row>> changes(int count) {
        Map<String, Optional<Row>> changes = new TreeMap<>();
        boolean delete = random.nextInt(6) == 0;
        for (int i = 0; i < (delete ? 1 : count); i++) {
            String key = "entry " + random.nextInt(KEYS);
            changes.put(
                    key,
                    delete
                            ? Optional.empty()
                            : Optional.of(
                                    new Row(key, texts.text(1 + random.nextInt(10)), "round " + random.nextInt(9))));
        }
        return changes;
    }

    /** Returns whether the changes were acknowledged; false when the connection broke. */
    private static boolean write(User user, Map<String, Optional<Row>> changes) {
        List<Row> upserts = changes.values().stream().flatMap(Optional::stream).toList();
        try {
            if (!upserts.isEmpty()) {
                Answer answer = user.write(DATASET, upserts, false);
                if (answer.status() == 503) {
                    return false; // It lost its broker, which dies with it.
                }
                assertThat(answer.expect(200).path("accepted").asInt()).isEqualTo(upserts.size());
            }
            for (Map.Entry<String, Optional<Row>> change : changes.entrySet()) {
                if (change.getValue().isEmpty()) {
                    Answer answer = user.send(
                            "DELETE",
                            "/v1/ingest/" + DATASET + "/" + change.getKey().replace(" ", "%20"),
                            "application/json",
                            "");
                    if (answer.status() == 503) {
                        return false;
                    }
                    answer.expect(200);
                }
            }
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private void acknowledge(Map<String, Optional<Row>> changes) {
        changes.forEach((key, row) -> {
            inDoubt.remove(key);
            row.ifPresentOrElse(newest -> acknowledged.put(key, newest), () -> acknowledged.remove(key));
        });
    }

    /** All rows by an exact search for everything: the acknowledged ones, and of those in doubt either state. */
    private void checkRows(User user) {
        Found everything = user.everything(INDEX);
        assertThat(everything.complete()).isTrue();
        Map<String, Contents.Shown> shown = Contents.shown(everything.hits());
        Map<String, Contents.Shown> expected = Contents.expected(acknowledged.values());
        inDoubt.forEach((key, row) -> {
            Contents.Shown found = shown.get(key);
            boolean happened = row.map(Contents.Shown::of).equals(Optional.ofNullable(found));
            if (happened) {
                row.ifPresentOrElse(newest -> expected.put(key, Contents.Shown.of(newest)), () -> expected.remove(key));
            }
        });
        assertThat(shown).isEqualTo(expected);
    }

    /** Looks up every key there may be. */
    private void checkItems(User user) {
        Set<String> there = new HashSet<>();
        user.everything(INDEX).hits().forEach(hit -> there.add(hit.row()));
        for (int i = 0; i < KEYS; i++) {
            String key = "entry " + i;
            Optional<JsonNode> item = user.item(INDEX, key);
            assertThat(item.isPresent()).as(key).isEqualTo(there.contains(key));
            Row row = acknowledged.get(key);
            if (row != null && !inDoubt.containsKey(key)) {
                StringBuilder text = new StringBuilder();
                item.orElseThrow()
                        .path("chunks")
                        .forEach(chunk -> text.append(chunk.path("text").asText()));
                assertThat(Contents.withoutSpace(text.toString())).isEqualTo(Contents.withoutSpace(row.text()));
            }
        }
    }

    /** What a user does who got no answer: asks for it again. */
    private void settle(User user) {
        Map<String, Optional<Row>> again = new TreeMap<>(inDoubt);
        assertThat(write(user, again)).isTrue();
        acknowledge(again);
        Eventually.passes(Eventually.LONG, () -> checkRows(user));
    }
}
