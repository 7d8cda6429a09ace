package dev.freshet.refresh;

import static dev.freshet.refresh.RefreshHarness.DOCS;
import static dev.freshet.refresh.RefreshHarness.DOCS_INDEX;
import static dev.freshet.refresh.RefreshHarness.change;
import static dev.freshet.refresh.RefreshHarness.dataset;
import static dev.freshet.refresh.RefreshHarness.doc;
import static dev.freshet.refresh.RefreshHarness.docs;
import static dev.freshet.refresh.RefreshHarness.index;
import static dev.freshet.refresh.RefreshHarness.source;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestRandom;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.schemas.registry.SchemaRefusedException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of dead letters that are replayed, or whose rows go on without. */
class ReplayTopologyTest {
    @Test
    void shouldReplayARowThatFailedInAnIndexAndFlipItsFailure() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            TestRecord<byte[], byte[]> letter = poisoned(harness);
            assertThat(harness.letter("0-0-0-2")).isEqualTo(LetterState.OPEN);
            assertThat(harness.letters().get(0).index()).isEqualTo("docs_v1");

            harness.embedder.poison("");
            harness.replay(letter);
            harness.run();

            assertThat(harness.image(DOCS_INDEX, "1").getFailure()).isNull();
            assertThat(harness.image(DOCS_INDEX, "1").getVersion()).isZero();
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Has poison.");
            assertThat(harness.letter("0-0-0-2")).isEqualTo(LetterState.REPLAYED);
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 1L);

            int asked = harness.embedder.asked().size();
            int images = harness.history.size();
            harness.replay(letter);
            harness.run();
            assertThat(harness.embedder.asked()).hasSize(asked);
            assertThat(harness.history).hasSize(images);
            assertThat(harness.letter("0-0-0-2")).isEqualTo(LetterState.REPLAYED);
        }
    }

    @Test
    void shouldCountAReplayThatFailsAgainAndTryItNoMore() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            TestRecord<byte[], byte[]> letter = poisoned(harness);
            harness.replay(letter);
            harness.run();
            harness.runScheduled();

            assertThat(harness.letters()).hasSize(1);
            assertThat(harness.letters().get(0).attempts()).isEqualTo(2);
            assertThat(harness.letter("0-0-0-2")).isEqualTo(LetterState.OPEN);
            assertThat(harness.image(DOCS_INDEX, "1").getFailure().getCode()).isEqualTo("embedding_refused");
            int asked = harness.embedder.asked().size();
            harness.advance(Duration.ofHours(1));
            assertThat(harness.embedder.asked()).hasSize(asked);
        }
    }

    @Test
    void shouldNotBringBackWhatFailedBeforeANewerChange() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            TestRecord<byte[], byte[]> letter = poisoned(harness);
            harness.embedder.poison("");
            harness.upsert("1", "Title", "Newer.");
            harness.run();
            assertThat(harness.letter("0-0-0-2"))
                    .as("the newer version went through")
                    .isEqualTo(LetterState.SUPERSEDED);

            harness.replay(letter);
            harness.run();
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Newer.").doesNotContain("poison");
            assertThat(harness.image(DOCS_INDEX, "1").getVersion()).isEqualTo(1);
        }
    }

    @Test
    void shouldNotBringBackADeletedRow() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            TestRecord<byte[], byte[]> letter = poisoned(harness);
            harness.embedder.poison("");
            harness.delete("1");
            assertThat(harness.letter("0-0-0-2")).isEqualTo(LetterState.SUPERSEDED);
            harness.replay(letter);
            harness.run();

            assertThat(harness.images).isEmpty();
            assertThat(harness.letter("0-0-0-2")).isEqualTo(LetterState.SUPERSEDED);
        }
    }

    @Test
    void shouldKeepOneOpenLetterOfARowThatFailsAgainInANewerVersion() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            poisoned(harness);
            harness.upsert("1", "Title", "Still has poison.");
            harness.run();

            assertThat(harness.letter("0-0-0-2")).isEqualTo(LetterState.SUPERSEDED);
            assertThat(harness.letter("0-0-1-2")).isEqualTo(LetterState.OPEN);
        }
    }

    @Test
    void shouldSettleTheLettersOfADroppedIndex() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            TestRecord<byte[], byte[]> letter = poisoned(harness);
            harness.catalog(3, List.of(docs(0, "title", "body")), List.of());
            harness.run();
            assertThat(harness.letter("0-0-0-2")).isEqualTo(LetterState.SUPERSEDED);
            harness.replay(letter);
            harness.run();

            assertThat(harness.images).isEmpty();
            assertThat(harness.letter("0-0-0-2")).isEqualTo(LetterState.SUPERSEDED);
        }
    }

    @Test
    void shouldReplayAChangeThatWasRefusedInItsOwnVersion() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            TestRecord<byte[], byte[]> letter = unavailable(harness, "1");
            harness.upsert("2", "Title", "Another.");
            TestRecord<byte[], byte[]> mended = mended(letter);
            harness.replay(mended);
            harness.run();

            assertThat(harness.image(DOCS_INDEX, "1").getVersion()).isZero();
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Mended.");
            assertThat(harness.letter("0-0-0")).isEqualTo(LetterState.REPLAYED);
            harness.upsert("1", "Title", "Newest.");
            harness.run();
            harness.replay(mended);
            harness.run();
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Newest.");
        }
    }

    @Test
    void shouldUpdateTheLetterOfAChangeThatIsRefusedAgain() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            RecordHeaders headers = new RecordHeaders();
            headers.add("trace", "abc".getBytes(UTF_8));
            harness.write("docs:1".getBytes(UTF_8), "nonsense".getBytes(UTF_8), headers);
            harness.replay(harness.deadLetters.get(0));
            harness.replay(harness.deadLetters.get(0));

            DeadLetter letter = harness.letters().get(0);
            assertThat(harness.letters()).hasSize(1);
            assertThat(letter.id()).hasToString("0-0-0");
            assertThat(letter.attempts()).isEqualTo(3);
            assertThat(letter.origin()).isEqualTo("test.rows-0@0");
            assertThat(letter.dataset()).isEqualTo("docs");
            assertThat(letter.key()).isEqualTo("1");
            TestRecord<byte[], byte[]> newest = harness.deadLetters.get(2);
            assertThat(newest.value()).isEqualTo("nonsense".getBytes(UTF_8));
            assertThat(LetterHeaders.text(newest.headers(), "trace")).contains("abc");
            assertThat(newest.headers().lastHeader(LetterHeaders.REPLAY)).isNull();
            assertThat(newest.headers().headers(LetterHeaders.ID)).hasSize(1);
        }
    }

    @Test
    void shouldGiveWayToADeletionAndToATruncate() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            TestRecord<byte[], byte[]> first = unavailable(harness, "1");
            TestRecord<byte[], byte[]> second = unavailable(harness, "2");
            harness.delete("1");
            harness.replay(mended(first));
            harness.run();
            assertThat(harness.images).isEmpty();
            assertThat(harness.letter("0-0-0")).isEqualTo(LetterState.SUPERSEDED);

            harness.write(change("docs", "", Op.TRUNCATE, Map.of()));
            harness.run();
            harness.replay(mended(second));
            harness.run();
            assertThat(harness.images).isEmpty();
            assertThat(harness.letter("0-0-1")).isEqualTo(LetterState.SUPERSEDED);
        }
    }

    @Test
    void shouldRetryARowThatATruncateLeft() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.embedder.poison("poison");
            RowChange row = change("docs", "1", Op.UPSERT, doc("1", "Title", "Has poison."));
            row.setSource(source(100));
            harness.write(row);
            harness.run();
            TestRecord<byte[], byte[]> letter = harness.deadLetters.get(0);
            RowChange truncate = change("docs", "", Op.TRUNCATE, Map.of());
            truncate.setSource(source(50));
            harness.write(truncate);
            harness.run();
            harness.embedder.poison("");
            harness.replay(letter);
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Has poison.");
            assertThat(harness.letter("0-0-0-2")).isEqualTo(LetterState.REPLAYED);
        }
    }

    @Test
    void shouldGiveWayToAChangeThatLeftTheRowAsItWas() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "As it is.");
            harness.write("docs:1".getBytes(UTF_8), "nonsense".getBytes(UTF_8), new RecordHeaders());
            harness.run();
            harness.upsert("1", "Title", "As it is.");
            harness.run();
            int images = harness.history.size();
            harness.replay(mended(harness.deadLetters.get(0)));
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("As it is.");
            assertThat(harness.letter("0-0-1")).isEqualTo(LetterState.SUPERSEDED);
            assertThat(harness.history).hasSize(images);
            assertThat(harness.count("freshet.rows.unchanged")).isEqualTo(1);
        }
    }

    @Test
    void shouldGiveWayToASameChangeBetweenTwoLetters() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            TestRecord<byte[], byte[]> first = unavailable(harness, "1");
            TestRecord<byte[], byte[]> second = unavailable(harness, "1");
            harness.replay(mended(first));
            harness.run();
            harness.write(change("docs", "1", Op.UPSERT, doc("1", "Title", "Mended.")));
            harness.run();
            harness.replay(withValue(second, "{\"columns\": {\"id\": \"1\", \"body\": \"Of the second letter.\"}}"));
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Mended.");
            assertThat(harness.letter("0-0-1")).isEqualTo(LetterState.SUPERSEDED);
        }
    }

    @Test
    void shouldReplayRowsOfAnUnknownDatasetOnceItIsThere() {
        try (RefreshHarness harness = new RefreshHarness(
                new RefreshSettings(RefreshHarness.TOPICS, 1, 0, 100_000, Duration.ofMinutes(1), 30))) {
            RecordHeaders headers = new RecordHeaders();
            headers.add("trace", "abc".getBytes(UTF_8));
            harness.write(
                    "docs:1".getBytes(UTF_8),
                    "{\"columns\": {\"id\": \"1\", \"title\": \"Early.\"}}".getBytes(UTF_8),
                    headers);
            harness.advance(Duration.ofMinutes(5));
            assertThat(harness.letter("0-0-0")).isEqualTo(LetterState.OPEN);
            assertThat(harness.letters().get(0).code()).isEqualTo("unknown_dataset");
            TestRecord<byte[], byte[]> letter = harness.deadLetters.get(0);
            assertThat(LetterHeaders.text(letter.headers(), "trace")).contains("abc");

            harness.replay(letter);
            harness.advance(Duration.ofMinutes(5));
            assertThat(harness.letters().get(0).attempts()).isEqualTo(2);

            harness.replay(letter);
            harness.catalog(2, List.of(docs(0, "title", "body")), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
            harness.run();
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Early.");
            assertThat(harness.image(DOCS_INDEX, "1").getVersion()).isZero();
            assertThat(harness.letter("0-0-0")).isEqualTo(LetterState.REPLAYED);
        }
    }

    @Test
    void shouldNotBringOldRowsIntoANewDatasetOfTheSameName() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            TestRecord<byte[], byte[]> letter = unavailable(harness, "1");
            harness.catalog(4, List.of(dataset(3, "docs", 0, "title", "body")), List.of(index(4, "docs_v1", 3)));
            harness.run();
            harness.replay(mended(letter));
            harness.run();

            assertThat(harness.images).isEmpty();
            assertThat(harness.letter("0-0-0")).isEqualTo(LetterState.SUPERSEDED);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"0-0-2", "0-0-3", "0-1-0", "1-0-0", "nonsense", "", "0-0-99999999999999999999"})
    void shouldRefuseAForgedVersion(String id) {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "First.");
            harness.upsert("1", "Title", "Second.");
            RecordHeaders headers = new RecordHeaders();
            LetterHeaders.add(headers, LetterHeaders.REPLAY, id);
            harness.write("docs:1".getBytes(UTF_8), "{\"columns\": {\"title\": \"Forged.\"}}".getBytes(UTF_8), headers);
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Second.");
            DeadLetter letter = harness.letters().get(0);
            assertThat(letter.id()).hasToString("0-0-2");
            assertThat(letter.code()).isEqualTo("invalid_row");
            assertThat(letter.message()).contains("freshet-replay");
        }
    }

    @Test
    void shouldNotLetAForgedLetterChangeOrSettleAnother() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            TestRecord<byte[], byte[]> letter = poisoned(harness);
            RecordHeaders headers = new RecordHeaders();
            LetterHeaders.add(headers, LetterHeaders.REPLAY, "0-0-0-2");
            harness.write("docs:9".getBytes(UTF_8), "{\"columns\": {\"title\": \"Other.\"}}".getBytes(UTF_8), headers);
            harness.write("docs:9".getBytes(UTF_8), "nonsense".getBytes(UTF_8), headers);
            harness.run();

            assertThat(harness.letter("0-0-0-2")).isEqualTo(LetterState.OPEN);
            assertThat(harness.letters().get(0).key()).isEqualTo("1");

            harness.embedder.poison("");
            harness.replay(withValue(letter, "{\"columns\": {\"title\": \"Forged.\"}}"));
            harness.run();
            assertThat(harness.texts(DOCS_INDEX, "1"))
                    .as("the stored row, not what the letter holds")
                    .contains("Has poison.")
                    .doesNotContain("Forged.");
        }
    }

    @Test
    void shouldRefuseLettersOfAnEpochBeforeTheLastOne() {
        RefreshSettings third = new RefreshSettings(RefreshHarness.TOPICS, 1, 2, 100_000);
        try (RefreshHarness harness = new RefreshHarness(third)) {
            harness.catalog(2, List.of(docs(0, "title", "body")), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
            String row = "{\"columns\": {\"title\": \"Old.\"}}";
            RecordHeaders tooOld = new RecordHeaders();
            LetterHeaders.add(tooOld, LetterHeaders.REPLAY, "0-0-7");
            harness.write("docs:1".getBytes(UTF_8), row.getBytes(UTF_8), tooOld);
            RecordHeaders last = new RecordHeaders();
            LetterHeaders.add(last, LetterHeaders.REPLAY, "1-0-7");
            harness.write("docs:2".getBytes(UTF_8), row.getBytes(UTF_8), last);
            harness.run();

            assertThat(harness.images).hasSize(1);
            assertThat(harness.image(DOCS_INDEX, "2").getVersion()).isEqualTo(RowVersion.of(1, 7));
            assertThat(harness.letters().get(0).id()).hasToString("2-0-0");
        }
    }

    @Test
    void shouldTakeALetterOfAnotherPartitionOnlyWhereNothingIsStored() {
        RefreshSettings two = new RefreshSettings(RefreshHarness.TOPICS, 2, 0, 100_000);
        List<String> keys = IntStream.range(0, 100)
                .mapToObj(String::valueOf)
                .filter(key -> RowKeys.partition("docs", key, 2) == 0)
                .limit(3)
                .toList();
        try (RefreshHarness harness = new RefreshHarness(two)) {
            harness.catalog(2, List.of(docs(0, "title", "body")), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
            harness.upsert(keys.get(0), "Title", "Stored.");
            harness.delete(keys.get(1));
            for (String key : keys) {
                RecordHeaders headers = new RecordHeaders();
                LetterHeaders.add(headers, LetterHeaders.REPLAY, "0-1-5000");
                harness.write(
                        ("docs:" + key).getBytes(UTF_8),
                        "{\"columns\": {\"title\": \"From elsewhere.\"}}".getBytes(UTF_8),
                        headers);
            }
            harness.run();

            assertThat(harness.images).hasSize(2);
            assertThat(harness.texts(DOCS_INDEX, keys.get(0))).contains("Stored.");
            assertThat(harness.texts(DOCS_INDEX, keys.get(2))).contains("From elsewhere.");
            assertThat(harness.image(DOCS_INDEX, keys.get(2)).getVersion()).isZero();
        }
    }

    @Test
    void shouldGiveUpATextThatFailsForNoKnownReasonAndOnlyThat() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.embedder.upsetBy("upsetting");
            harness.upsert("1", "Title", "An upsetting text.");
            harness.upsert("2", "Title", "A harmless text.");
            harness.run();
            assertThat(harness.texts(DOCS_INDEX, "2")).contains("harmless");
            assertThat(harness.deadLetters).isEmpty();
            harness.runScheduled();

            assertThat(harness.letters()).singleElement().satisfies(letter -> {
                assertThat(letter.code()).isEqualTo("internal");
                assertThat(letter.message()).contains("IllegalStateException").contains("8 times");
            });
            assertThat(harness.image(DOCS_INDEX, "1").getFailure().getCode()).isEqualTo("internal");
            assertThat(harness.embedder.asked().stream().filter(text -> text.contains("upsetting")))
                    .hasSize(8);
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 1L);
        }
    }

    @Test
    void shouldGiveUpARecordThatMakesItsPartitionFailAgainAndAgain() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            byte[] key = "docs:1".getBytes(UTF_8);
            byte[] bug = RefreshHarness.bug();
            assertThatThrownBy(() -> harness.write(key, bug, new RecordHeaders()))
                    .hasRootCauseMessage("a bug");
            // The driver does not go back to the record: its next attempts are noted by hand.
            assertThat(harness.failures.givenUp(0, 0)).isFalse();
            harness.failures.failed(0, 0, new KafkaException("not the record's fault"));
            harness.failures.failed(0, 0, new IllegalStateException());
            assertThat(harness.failures.givenUp(0, 0)).isFalse();
            harness.failures.failed(0, 0, new IllegalStateException());
            assertThat(harness.failures.givenUp(0, 0)).isTrue();
            assertThat(harness.failures.givenUp(0, 1)).isFalse();
            assertThat(harness.failures.givenUp(1, 0)).isFalse();
        }
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            for (int i = 0; i < UnforeseenFailures.ATTEMPTS_MAX; i++) {
                harness.failures.failed(0, 0, new IllegalStateException());
            }
            harness.write("docs:1".getBytes(UTF_8), RefreshHarness.bug(), new RecordHeaders());
            harness.upsert("2", "Title", "After it.");
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "2")).contains("After it.");
            assertThat(harness.letters()).singleElement().satisfies(letter -> {
                assertThat(letter.code()).isEqualTo("internal");
                assertThat(letter.id()).hasToString("0-0-0");
            });
        }
    }

    @Test
    void shouldGiveUpAParkedChangeThatMakesItsPartitionFailAgainAndAgain() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.upsert("1", "Title", "Parked.");
            harness.breakReader();
            harness.catalog(
                    2,
                    List.of(RefreshHarness.docs(0, "title", "body")),
                    List.of(RefreshHarness.index(DOCS_INDEX, "docs_v1", RefreshHarness.DOCS)));
            assertThatThrownBy(harness::run).hasRootCauseMessage("a bug");
            harness.failures.failed(0, 0, new SchemaRefusedException(409, "not the change's fault"));
            harness.failures.failed(0, 0, new IllegalStateException());
            assertThat(harness.failures.givenUp(0, 0)).isFalse();
            harness.failures.failed(0, 0, new IllegalStateException());
            assertThat(harness.failures.givenUp(0, 0)).isTrue();
        }
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.upsert("1", "Title", "Parked.");
            harness.upsert("2", "Title", "Parked as well.");
            for (int i = 0; i < UnforeseenFailures.ATTEMPTS_MAX; i++) {
                harness.failures.failed(0, 0, new IllegalStateException());
            }
            harness.catalog(
                    2,
                    List.of(RefreshHarness.docs(0, "title", "body")),
                    List.of(RefreshHarness.index(DOCS_INDEX, "docs_v1", RefreshHarness.DOCS)));
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "2")).contains("Parked as well.");
            assertThat(harness.letters()).singleElement().satisfies(letter -> {
                assertThat(letter.code()).isEqualTo("internal");
                assertThat(letter.id()).hasToString("0-0-0");
            });
        }
    }

    @Test
    void shouldEndUpAsIfEachRowHadTakenOnlyItsNewestChange() {
        RandomGenerator random = TestRandom.create(ReplayTopologyTest.class);
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            Map<String, @Nullable String> expected = new HashMap<>();
            for (int i = 0; i < 400; i++) {
                String key = String.valueOf(random.nextInt(6));
                String text = "Text " + random.nextInt(4) + ".";
                switch (random.nextInt(8)) {
                    case 0 -> {
                        harness.delete(key);
                        expected.put(key, null);
                    }
                    case 1, 2 -> {
                        harness.embedder.poison("Poison");
                        harness.upsert(key, "T", "Poison " + i + ".");
                        harness.run();
                        harness.embedder.poison("");
                        expected.remove(key); // Its newest version failed: what it shows does not matter.
                    }
                    case 3, 4 -> {
                        List<TestRecord<byte[], byte[]>> letters = harness.deadLetters.stream()
                                .filter(record -> record.value() != null)
                                .toList();
                        if (!letters.isEmpty()) {
                            TestRecord<byte[], byte[]> letter = letters.get(random.nextInt(letters.size()));
                            harness.replay(letter);
                        }
                    }
                    case 5 ->
                        harness.write(("docs:" + key).getBytes(UTF_8), "nonsense".getBytes(UTF_8), new RecordHeaders());
                    default -> {
                        harness.upsert(key, "T", text);
                        expected.put(key, text);
                    }
                }
                if (random.nextInt(10) == 0) {
                    harness.revive();
                }
            }
            harness.run();
            expected.forEach((key, text) -> {
                if (text == null) {
                    assertThat(harness.images).doesNotContainKey(DOCS_INDEX + "/" + key);
                } else {
                    assertThat(harness.texts(DOCS_INDEX, key)).contains(text);
                    assertThat(harness.image(DOCS_INDEX, key).getFailure()).isNull();
                }
            });
            harness.letters().stream()
                    .filter(letter -> letter.index() != null && letter.state() == LetterState.OPEN)
                    .forEach(letter -> assertThat(harness.image(DOCS_INDEX, String.valueOf(letter.key()))
                                    .getFailure())
                            .as("letter %s", letter.id())
                            .isNotNull());
        }
    }

    /** Row 1 fails in the index, as version 0. */
    private static TestRecord<byte[], byte[]> poisoned(RefreshHarness harness) {
        harness.embedder.poison("poison");
        harness.upsert("1", "Title", "Has poison.");
        harness.run();
        return harness.deadLetters.get(0);
    }

    /** A change that cannot be taken, because it leaves out a value that is not stored. */
    private static TestRecord<byte[], byte[]> unavailable(RefreshHarness harness, String key) {
        Map<String, Object> columns = doc(key, "Title", "");
        columns.put("body", new Unavailable());
        harness.write(change("docs", key, Op.UPSERT, columns));
        return harness.deadLetters.get(harness.deadLetters.size() - 1);
    }

    /** The letter with a value that can be taken: as if what was in its way had been removed. */
    private static TestRecord<byte[], byte[]> mended(TestRecord<byte[], byte[]> letter) {
        String id = new String(letter.key(), UTF_8).substring("docs:".length());
        return withValue(
                letter, "{\"columns\": {\"id\": \"" + id + "\", \"title\": \"Title\", \"body\": \"Mended.\"}}");
    }

    private static TestRecord<byte[], byte[]> withValue(TestRecord<byte[], byte[]> letter, String value) {
        return new TestRecord<>(letter.key(), value.getBytes(UTF_8), letter.headers(), letter.getRecordTime());
    }
}
