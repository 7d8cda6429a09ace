package dev.freshet.refresh;

import static dev.freshet.refresh.RefreshHarness.DOCS;
import static dev.freshet.refresh.RefreshHarness.DOCS_INDEX;
import static dev.freshet.refresh.RefreshHarness.change;
import static dev.freshet.refresh.RefreshHarness.doc;
import static dev.freshet.refresh.RefreshHarness.docs;
import static dev.freshet.refresh.RefreshHarness.index;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.StreamPlace;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.schemas.row.RowChangeJson;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** What a sweep deletes: the rows of its stream that its snapshot would have seen, were they still there. */
class SweepTopologyTest {
    private static final String STREAM = "shop/public.docs";

    @Test
    void shouldDeleteTheRowsThatTheSnapshotDidNotSee() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            for (int i = 0; i < 450; i++) {
                write(harness, "row" + i, "Body " + i, 100);
            }
            harness.run();
            int asked = harness.embedder.asked().size();
            for (int i = 0; i < 450; i += 2) {
                write(harness, "row" + i, "Body " + i, 200);
            }
            sweep(harness, 200);
            harness.run();

            assertThat(harness.images.keySet())
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 225)
                            .mapToObj(i -> VectorKeys.row(DOCS_INDEX, "row" + 2 * i))
                            .toList());
            assertThat(harness.embedder.asked()).as("rows that did not change").hasSize(asked);
            assertThat(harness.count("freshet.rows.swept")).isEqualTo(225);
            assertThat(harness.deadLetters).isEmpty();
            // 450 rows, 225 of them again, the sweep and its copy.
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 676L);
        }
    }

    @Test
    void shouldKeepWhatCameOtherwise() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("by-hand", "Title", "Without a place.");
            RowChange elsewhere = change("docs", "elsewhere", Op.UPSERT, doc("elsewhere", "Title", "Another server."));
            elsewhere.setPlace(new StreamPlace("other/public.docs", 1L));
            harness.write(elsewhere);
            write(harness, "later", "After the snapshot.", 201);
            write(harness, "overwritten", "From the table.", 100);
            harness.upsert("overwritten", "Title", "By hand.");
            write(harness, "gone", "From the table.", 199);
            sweep(harness, 200);
            harness.run();

            assertThat(harness.images.keySet())
                    .containsExactlyInAnyOrderElementsOf(Stream.of("by-hand", "elsewhere", "later", "overwritten")
                            .map(key -> VectorKeys.row(DOCS_INDEX, key))
                            .toList());
        }
    }

    @Test
    void shouldKeepARowWhoseCopyCameAfterTheSweepAndBeforeTheWalk() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            write(harness, "1", "As it was.", 100);
            harness.run();
            int asked = harness.embedder.asked().size();
            sweep(harness, 200);
            write(harness, "1", "As it was.", 200);
            harness.run();

            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "1"));
            assertThat(harness.deleted).isEmpty();
            assertThat(harness.embedder.asked()).hasSize(asked);
        }
    }

    @Test
    void shouldTakeARowThatComesAfterItWasSwept() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            write(harness, "1", "As it was.", 100);
            sweep(harness, 200);
            harness.run();
            assertThat(harness.images).isEmpty();
            write(harness, "1", "As it was.", 200);
            harness.run();

            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "1"));
        }
    }

    @Test
    void shouldGoOnWhereItWasAfterARestart() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            for (int i = 0; i < 1_000; i++) {
                write(harness, "row" + i, "Body " + i, 100);
            }
            harness.settle();
            sweep(harness, 200);
            harness.advance(Duration.ofMillis(20));
            assertThat(harness.images).as("a walk that has begun").hasSizeBetween(1, 999);
            harness.revive();
            write(harness, "after", "Body", 201);
            harness.settle();

            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "after"));
        }
    }

    @Test
    void shouldDeleteWhatWaitsToBeEmbedded() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.embedder.failNext(1_000);
            write(harness, "gone", "The model is away.", 100);
            write(harness, "there", "The model is away.", 100);
            harness.run();
            write(harness, "there", "The model is away.", 200);
            sweep(harness, 200);
            harness.run();
            harness.embedder.failNext(0);
            harness.runScheduled();
            harness.settle();

            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "there"));
            assertThat(harness.waiting()).isEmpty();
        }
    }

    @Test
    void shouldSweepRowsThatWereParkedBefore() {
        try (RefreshHarness harness = new RefreshHarness()) {
            for (int i = 0; i < 600; i++) {
                write(harness, "row" + i, "Body " + i, 100);
            }
            write(harness, "row7", "Body 7", 200);
            sweep(harness, 200);
            harness.catalog(2, List.of(docs(0, "title", "body")), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
            write(harness, "row8", "Body 8", 200);
            harness.run();
            harness.settle();

            assertThat(harness.images)
                    .containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "row7"), VectorKeys.row(DOCS_INDEX, "row8"));
            assertThat(harness.deadLetters).isEmpty();
        }
    }

    /** A table that has never had a row has no dataset, and nobody misses it. */
    @Test
    void shouldForgetTheSweepOfAnUnknownDataset() {
        try (RefreshHarness harness = new RefreshHarness()) {
            sweep(harness, 100);
            RowChange other = change("others", "1", Op.UPSERT, doc("1", "Title", "Parked."));
            harness.write(other);
            sweep(harness, 200);
            harness.advance(RefreshSettings.UNKNOWN_DATASET_PATIENCE.plusSeconds(60));
            harness.run();

            assertThat(harness.deadLetters).hasSize(1);
            assertThat(harness.deadLetters.get(0).key()).isEqualTo("others:1".getBytes(UTF_8));
        }
    }

    /** The snapshot saw the row, but its copy could not be taken: the row lives, and keeps what was stored of it. */
    @Test
    void shouldKeepARowWhoseCopyIsADeadLetter() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            write(harness, "1", "As it was.", 100);
            harness.write("docs:1".getBytes(UTF_8), "nonsense".getBytes(UTF_8), new RecordHeaders());
            sweep(harness, 200);
            harness.run();
            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "1"));

            write(harness, "1", "Mended.", 250);
            sweep(harness, 300);
            harness.run();
            assertThat(harness.images).isEmpty();
        }
    }

    @Test
    void shouldNotBringARowBackFromTheDeadLetters() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.write("docs:1".getBytes(UTF_8), "nonsense".getBytes(UTF_8), new RecordHeaders());
            harness.write("docs:2".getBytes(UTF_8), "nonsense".getBytes(UTF_8), new RecordHeaders());
            sweep(harness, 200);
            harness.run();
            harness.reviveNow();
            harness.replay(mended(harness.deadLetters.get(0), row("1", "Before the snapshot.", 100)));
            harness.replay(mended(harness.deadLetters.get(1), row("2", "Of the snapshot.", 200)));
            harness.run();

            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "2"));
            assertThat(harness.letter("0-0-0")).isEqualTo(LetterState.SUPERSEDED);
            assertThat(harness.letter("0-0-1")).isEqualTo(LetterState.REPLAYED);
        }
    }

    @Test
    void shouldRefuseASweepWithoutAPlace() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            write(harness, "1", "Body", 100);
            harness.write(change("docs", "", Op.SWEEP, Map.of()));
            harness.run();

            assertThat(harness.images).hasSize(1);
            assertThat(LetterHeaders.text(harness.deadLetters.get(0).headers(), "freshet-error-code"))
                    .contains("invalid_row");
        }
    }

    @Test
    void shouldLetTheNewestSweepOfAStreamStand() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            write(harness, "1", "Body", 100);
            write(harness, "2", "Body", 200);
            sweep(harness, 200);
            sweep(harness, 300);
            write(harness, "3", "Body", 300);
            harness.run();
            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "3"));

            sweep(harness, 400);
            harness.run();
            assertThat(harness.images).isEmpty();
        }
    }

    @Test
    void shouldNotGiveUpASweepForOneThatStandsBeforeIt() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            for (int i = 0; i < 450; i++) {
                write(harness, "row" + i, "Body " + i, 150);
            }
            harness.run();
            write(harness, "row7", "Body 7", 200);
            sweep(harness, 200);
            sweep(harness, 100); // Of a source that was given up, and had told it late.
            harness.run();

            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "row7"));
        }
    }

    static RowChange row(String id, String body, long follows) {
        RowChange row = change("docs", id, Op.UPSERT, doc(id, "Title", body));
        row.setPlace(new StreamPlace(STREAM, follows));
        return row;
    }

    private static void write(RefreshHarness harness, String id, String body, long follows) {
        harness.write(row(id, body, follows));
    }

    /** As connectors write it, in JSON. */
    static void sweep(RefreshHarness harness, long follows) {
        RowChange sweep = change("docs", "", Op.SWEEP, Map.of());
        sweep.setPlace(new StreamPlace(STREAM, follows));
        harness.write("docs:".getBytes(UTF_8), RowChangeJson.write(sweep), new RecordHeaders());
    }

    /** The letter as it would be if its record had been this one. */
    private static TestRecord<byte[], byte[]> mended(TestRecord<byte[], byte[]> letter, RowChange change) {
        return new TestRecord<>(letter.key(), RowChangeJson.write(change), letter.headers(), letter.getRecordTime());
    }
}
