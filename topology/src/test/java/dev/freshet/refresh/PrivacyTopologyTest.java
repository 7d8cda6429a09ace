package dev.freshet.refresh;

import static dev.freshet.refresh.RefreshHarness.DOCS;
import static dev.freshet.refresh.RefreshHarness.DOCS_INDEX;
import static dev.freshet.refresh.RefreshHarness.change;
import static dev.freshet.refresh.RefreshHarness.dataset;
import static dev.freshet.refresh.RefreshHarness.docs;
import static dev.freshet.refresh.RefreshHarness.index;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.DatasetPrivacy;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.HashKey;
import dev.freshet.schemas.privacy.PiiFinding;
import dev.freshet.schemas.privacy.PiiKind;
import dev.freshet.schemas.privacy.PiiSample;
import dev.freshet.schemas.row.RowChangeJson;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Personal data on its way through the refresh application. Each value of a column that is protected holds the word canary, which must come out nowhere. */
class PrivacyTopologyTest {
    private static final HashKey KEY = new HashKey("a key of the test's own");
    private static final Map<String, String> POLICIES = Map.of("email", "mask", "phone", "hash", "ssn", "drop");
    private static final PiiFinding BODY_FLAG = new PiiFinding("body", PiiKind.EMAIL, 0.9);

    private final RefreshHarness harness = new RefreshHarness(settings(KEY, 10));

    @AfterEach
    void close() {
        harness.close();
    }

    private static RefreshSettings settings(@Nullable HashKey key, int sampleRows) {
        return new RefreshSettings(
                RefreshHarness.TOPICS, 1, 0, 100_000, Duration.ofMinutes(1), 30, new PrivacySettings(key, sampleRows));
    }

    private static Dataset protectedDocs(long revision, Map<String, String> policies, PiiFinding... flags) {
        Dataset docs = docs(revision, "title", "body");
        return new Dataset(
                docs.id(),
                docs.name(),
                docs.idColumns(),
                docs.textColumns(),
                docs.metadataColumns(),
                docs.refreshPolicy(),
                docs.schedule(),
                docs.served(),
                docs.direct(),
                docs.created(),
                revision,
                docs.origin(),
                new DatasetPrivacy(ColumnPolicies.parse(policies), List.of(flags)));
    }

    private void show(Dataset dataset) {
        harness.catalog(2, List.of(dataset), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
    }

    private static Map<String, @Nullable Object> person(String id) {
        Map<String, @Nullable Object> columns = new HashMap<>();
        columns.put("id", id);
        columns.put("title", "Note " + id);
        columns.put("body", "Text of " + id + ".");
        columns.put("email", "ann.canary" + id + "@example.org");
        columns.put("phone", "+31 20 canary " + id);
        columns.put("ssn", "canary-" + id);
        return columns;
    }

    private void write(String id) {
        harness.write(change("docs", id, Op.UPSERT, person(id)));
    }

    /** Everything that the application wrote anywhere. */
    private void showsNoCanary() {
        assertThat(harness.stored()).doesNotContain("canary");
        assertThat(harness.images.toString()).doesNotContain("canary");
        assertThat(harness.embedder.asked().toString()).doesNotContain("canary");
        for (TestRecord<byte[], byte[]> letter : harness.deadLetters) {
            assertThat(letter.value() == null ? "" : new String(letter.value(), UTF_8))
                    .doesNotContain("canary");
            letter.headers()
                    .forEach(header -> assertThat(new String(header.value(), UTF_8))
                            .as(header.key())
                            .doesNotContain("canary"));
        }
    }

    @Test
    void shouldKeepOfAProducersRowWhatThePoliciesLet() {
        show(protectedDocs(0, POLICIES));
        write("1");
        harness.run();

        assertThat(harness.image(DOCS_INDEX, "1").getMetadata())
                .isEqualTo("{\"email\":\"a***@***\",\"id\":\"1\",\"phone\":\"" + KEY.hash("+31 20 canary 1") + "\"}");
        assertThat(harness.texts(DOCS_INDEX, "1")).contains("Text of 1.");
        showsNoCanary();

        write("1");
        harness.run();
        assertThat(harness.count("freshet.rows.unchanged")).isEqualTo(1);
    }

    @Test
    void shouldProtectTheColumnsOfARowThatCannotBeTaken() {
        show(protectedDocs(0, POLICIES));
        Map<String, @Nullable Object> columns = person("1");
        columns.put("other", new Unavailable());
        harness.write(change("docs", "1", Op.UPSERT, columns));
        harness.run();

        assertThat(harness.deadLetters).hasSize(1);
        assertThat(harness.letters().get(0).code()).isEqualTo("value_unavailable");
        assertThat(harness.letters().get(0).complete()).isTrue();
        assertThat(new String(harness.deadLetters.get(0).value(), UTF_8)).contains("a***@***", "hmac:", "Text of 1.");
        showsNoCanary();
    }

    @Test
    void shouldKeepNothingOfARecordThatCannotBeRead() {
        show(protectedDocs(0, POLICIES));
        for (String value : List.of("{\"columns\": {\"email\": canary}}", "canary", "{\"canary\": 1}")) {
            harness.write("docs:1".getBytes(UTF_8), value.getBytes(UTF_8), new RecordHeaders());
        }
        harness.run();

        assertThat(harness.deadLetters).hasSize(3);
        assertThat(harness.letters()).allSatisfy(letter -> {
            assertThat(letter.code()).isEqualTo("undecodable_record");
            assertThat(letter.complete()).isFalse();
            assertThat(letter.message()).contains("cannot be read", "protects");
        });
        showsNoCanary();
    }

    @Test
    void shouldKeepNothingOfARecordWhoseKeyNamesNoDataset() {
        show(protectedDocs(0, POLICIES));
        byte[] row = RowChangeJson.write(change("docs", "1", Op.UPSERT, person("1")));
        harness.write(null, row, new RecordHeaders());
        for (String key : List.of("42", ":1", "", "docs")) {
            harness.write(key.getBytes(UTF_8), row, new RecordHeaders());
        }
        harness.write("nobody:1".getBytes(UTF_8), "canary".getBytes(UTF_8), new RecordHeaders());
        harness.run();

        assertThat(harness.letters())
                .hasSize(6)
                .allSatisfy(letter -> assertThat(letter.complete()).isFalse());
        showsNoCanary();
    }

    @Test
    void shouldKeepNothingOfARecordWhoseKeyAndValueNameDifferentDatasets() {
        harness.catalog(
                3,
                List.of(protectedDocs(0, POLICIES), dataset(3, "other", 0, "body")),
                List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
        RowChange row = change("docs", "1", Op.UPSERT, person("1"));
        harness.write("other:1".getBytes(UTF_8), RowChangeJson.write(row), new RecordHeaders());
        harness.write("other:1".getBytes(UTF_8), harness.encode(row), new RecordHeaders());
        row.setDataset("other");
        harness.write("docs:1".getBytes(UTF_8), harness.encode(row), new RecordHeaders());
        harness.run();

        assertThat(harness.letters()).hasSize(3).allSatisfy(letter -> {
            assertThat(letter.code()).isEqualTo("invalid_row");
            assertThat(letter.complete()).isFalse();
        });
        showsNoCanary();

        harness.write("other:1".getBytes(UTF_8), "nonsense".getBytes(UTF_8), new RecordHeaders());
        assertThat(new String(harness.deadLetters.get(3).value(), UTF_8))
                .as("of a dataset without any protection")
                .isEqualTo("nonsense");
    }

    @Test
    void shouldStillShowWhatCannotBeReadWhereNothingIsProtected() {
        show(protectedDocs(0, Map.of("email", "keep")));
        harness.write("docs:1".getBytes(UTF_8), "nonsense".getBytes(UTF_8), new RecordHeaders());
        harness.run();
        assertThat(harness.letters().get(0).complete()).isTrue();
        assertThat(new String(harness.deadLetters.get(0).value(), UTF_8)).isEqualTo("nonsense");
    }

    @Test
    void shouldProtectWhatIsParked() {
        show(protectedDocs(0, POLICIES));
        write("0");
        harness.run();
        Catalog newest = harness.catalog();
        // A process whose catalog is older than what the partition has acted on takes nothing, and parks what comes.
        harness.catalog(new Catalog(0, 2, newest.datasets(), newest.indexes(), List.of()));
        write("1");
        harness.run();
        assertThat(harness.images).hasSize(1);
        assertThat(harness.stored()).contains("parked");
        showsNoCanary();

        harness.catalog(newest);
        harness.run();
        harness.advance(Duration.ofSeconds(20));
        assertThat(harness.image(DOCS_INDEX, "1").getMetadata()).contains("a***@***");
        showsNoCanary();
    }

    @Test
    void shouldProtectAChangeThatWasParkedBeforeItsDatasetWas() {
        harness.catalog(0, List.of(), List.of());
        write("1");
        harness.run();
        show(protectedDocs(0, POLICIES));
        harness.advance(Duration.ofSeconds(20));
        assertThat(harness.image(DOCS_INDEX, "1").getMetadata()).contains("a***@***");
        showsNoCanary();
    }

    @Test
    void shouldRewriteWhatIsStoredWhenPoliciesBecomeStricter() {
        show(docs(0, "title", "body"));
        for (int i = 0; i < 450; i++) {
            write(String.valueOf(i));
        }
        harness.settle();
        assertThat(harness.stored()).contains("canary");
        int asked = harness.embedder.asked().size();

        show(protectedDocs(1, POLICIES));
        harness.settle();
        assertThat(harness.images).hasSize(450);
        assertThat(harness.image(DOCS_INDEX, "449").getMetadata()).contains("a***@***", "hmac:");
        assertThat(harness.embedder.asked()).as("the text is the same").hasSize(asked);
        showsNoCanary();
    }

    @Test
    void shouldRewriteWhatIsStoredWithoutAnyIndex() {
        harness.catalog(2, List.of(docs(0, "title", "body")), List.of());
        write("1");
        harness.settle();
        harness.catalog(2, List.of(protectedDocs(1, POLICIES)), List.of());
        harness.revive();
        harness.delete("no such row");
        harness.settle();
        assertThat(harness.stored()).contains("Text of 1.");
        showsNoCanary();
    }

    @Test
    void shouldNotBringStoredValuesBackThatThePoliciesHaveNotReached() {
        show(docs(0, "title", "body"));
        write("1");
        harness.settle();
        harness.catalog(2, List.of(protectedDocs(1, POLICIES)), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
        Map<String, @Nullable Object> columns = person("1");
        columns.replaceAll((name, value) -> name.equals("title") ? "Changed" : new Unavailable());
        harness.write(change("docs", "1", Op.UPSERT, columns));
        assertThat(harness.stored()).as("before any walk").doesNotContain("canary");
        harness.settle();
        assertThat(harness.texts(DOCS_INDEX, "1")).contains("Changed", "Text of 1.");
        showsNoCanary();
    }

    @Test
    void shouldTakeTextOutOfTheIndexThatIsFlaggedAfterItWasEmbedded() {
        show(docs(0, "title", "body"));
        harness.upsert("1", "A title", "write to canary@example.org");
        harness.upsert("2", "", "only canary@example.org");
        harness.settle();
        assertThat(harness.texts(DOCS_INDEX, "1")).contains("canary");

        show(protectedDocs(1, Map.of(), BODY_FLAG));
        harness.settle();
        assertThat(harness.texts(DOCS_INDEX, "1")).isEqualTo("A title");
        assertThat(harness.image(DOCS_INDEX, "2").getChunks())
                .as("nothing is left to embed")
                .isEmpty();
        assertThat(harness.image(DOCS_INDEX, "1").getMetadata()).doesNotContain("canary");
        assertThat(harness.stored()).as("the row itself is kept").contains("canary");

        show(protectedDocs(2, Map.of("body", "keep"), BODY_FLAG));
        harness.settle();
        assertThat(harness.texts(DOCS_INDEX, "1")).contains("A title", "canary");
        assertThat(harness.texts(DOCS_INDEX, "2")).contains("canary");
    }

    @Test
    void shouldThrowAwayWhatWasBeingEmbeddedWhenItsTextWasFlagged() {
        show(docs(0, "title", "body"));
        harness.embedder.hold();
        harness.upsert("1", "A title", "write to canary@example.org");
        harness.run();
        assertThat(harness.embedder.asked().toString()).contains("canary");

        show(protectedDocs(1, Map.of(), BODY_FLAG));
        harness.embedder.release();
        harness.settle();
        assertThat(harness.history.toString()).doesNotContain("canary");
        assertThat(harness.texts(DOCS_INDEX, "1")).isEqualTo("A title");
    }

    @Test
    void shouldKeepNoOldChunksOfARowThatFailsAfterItsTextWasFlagged() {
        show(docs(0, "title", "body"));
        harness.upsert("1", "A title", "write to canary@example.org");
        harness.settle();
        harness.embedder.poison("A title");
        show(protectedDocs(1, Map.of(), BODY_FLAG));
        harness.settle();

        RowImage failed = harness.image(DOCS_INDEX, "1");
        assertThat(failed.getFailure()).isNotNull();
        assertThat(failed.getChunks()).isEmpty();
        assertThat(failed.toString()).doesNotContain("canary");
    }

    @Test
    void shouldSayWhatToDoWhereALiftedPolicyHasLeftNothingToKeep() {
        show(protectedDocs(0, Map.of("body", "drop")));
        write("1");
        harness.settle();
        assertThat(harness.stored()).doesNotContain("Text of 1.");

        show(protectedDocs(1, Map.of("body", "keep")));
        harness.settle();
        Map<String, @Nullable Object> columns = person("1");
        columns.put("title", "Changed");
        columns.put("body", new Unavailable());
        harness.write(change("docs", "1", Op.UPSERT, columns));
        harness.settle();
        assertThat(harness.letters()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("value_unavailable");
            assertThat(letter.complete()).isTrue();
            assertThat(letter.message()).contains("'body'", "a policy that has been lifted", "snapshot on request");
        });
        assertThat(harness.texts(DOCS_INDEX, "1"))
                .as("nothing is changed by half")
                .isEqualTo("Note 1");

        columns.put("body", "Text of 1.");
        harness.write(change("docs", "1", Op.UPSERT, columns));
        harness.settle();
        assertThat(harness.texts(DOCS_INDEX, "1")).contains("Changed", "Text of 1.");
        assertThat(harness.letters())
                .singleElement()
                .satisfies(letter ->
                        assertThat(harness.letter(letter.id().toString())).isEqualTo(LetterState.OPEN));
        harness.replay(harness.deadLetters.get(0));
        harness.settle();
        assertThat(harness.letters())
                .singleElement()
                .extracting(DeadLetter::state)
                .as("the whole row is newer")
                .isEqualTo(LetterState.SUPERSEDED);
        assertThat(harness.texts(DOCS_INDEX, "1")).contains("Changed", "Text of 1.");
    }

    @Test
    void shouldKeepOfARecordThatIsGivenUpWhatThePoliciesLet() {
        show(protectedDocs(0, POLICIES));
        giveUp(0);
        write("1");
        assertThat(harness.letters()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("internal");
            assertThat(letter.complete()).isTrue();
        });
        showsNoCanary();

        giveUp(1);
        harness.replay(harness.deadLetters.get(0));
        assertThat(harness.letters()).singleElement().satisfies(letter -> {
            assertThat(letter.attempts()).isEqualTo(2);
            assertThat(letter.code()).isEqualTo("internal");
            assertThat(letter.complete()).as("what the letter held is not lost").isTrue();
        });
        assertThat(new String(harness.deadLetters.get(1).value(), UTF_8)).contains("a***@***", "hmac:", "Text of 1.");

        harness.replay(harness.deadLetters.get(1));
        harness.settle();
        assertThat(harness.letters())
                .singleElement()
                .extracting(DeadLetter::state)
                .isEqualTo(LetterState.REPLAYED);
        assertThat(harness.texts(DOCS_INDEX, "1")).contains("Text of 1.");
        assertThat(harness.image(DOCS_INDEX, "1").getMetadata()).contains("a***@***");
        showsNoCanary();
    }

    @Test
    void shouldKeepOfAParkedRecordThatIsGivenUpWhatThePoliciesLet() {
        harness.catalog(0, List.of(), List.of());
        write("1");
        giveUp(0);
        show(protectedDocs(0, POLICIES));
        harness.advance(Duration.ofSeconds(20));
        assertThat(harness.letters()).singleElement().satisfies(letter -> {
            assertThat(letter.code()).isEqualTo("internal");
            assertThat(letter.complete()).isTrue();
        });
        assertThat(new String(harness.deadLetters.get(0).value(), UTF_8)).contains("a***@***", "Text of 1.");
        showsNoCanary();
    }

    @Test
    void shouldKeepNothingOfARecordThatIsGivenUpAndCannotBeReadEither() {
        show(protectedDocs(0, POLICIES));
        giveUp(0);
        harness.write("docs:1".getBytes(UTF_8), RefreshHarness.bug(), new RecordHeaders());
        giveUp(1);
        harness.write("docs:1".getBytes(UTF_8), "{\"canary\": 1}".getBytes(UTF_8), new RecordHeaders());
        assertThat(harness.letters()).hasSize(2).allSatisfy(letter -> {
            assertThat(letter.code()).isEqualTo("internal");
            assertThat(letter.complete()).isFalse();
        });
        showsNoCanary();
    }

    @Test
    void shouldSayWhatIsTooLongOfAProtectedRow() {
        show(protectedDocs(0, POLICIES));
        RowChange change = change("docs", "1", Op.UPSERT, person("1"));
        change.setSource(RefreshHarness.source(1));
        change.getSource().setTable("t".repeat(2_000));
        harness.write(change);
        assertThat(harness.letters()).singleElement().satisfies(letter -> {
            assertThat(letter.message()).isEqualTo("source.table has 2000 characters, at most 1000 are allowed");
            assertThat(letter.complete()).isTrue();
        });
        showsNoCanary();
    }

    private void giveUp(long version) {
        for (int i = 0; i < UnforeseenFailures.ATTEMPTS_MAX; i++) {
            harness.failures.failed(0, version, new IllegalStateException());
        }
    }

    @Test
    void shouldStopRatherThanKeepWhatItCannotHash() {
        try (RefreshHarness keyless = new RefreshHarness(settings(null, 0))) {
            keyless.catalog(2, List.of(protectedDocs(0, POLICIES)), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
            RowChange change = change("docs", "1", Op.UPSERT, person("1"));
            assertThatThrownBy(() -> keyless.write(change))
                    .hasStackTraceContaining("privacy.hash.key")
                    .satisfies(e -> assertThat(String.valueOf(e)).doesNotContain("canary"));
            assertThat(keyless.stored()).doesNotContain("canary");
        }
    }

    @Test
    void shouldReportWhatItFindsInTheFirstRows() {
        show(protectedDocs(0, Map.of("phone", "keep")));
        for (int i = 0; i < 30; i++) {
            Map<String, @Nullable Object> columns = person(String.valueOf(i));
            columns.put("contact", "x" + i + "@example.org");
            columns.put("late", i < 10 ? "nothing" : "x" + i + "@example.org");
            columns.put("ssn", null);
            harness.write(change("docs", String.valueOf(i), Op.UPSERT, columns));
        }
        harness.flags.send();

        assertThat(harness.flagged.get(DOCS))
                .containsExactlyInAnyOrder(
                        new PiiFinding("contact", PiiKind.EMAIL, 1.0),
                        PiiFinding.byName("email", PiiKind.EMAIL),
                        PiiFinding.byName("ssn", PiiKind.NATIONAL_ID));
        assertThat(harness.flagged.toString()).doesNotContain("canary");
    }

    @Test
    void shouldReportWhatValuesSayAsSoonAsTheyMayDecide() {
        try (RefreshHarness patient = new RefreshHarness(settings(KEY, 200))) {
            patient.catalog(2, List.of(protectedDocs(0, Map.of())), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
            for (int i = 1; i <= PiiSample.VALUES_MIN; i++) {
                patient.flags.send();
                assertThat(patient.flagged).as("%d rows", i - 1).isEmpty();
                patient.write(change(
                        "docs",
                        String.valueOf(i),
                        Op.UPSERT,
                        Map.of("id", String.valueOf(i), "title", "Note " + i, "body", "x" + i + "@example.org")));
            }
            patient.flags.send();
            assertThat(patient.flagged.get(DOCS)).containsExactly(new PiiFinding("body", PiiKind.EMAIL, 1.0));
        }
    }
}
