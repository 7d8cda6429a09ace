package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.embed.Embedders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the shipped model is asked to embed when a long row changes. */
@Timeout(600)
class DeltaIT {
    private static final String DATASET = "books";
    private static final String INDEX = "books_v1";
    private static final int SENTENCES = 1_100;
    private static final int TEXTS_PER_EDIT_MAX = 3;

    private final Random random = Seeds.random("DeltaIT");
    private final Texts texts = new Texts(random);

    @Test
    void shouldEmbedOnlyWhatChanged(@TempDir Path broker, @TempDir Path state) {
        try (Cluster cluster = Cluster.start(broker);
                Freshet.Running freshet = Cluster.ready(Freshet.start(cluster.config(
                        "delta", state, "only", Map.of(FreshetConfig.DEFAULT_MODEL, Embedders.DEFAULT_MODEL))))) {
            User user = new User(freshet.uri());
            user.createDataset(DATASET);
            List<String> sentences = new ArrayList<>();
            for (int i = 0; i < SENTENCES; i++) {
                sentences.add(texts.sentence());
            }
            Row book = book(sentences, "first");
            Row other = new Row("other", texts.text(3), "first");
            user.ingest(DATASET, List.of(book, other));
            Contents.check(user, INDEX, List.of(book, other));
            int chunks = user.item(INDEX, "book").orElseThrow().path("chunks").size();
            assertThat(chunks).as("chunks of the row").isBetween(150, 300);
            assertThat(user.embeddedTexts()).isEqualTo(chunks + 1);

            for (int edit = 0; edit < 4; edit++) {
                int at = random.nextInt(SENTENCES);
                String sentence = sentences.get(at);
                sentences.set(
                        at,
                        edit % 2 == 0
                                ? sentence.replace(", says ticket", ", and nobody minded, as is now told by ticket")
                                : sentence.substring(sentence.indexOf(' ', 30) + 1));
                Row edited = book(sentences, "first");
                double before = user.embeddedTexts();
                user.ingest(DATASET, List.of(edited));
                assertThat(user.embeddedTexts() - before)
                        .as("texts embedded for edit %d, of sentence %d", edit, at)
                        .isBetween(1.0, (double) TEXTS_PER_EDIT_MAX);
                Contents.check(user, INDEX, List.of(edited, other));
            }

            double before = user.embeddedTexts();
            Row relabelled = book(sentences, "second");
            user.ingest(DATASET, List.of(relabelled));
            Contents.check(user, INDEX, List.of(relabelled, other));
            user.ingest(DATASET, List.of(relabelled, other));
            Contents.check(user, INDEX, List.of(relabelled, other));
            assertThat(user.metric("freshet_rows_unchanged_total")).isEqualTo(2);
            user.delete(DATASET, "book", true);
            Contents.check(user, INDEX, List.of(other));
            assertThat(user.item(INDEX, "book")).isEmpty();
            assertThat(user.embeddedTexts()).isEqualTo(before);
        }
    }

    private static Row book(List<String> sentences, String label) {
        return new Row("book", String.join(" ", sentences), label);
    }
}
