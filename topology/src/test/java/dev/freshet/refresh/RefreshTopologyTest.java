package dev.freshet.refresh;

import static dev.freshet.refresh.RefreshHarness.DOCS;
import static dev.freshet.refresh.RefreshHarness.DOCS_INDEX;
import static dev.freshet.refresh.RefreshHarness.change;
import static dev.freshet.refresh.RefreshHarness.directIndex;
import static dev.freshet.refresh.RefreshHarness.doc;
import static dev.freshet.refresh.RefreshHarness.docs;
import static dev.freshet.refresh.RefreshHarness.index;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.schemas.serde.VectorBytes;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

class RefreshTopologyTest {
    @Test
    void shouldWriteTheFullImageOfANewRow() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            Map<String, Object> columns = doc("1", "Title", "A body.");
            columns.put("year", 2026L);
            harness.write(change("docs", "1", Op.UPSERT, columns));
            harness.run();

            RowImage image = harness.image(DOCS_INDEX, "1");
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Title").contains("A body.");
            assertThat(image.getMetadata()).isEqualTo("{\"id\":\"1\",\"year\":2026}");
            assertThat(image.getVersion()).isZero();
            for (Chunk chunk : image.getChunks()) {
                assertThat(VectorBytes.decode(chunk.getVector())).isEqualTo(ScriptedEmbedder.vector(chunk.getText()));
            }
        }
    }

    @Test
    void shouldDoNothingForARowThatIsTheSame() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "A body.");
            harness.run();
            int asked = harness.embedder.asked().size();
            harness.upsert("1", "Title", "A body.");
            harness.run();

            assertThat(harness.embedder.asked()).hasSize(asked);
            assertThat(harness.history).hasSize(1);
            assertThat(harness.count("freshet.rows.unchanged")).isEqualTo(1);
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 1L);
        }
    }

    @Test
    void shouldEmbedNothingWhenOnlyMetadataChanges() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "A body.");
            harness.run();
            int asked = harness.embedder.asked().size();
            Map<String, Object> columns = doc("1", "Title", "A body.");
            columns.put("colour", "green");
            harness.write(change("docs", "1", Op.UPSERT, columns));

            assertThat(harness.embedder.asked()).hasSize(asked);
            assertThat(harness.image(DOCS_INDEX, "1").getMetadata()).contains("green");
            assertThat(harness.image(DOCS_INDEX, "1").getVersion()).isEqualTo(1);
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("A body.");
        }
    }

    @Test
    void shouldEmbedOnlyTheChunksThatChanged() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            StringBuilder body = new StringBuilder();
            for (int i = 0; i < 400; i++) {
                body.append("Sentence number ").append(i).append(" says something of its own. ");
            }
            harness.upsert("1", "Title", body.toString());
            harness.run();
            int chunks = harness.image(DOCS_INDEX, "1").getChunks().size();
            assertThat(chunks).isGreaterThan(50);
            int asked = harness.embedder.asked().size();
            harness.upsert("1", "Title", body.toString().replace("number 200 says", "number 200 now loudly says"));
            harness.run();

            assertThat(harness.embedder.asked().size() - asked).isBetween(1, 3);
            assertThat(harness.count("freshet.embedding.reused.chunks")).isGreaterThan(chunks - 4);
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("now loudly says");
        }
    }

    @Test
    void shouldForwardAnOlderVersionWhileANewerEditWaits() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.embedder.hold();
            harness.upsert("1", "Title", "First.");
            harness.run();
            harness.upsert("1", "Title", "Second.");
            harness.upsert("1", "Title", "Third.");
            assertThat(harness.waiting())
                    .singleElement()
                    .satisfies(stale -> assertThat(stale.pendingRows()).isEqualTo(1));
            harness.embedder.release();
            harness.run();

            assertThat(harness.history.stream().map(RowImage::getVersion)).containsExactly(0L, 2L);
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Third.");
            assertThat(harness.embedder.asked().toString()).doesNotContain("Second.");
            assertThat(harness.waiting()).isEmpty();
        }
    }

    @Test
    void shouldNeedNoModelWhenAnEditIsTakenBack() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "First.");
            harness.run();
            harness.embedder.hold();
            harness.upsert("1", "Title", "Second.");
            harness.run();
            harness.upsert("1", "Title", "First.");
            harness.run();
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("First.");
            assertThat(harness.image(DOCS_INDEX, "1").getVersion()).isEqualTo(2);
            harness.embedder.release();
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("First.");
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 2L);
        }
    }

    @Test
    void shouldDeleteAtOnceAndNeverBringARowBack() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "First.");
            harness.run();
            harness.embedder.hold();
            harness.upsert("1", "Title", "Second.");
            harness.run();
            harness.delete("1");
            assertThat(harness.deleted).containsExactly(VectorKeys.row(DOCS_INDEX, "1"));
            harness.embedder.release();
            harness.run();

            assertThat(harness.images).isEmpty();
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 2L);
        }
    }

    @Test
    void shouldTakeARowThatIsInsertedAgain() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "First.");
            harness.run();
            harness.delete("1");
            harness.upsert("1", "Title", "First.");
            harness.run();

            assertThat(harness.image(DOCS_INDEX, "1").getVersion()).isEqualTo(2);
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("First.");
        }
    }

    @Test
    void shouldKeepARowWithoutTextButWithoutChunks() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "First.");
            harness.run();
            harness.upsert("1", " ", "");
            harness.run();

            assertThat(harness.image(DOCS_INDEX, "1").getChunks()).isEmpty();
            assertThat(harness.deadLetters).isEmpty();
        }
    }

    @Test
    void shouldReadJsonAsItReadsAvro() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            String json = "{\"columns\": {\"id\": \"1\", \"title\": \"T\", \"body\": \"From JSON.\", \"price\": 1.5}}";
            harness.write("docs:1".getBytes(UTF_8), json.getBytes(UTF_8), new RecordHeaders());
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("From JSON.");
            assertThat(harness.image(DOCS_INDEX, "1").getMetadata()).contains("\"price\":1.5");

            harness.write("docs:1".getBytes(UTF_8), null, new RecordHeaders());
            assertThat(harness.images).isEmpty();
        }
    }

    @Test
    void shouldSendWhatItCannotReadToTheDeadLettersOnce() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            RecordHeaders headers = new RecordHeaders();
            headers.add("trace", "abc".getBytes(UTF_8));
            harness.write("docs:1".getBytes(UTF_8), "nonsense".getBytes(UTF_8), headers);
            harness.write("docs:2".getBytes(UTF_8), new byte[] {0, 0, 0, 0, 99, 1}, new RecordHeaders());
            harness.write(null, "{}".getBytes(UTF_8), new RecordHeaders());
            harness.upsert("3", "Title", "Good.");
            harness.run();

            assertThat(harness.deadLetters).hasSize(3);
            TestRecord<byte[], byte[]> first = harness.deadLetters.get(0);
            assertThat(first.value()).isEqualTo("nonsense".getBytes(UTF_8));
            assertThat(header(first, "trace")).isEqualTo("abc");
            assertThat(header(first, "freshet-error-code")).isEqualTo("undecodable_record");
            assertThat(header(first, "freshet-dead-letter-id")).isEqualTo("0-0-0");
            assertThat(header(harness.deadLetters.get(1), "freshet-error-code")).isEqualTo("undecodable_record");
            assertThat(header(harness.deadLetters.get(2), "freshet-error-code")).isEqualTo("invalid_row");
            assertThat(harness.images).hasSize(1);
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 3L);
        }
    }

    @Test
    void shouldMarkARowThatTheModelRefusesAndKeepItsImage() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "Good.");
            harness.run();
            harness.embedder.poison("poison");
            harness.upsert("1", "Title", "Has poison.");
            harness.run();

            RowImage image = harness.image(DOCS_INDEX, "1");
            assertThat(image.getFailure().getCode()).isEqualTo("embedding_refused");
            assertThat(image.getVersion()).isEqualTo(1);
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Good.").doesNotContain("poison");
            assertThat(harness.deadLetters).hasSize(1);
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 1L);

            harness.embedder.poison("");
            harness.upsert("1", "Title", "Has poison.");
            harness.run();
            assertThat(harness.image(DOCS_INDEX, "1").getFailure()).isNull();
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Has poison.");
        }
    }

    @Test
    void shouldTryAgainWhileTheModelIsOutOfReach() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.embedder.failNext(3);
            harness.upsert("1", "Title", "First.");
            harness.run();
            assertThat(harness.images).isEmpty();
            assertThat(harness.watermarks.getOrDefault(DOCS_INDEX, -1L)).isEqualTo(-1);
            harness.runScheduled();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("First.");
            assertThat(harness.deadLetters).isEmpty();
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 0L);
        }
    }

    @Test
    void shouldNotLetTheWatermarkPassAWaitingRow() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "First.");
            harness.run();
            harness.embedder.hold();
            harness.upsert("2", "Title", "Second.");
            harness.upsert("1", "Title", "First.");
            harness.run();
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 0L);
            harness.embedder.release();
            harness.run();
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 2L);
        }
    }

    @Test
    void shouldRefuseARowThatIsTooLarge() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "word ".repeat(30_000));
            harness.run();

            assertThat(header(harness.deadLetters.get(0), "freshet-error-code")).isEqualTo("row_too_large");
            assertThat(header(harness.deadLetters.get(0), "freshet-error-message"))
                    .contains("max.row.bytes");
            assertThat(harness.image(DOCS_INDEX, "1").getFailure().getCode()).isEqualTo("row_too_large");
        }
    }

    @Test
    void shouldKeepTheStoredValueOfAnUnavailableColumn() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "A large body.");
            harness.run();
            Map<String, Object> columns = doc("1", "New title", "");
            columns.put("body", new Unavailable());
            harness.write(change("docs", "1", Op.UPSERT, columns));
            harness.write(change("docs", "2", Op.UPSERT, columns));
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("New title").contains("A large body.");
            assertThat(harness.images).hasSize(1);
            assertThat(header(harness.deadLetters.get(0), "freshet-error-code")).isEqualTo("value_unavailable");
        }
    }

    @Test
    void shouldParkRowsOfAnUnknownDatasetUntilItIsThere() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.upsert("1", "Title", "Early.");
            harness.run();
            assertThat(harness.images).isEmpty();
            harness.catalog(2, List.of(docs(0, "title", "body")), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Early.");
            assertThat(harness.deadLetters).isEmpty();
        }
    }

    @Test
    void shouldGiveUpRowsWhoseDatasetNeverComes() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.upsert("1", "Title", "Lost.");
            harness.advance(Duration.ofMinutes(5));
            assertThat(harness.deadLetters).isEmpty();
            harness.advance(Duration.ofMinutes(6));
            assertThat(header(harness.deadLetters.get(0), "freshet-error-code")).isEqualTo("unknown_dataset");
            harness.advance(Duration.ofMinutes(6));
            assertThat(harness.deadLetters).hasSize(1);
        }
    }

    @Test
    void shouldFillANewIndexFromTheStoredRows() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            for (int i = 0; i < 450; i++) {
                harness.upsert("row" + i, "Title", "Body of " + i + ".");
            }
            harness.run();
            harness.embedder.hold();
            harness.catalog(
                    3,
                    List.of(docs(0, "title", "body")),
                    List.of(index(DOCS_INDEX, "docs_v1", DOCS), index(3, "docs_v2", DOCS)));
            harness.run();
            assertThat(harness.watermarks.getOrDefault(3L, -1L)).isEqualTo(-1);
            harness.embedder.release();
            harness.settle();

            assertThat(harness.images).hasSize(900);
            assertThat(harness.texts(3, "row449")).contains("Body of 449.");
            assertThat(harness.watermarks).containsEntry(3L, 449L);
        }
    }

    @Test
    void shouldClearADroppedIndexAndKeepTheOthers() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.catalog(
                    3,
                    List.of(docs(0, "title", "body")),
                    List.of(index(DOCS_INDEX, "docs_v1", DOCS), index(3, "docs_v2", DOCS)));
            for (int i = 0; i < 300; i++) {
                harness.upsert("row" + i, "Title", "Body of " + i + ".");
            }
            harness.run();
            assertThat(harness.images).hasSize(600);
            harness.catalog(3, List.of(docs(0, "title", "body")), List.of(index(3, "docs_v2", DOCS)));
            harness.run();

            assertThat(harness.images)
                    .hasSize(300)
                    .allSatisfy((key, image) -> assertThat(image.getIndexId()).isEqualTo(3));
        }
    }

    @Test
    void shouldNotTakeALaggingCatalogForADroppedIndex() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "Body.");
            harness.run();
            harness.catalog(0, List.of(), List.of());
            harness.run();
            assertThat(harness.images).hasSize(1);
        }
    }

    @Test
    void shouldNeverMeetOldRowsUnderANameThatIsUsedAgain() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("old", "Title", "Body.");
            harness.run();
            harness.catalog(
                    4, List.of(RefreshHarness.dataset(3, "docs", 0, "title", "body")), List.of(index(4, "docs_v1", 3)));
            RowChange late = change("docs", "late", Op.UPSERT, doc("late", "Title", "Meant for the old one."));
            late.setDatasetId(DOCS);
            harness.write(late);
            RowChange fresh = change("docs", "new", Op.UPSERT, doc("new", "Title", "Body."));
            fresh.setDatasetId(3L);
            harness.write(fresh);
            harness.run();

            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(4, "new"));
            assertThat(harness.count("freshet.rows.outdated")).isEqualTo(1);
        }
    }

    @Test
    void shouldEmbedAnewWhenTheTextColumnsChange() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "Body.");
            harness.run();
            harness.catalog(2, List.of(docs(1, "body")), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).isEqualTo("Body.");
            assertThat(harness.image(DOCS_INDEX, "1").getMetadata()).contains("\"title\":\"Title\"");
        }
    }

    @Test
    void shouldDeleteTheRowsBeforeATruncateAndKeepThoseAfter() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            for (int i = 0; i < 250; i++) {
                RowChange row = change("docs", "row" + i, Op.UPSERT, doc("row" + i, "Title", "Body " + i));
                row.setSource(RefreshHarness.source(i));
                harness.write(row);
            }
            harness.run();
            RowChange truncate = change("docs", "", Op.TRUNCATE, Map.of());
            truncate.setSource(RefreshHarness.source(249));
            harness.write(truncate);
            harness.upsert("after", "Title", "Body");
            harness.run();

            assertThat(harness.images)
                    .containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "row249"), VectorKeys.row(DOCS_INDEX, "after"));
        }
    }

    @Test
    void shouldKeepRowsThatAreLoadedAgainAfterATruncate() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            for (int i = 0; i < 450; i++) {
                harness.upsert("row" + i, "Title", "Body " + i);
            }
            harness.run();
            harness.write(change("docs", "", Op.TRUNCATE, Map.of()));
            // The same rows as before, while the walk that truncates has not come to them.
            harness.upsert("row7", "Title", "Body 7");
            RowChange kept = change("docs", "row449", Op.UPSERT, doc("row449", "Title", ""));
            kept.getColumns().put("body", new Unavailable());
            harness.write(kept);
            harness.run();

            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "row7"));
            assertThat(header(harness.deadLetters.get(0), "freshet-error-code")).isEqualTo("value_unavailable");
        }
    }

    @Test
    void shouldKeepARowThatTheSourceWroteAgainAfterItsTruncate() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            RowChange row = change("docs", "r", Op.UPSERT, doc("r", "Title", "Body"));
            row.setSource(RefreshHarness.source(100));
            harness.write(row);
            harness.run();
            RowChange again = change("docs", "r", Op.UPSERT, doc("r", "Title", "Body"));
            again.setSource(RefreshHarness.source(160));
            harness.write(again);
            RowChange truncate = change("docs", "", Op.TRUNCATE, Map.of());
            truncate.setSource(RefreshHarness.source(150));
            harness.write(truncate);
            harness.run();

            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "r"));
        }
    }

    @Test
    void shouldRefuseWhatWouldMakeARecordTooLargeForKafka() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            Map<String, Object> columns = doc("1", "Title", "Body.");
            columns.put("blob", "\u0001".repeat(1024 * 1024));
            harness.write(change("docs", "1", Op.UPSERT, columns));
            harness.upsert("2", "Title", "Body.");
            harness.run();

            assertThat(header(harness.deadLetters.get(0), "freshet-error-code")).isEqualTo("row_too_large");
            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "2"));
        }
    }

    @Test
    void shouldRefuseAColumnThatIsSaidToBeJsonAndIsNot() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            Map<String, Object> columns = doc("1", "Title", "Body.");
            columns.put("tags", new Json("oops"));
            harness.write(change("docs", "1", Op.UPSERT, columns));
            // It would be written as 1E+2147483649, which nothing reads.
            columns.put("tags", new Json("[100e2147483647]"));
            harness.write(change("docs", "1", Op.UPSERT, columns));
            harness.run();

            assertThat(harness.deadLetters)
                    .hasSize(2)
                    .allSatisfy(letter ->
                            assertThat(header(letter, "freshet-error-code")).isEqualTo("undecodable_record"));
            assertThat(harness.images).isEmpty();
        }
    }

    @Test
    void shouldNotTellThatAnOldChangeIsReflectedWhileOnlyANewerOneWaits() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("a", "Title", "Old.");
            harness.upsert("b", "Title", "Other.");
            harness.run();
            harness.embedder.hold();
            harness.catalog(
                    3,
                    List.of(docs(0, "title", "body")),
                    List.of(index(DOCS_INDEX, "docs_v1", DOCS), index(3, "docs_v2", DOCS)));
            harness.upsert("a", "Title", "New.");
            harness.run();

            // The new index has nothing of row a yet, not even what was written at offset 0.
            assertThat(harness.watermarks.getOrDefault(3L, -1L)).isEqualTo(-1);
            harness.embedder.release();
            harness.run();
            assertThat(harness.watermarks).containsEntry(3L, 2L);
        }
    }

    @Test
    void shouldClearAnIndexThatWasDroppedBeforeTheClockEverRan() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.upsert("1", "Title", "Body.");
            harness.catalog(2, List.of(docs(0, "title", "body")), List.of());
            harness.run();
            harness.catalog(3, List.of(docs(0, "title", "body")), List.of(index(3, "docs_v2", DOCS)));
            harness.run();

            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(3, "1"));
            assertThat(harness.waiting()).isEmpty();
        }
    }

    @Test
    void shouldGiveUpWorkForADroppedIndex() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.embedder.failNext(1_000);
            for (int i = 0; i < 100; i++) {
                harness.upsert("row" + i, "Title", "Body.");
            }
            harness.run();
            harness.catalog(3, List.of(docs(0, "title", "body")), List.of(index(3, "docs_v2", DOCS)));
            harness.run();
            harness.embedder.failNext(0);
            harness.runScheduled();

            assertThat(harness.images)
                    .hasSize(100)
                    .allSatisfy((key, image) -> assertThat(image.getIndexId()).isEqualTo(3));
        }
    }

    @Test
    void shouldGoOnFromTheStoresWhenTheTaskIsRevived() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.embedder.hold();
            harness.upsert("1", "Title", "First.");
            harness.run();
            harness.revive();
            harness.upsert("2", "Title", "Second.");
            harness.run();
            harness.embedder.release();
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("First.");
            assertThat(harness.history).hasSize(2);
            assertThat(harness.waiting()).isEmpty();
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 1L);
        }
    }

    @Test
    void shouldTruncateRowsThatWereParkedBeforeTheTruncate() {
        try (RefreshHarness harness = new RefreshHarness()) {
            for (int i = 0; i < 1_200; i++) {
                harness.upsert("row" + i, "Title", "Body " + i);
            }
            harness.catalog(2, List.of(docs(0, "title", "body")), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
            harness.write(change("docs", "", Op.TRUNCATE, Map.of()));
            harness.upsert("after", "Title", "Body");
            harness.run();
            harness.run();

            assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "after"));
        }
    }

    @Test
    void shouldRefuseMetadataThatOnlyAChangedDatasetMakesTooLarge() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            Map<String, Object> columns = doc("1", "Title", "Body.");
            columns.put("body", "\u0001".repeat(90_000));
            columns.put("extra", "x".repeat(3_900_000));
            harness.write(change("docs", "1", Op.UPSERT, columns));
            harness.upsert("2", "Title", "Body.");
            harness.run();
            // The body is no text any more, and escaping makes metadata of it that do not fit.
            harness.catalog(2, List.of(docs(1, "title")), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
            harness.run();

            assertThat(harness.image(DOCS_INDEX, "1").getFailure().getCode()).isEqualTo("row_too_large");
            assertThat(harness.image(DOCS_INDEX, "1").getMetadata()).isEqualTo("{}");
            assertThat(harness.image(DOCS_INDEX, "2").getMetadata()).contains("Body.");
        }
    }

    @Test
    void shouldSendARecordThatIsTooLargeToTheDeadLettersWithoutItsValue() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.write("docs:1".getBytes(UTF_8), new byte[17 << 20], new RecordHeaders());
            harness.write(new byte[9 << 20], null, new RecordHeaders());
            harness.upsert("2", "Title", "Body.");
            harness.run();

            assertThat(header(harness.deadLetters.get(0), "freshet-error-code")).isEqualTo("row_too_large");
            assertThat(harness.deadLetters.get(0).value()).isNull();
            assertThat(header(harness.deadLetters.get(1), "freshet-error-message"))
                    .hasSizeLessThan(4_000);
            assertThat(harness.deadLetters.get(1).key()).isNull();
            assertThat(harness.images).hasSize(1);
        }
    }

    @Test
    void shouldLetTheWatermarkFollowARowThatIsEditedFasterThanItEmbeds() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.embedder.hold();
            harness.upsert("1", "Title", "Edit 0.");
            harness.run();
            harness.upsert("1", "Title", "Edit 1.");
            harness.embedder.release();
            harness.embedder.hold();
            harness.run();

            assertThat(harness.image(DOCS_INDEX, "1").getVersion()).isZero();
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 0L);
            harness.embedder.release();
            harness.run();
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 1L);
        }
    }

    @Test
    void shouldTakeVectorsThatRowsBring() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.catalog(2, List.of(RefreshHarness.dataset(1, "own", 0)), List.of(directIndex(2, "own", 1, 3)));
            RowChange row = change("own", "a", Op.UPSERT, Map.of("colour", "green"));
            row.setVector(List.of(1f, 2f, 3f));
            harness.write(row);
            assertThat(VectorBytes.decode(
                            harness.image(2, "a").getChunks().get(0).getVector()))
                    .containsExactly(1, 2, 3);

            RowChange again = change("own", "a", Op.UPSERT, Map.of());
            again.setVector(List.of(3f, 2f, 1f));
            again.setKeepColumns(true);
            harness.write(again);
            assertThat(harness.image(2, "a").getMetadata()).isEqualTo("{\"colour\":\"green\"}");

            RowChange wrong = change("own", "b", Op.UPSERT, Map.of());
            wrong.setVector(List.of(1f, 2f));
            harness.write(wrong);
            RowChange zero = change("own", "c", Op.UPSERT, Map.of());
            zero.setVector(List.of(0f, 0f, 0f));
            harness.write(zero);
            RowChange nan = change("own", "d", Op.UPSERT, Map.of());
            nan.setVector(List.of(0f, Float.NaN, 0f));
            harness.write(nan);
            assertThat(harness.images).hasSize(1);
            assertThat(harness.deadLetters.stream().map(letter -> header(letter, "freshet-error-code")))
                    .containsExactly("dimension_mismatch", "invalid_vector", "invalid_vector");
            assertThat(harness.embedder.asked()).isEmpty();
        }
    }

    @Test
    void shouldEndWithWhatTheRowsImplyAfterAnyChanges() {
        long seed = System.nanoTime();
        System.out.println("seed " + seed);
        Random random = new Random(seed);
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            Map<String, String> oracle = new TreeMap<>();
            for (int step = 0; step < 1_500; step++) {
                String id = "r" + random.nextInt(40);
                int dice = random.nextInt(10);
                if (dice < 2) {
                    harness.delete(id);
                    oracle.remove(id);
                } else if (dice < 9) {
                    String body = "Body " + random.nextInt(5) + ".";
                    Map<String, Object> columns = doc(id, "Title", body);
                    columns.put("n", (long) random.nextInt(3));
                    harness.write(change("docs", id, Op.UPSERT, columns));
                    oracle.put(id, body + columns.get("n"));
                } else if (random.nextBoolean()) {
                    harness.embedder.hold();
                } else {
                    harness.embedder.release();
                    harness.run();
                }
            }
            harness.embedder.release();
            harness.run();
            harness.run();

            Map<String, String> actual = new HashMap<>();
            harness.images.forEach((key, image) -> {
                String n = image.getMetadata().replaceAll(".*\"n\":(\\d).*", "$1");
                String text =
                        image.getChunks().get(image.getChunks().size() - 1).getText();
                actual.put(VectorKeys.rowKey(key), text.substring(text.indexOf("Body")) + n);
            });
            assertThat(actual).as("seed " + seed).isEqualTo(oracle);
            assertThat(harness.waiting()).isEmpty();
        }
    }

    private static String header(TestRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }
}
