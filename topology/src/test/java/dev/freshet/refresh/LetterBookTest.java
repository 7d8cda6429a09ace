package dev.freshet.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestRandom;
import dev.freshet.refresh.DeadLetterService.Count;
import dev.freshet.refresh.DeadLetterService.Filter;
import dev.freshet.refresh.DeadLetterService.Page;
import dev.freshet.refresh.LetterEntry.Settled;
import dev.freshet.refresh.LetterEntry.Written;
import dev.freshet.schemas.error.FreshetException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LetterBookTest {
    private static final Filter ANY = new Filter(null, null, null);

    @Test
    void shouldTakeALetterThatIsWrittenAgainAsOne() {
        LetterBook book = new LetterBook();
        book.apply(written("0-0-1", "docs", "invalid_row", 10, 100));
        book.apply(written("0-0-2", "docs", "invalid_row", 11, 200));
        book.apply(written("0-0-1", "docs", "row_too_large", 12, 300));
        book.apply(written("0-0-1", "docs", "row_too_large", 12, 300)); // Read again after trouble with the broker.

        assertThat(ids(book.page(ANY, null, 10))).containsExactly("0-0-1", "0-0-2");
        assertThat(book.page(ANY, null, 10).letters().get(0).attempts()).isEqualTo(2);
        assertThat(book.counts())
                .containsExactly(
                        new Count("docs", "invalid_row", 1, 0, 0), new Count("docs", "row_too_large", 1, 0, 0));
    }

    @Test
    void shouldSettleAndOpenLetters() {
        LetterBook book = new LetterBook();
        book.apply(written("0-0-1", null, "invalid_row", 10, 100));
        book.apply(new Settled(id("0-0-1"), LetterState.REPLAYED, 2));
        assertThat(book.counts()).containsExactly(new Count(null, "invalid_row", 1, 0, 0));
        book.apply(new Settled(id("0-0-1"), LetterState.REPLAYED, 1));
        book.apply(new Settled(id("0-0-1"), LetterState.SUPERSEDED, null));
        book.apply(new Settled(id("0-0-99"), LetterState.SUPERSEDED, null));
        assertThat(book.counts()).containsExactly(new Count(null, "invalid_row", 0, 1, 0));
        assertThat(book.open(ANY)).isEmpty();

        book.apply(written("0-0-1", null, "invalid_row", 11, 200));
        assertThat(book.counts()).containsExactly(new Count(null, "invalid_row", 1, 0, 0));
        assertThat(book.open(ANY)).hasSize(1);
    }

    @Test
    void shouldShowAllLettersOnceInPages() {
        RandomGenerator random = TestRandom.create(LetterBookTest.class);
        LetterBook book = new LetterBook();
        List<String> expected = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            String dataset = random.nextBoolean() ? "docs" : "notes";
            book.apply(written("0-0-" + i, dataset, "invalid_row", i, i / 3));
            if (dataset.equals("docs")) {
                expected.add(0, "0-0-" + i);
            }
        }
        List<String> found = new ArrayList<>();
        String cursor = null;
        do {
            Page page = book.page(new Filter("docs", null, LetterState.OPEN), cursor, 1 + random.nextInt(30));
            found.addAll(ids(page));
            cursor = page.next();
        } while (cursor != null);

        assertThat(found).isEqualTo(expected);
        assertThatThrownBy(() -> book.page(ANY, "12.x", 10))
                .isInstanceOf(FreshetException.class)
                .hasMessageContaining("'12.x'");
    }

    @Test
    void shouldCountExactlyWhatItDoesNotHold() {
        LetterBook book = new LetterBook(100);
        for (int i = 0; i < 5_000; i++) {
            book.apply(written("0-0-" + i, "docs", "invalid_row", i, i));
            if (i % 5 == 0) {
                book.apply(new Settled(id("0-0-" + i), LetterState.REPLAYED, 1));
            }
        }
        Page page = book.page(ANY, null, 1_000);
        assertThat(page.letters()).hasSize(100);
        assertThat(page.unlisted()).isEqualTo(4_900);
        assertThat(page.counts()).containsExactly(new Count("docs", "invalid_row", 4_000, 1_000, 0));
        assertThat(page.letters().get(99).state())
                .as("open ones stay longer than settled ones")
                .isEqualTo(LetterState.OPEN);

        book.expire(Map.of(0, 4_096L));
        assertThat(book.page(ANY, null, 1_000).counts().stream()
                        .mapToLong(count -> count.open() + count.replayed())
                        .sum())
                .isEqualTo(5_000 - 4_096);
        book.expire(Map.of(0, 6_000L));
        assertThat(book.counts()).isEmpty();
        assertThat(book.page(ANY, null, 1_000).letters()).isEmpty();
    }

    @Test
    void shouldCutLongTextsBetweenCharacters() {
        LetterBook book = new LetterBook();
        DeadLetter letter = written("0-0-1", "docs", "invalid_row", 1, 1).letter();
        String message = "x".repeat(299) + "\uD83D\uDE00" + "y".repeat(50);
        book.apply(new Written(
                new DeadLetter(
                        letter.id(),
                        letter.state(),
                        letter.code(),
                        message,
                        "docs",
                        "k".repeat(1_000),
                        null,
                        letter.origin(),
                        letter.time(),
                        letter.written(),
                        1,
                        1,
                        true),
                0,
                1,
                1));
        DeadLetter shown = book.page(ANY, null, 1).letters().get(0);
        assertThat(shown.message()).isEqualTo("x".repeat(299) + "…");
        assertThat(shown.key()).hasSize(201);
    }

    @Test
    void shouldReadIdsAsItWritesThem() {
        for (String text : List.of("0-0-0", "32767-3-281474976710655", "1-2-3-4")) {
            assertThat(LetterId.parse(text))
                    .hasValueSatisfying(id -> assertThat(id).hasToString(text));
        }
        for (String text : List.of("", "0-0", "0-0-0-0", "a-0-0", "32768-0-0", "0-0-281474976710656", "0-0-0 ")) {
            assertThat(LetterId.parse(text)).as(text).isEmpty();
        }
    }

    private static LetterId id(String text) {
        return LetterId.parse(text).orElseThrow();
    }

    private static Written written(String id, @Nullable String dataset, String code, long offset, long time) {
        return new Written(
                new DeadLetter(
                        id(id),
                        LetterState.OPEN,
                        code,
                        "why",
                        dataset,
                        "k",
                        null,
                        id(id).origin("freshet.rows"),
                        Instant.ofEpochMilli(time),
                        Instant.EPOCH,
                        1,
                        10,
                        true),
                0,
                offset,
                1);
    }

    private static List<String> ids(Page page) {
        return page.letters().stream().map(letter -> letter.id().toString()).toList();
    }
}
