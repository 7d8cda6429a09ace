package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code freshet up}, told to stop while it embeds. */
@Timeout(600)
class StopIT {
    private static final String DATASET = "log";
    private static final int ROWS = 400;
    /** What a JVM exits with that SIGTERM ended, and that did not crash on its way. */
    private static final int TERMINATED = 143;

    private final Path directory;
    private final Random random = Seeds.random("StopIT");

    StopIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void shouldStopCleanlyWhileItEmbedsAndEmbedTheRestLater() throws Exception {
        Texts texts = new Texts(random);
        List<Row> rows = new ArrayList<>();
        for (int i = 0; i < ROWS; i++) {
            rows.add(new Row("entry " + i, texts.text(1 + random.nextInt(10)), "first"));
        }
        try (UpProcess up = UpProcess.start(directory)) {
            User user = new User(up.uri());
            user.createDataset(DATASET);
            user.ingest(DATASET, rows, false);
            Eventually.passes(
                    Eventually.LONG, () -> assertThat(user.embeddedTexts()).isPositive());
            assertThat(user.embeddedTexts()).isLessThan(ROWS);
            up.stop();
            assertThat(up.running().process().exitValue()).isEqualTo(TERMINATED);
            up.startAgain();
            Eventually.passes(
                    Eventually.LONG,
                    () -> assertThat(found(user))
                            .isEqualTo(rows.stream().map(Row::id).collect(Collectors.toSet())));
        }
    }

    private static Set<String> found(User user) {
        return user.everything(DATASET + "_v1").hits().stream()
                .map(User.Hit::row)
                .collect(Collectors.toSet());
    }
}
