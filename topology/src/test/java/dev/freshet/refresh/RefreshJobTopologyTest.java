package dev.freshet.refresh;

import static dev.freshet.refresh.RefreshHarness.DOCS;
import static dev.freshet.refresh.RefreshHarness.DOCS_INDEX;
import static dev.freshet.refresh.RefreshHarness.change;
import static dev.freshet.refresh.RefreshHarness.doc;
import static dev.freshet.refresh.RefreshHarness.docs;
import static dev.freshet.refresh.RefreshHarness.index;
import static dev.freshet.refresh.RefreshHarness.otherIndex;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobWork;
import dev.freshet.catalog.JobWork.Drop;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.catalog.JobWork.IndexName;
import dev.freshet.catalog.JobWork.Refresh;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.refresh.StaleView.IndexFreshness;
import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.avro.MergeKind;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.schemas.serde.VectorBytes;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** What one partition does for refreshes, backfills, rebuilds and drops, and under each refresh policy. */
class RefreshJobTopologyTest {
    private static final long OTHER_INDEX = 3;

    private RefreshHarness harness = new RefreshHarness();
    private final CatalogScript catalog = new CatalogScript();

    @AfterEach
    void close() {
        harness.close();
    }

    /** The catalog, changed step by step. */
    final class CatalogScript {
        private final Map<Long, Dataset> datasets = new TreeMap<>();
        private final Map<Long, IndexDefinition> indexes = new TreeMap<>();
        private final Map<Long, Job> jobs = new TreeMap<>();
        private long lastId = 9;

        CatalogScript policy(RefreshPolicy policy) {
            Dataset docs = datasets.getOrDefault(DOCS, docs(0, "title", "body"));
            return dataset(withPolicy(docs, policy));
        }

        CatalogScript dataset(Dataset dataset) {
            datasets.put(dataset.id(), dataset);
            lastId = Math.max(lastId, dataset.id());
            return this;
        }

        CatalogScript with(IndexDefinition index) {
            indexes.put(index.id(), index);
            lastId = Math.max(lastId, index.id());
            return this;
        }

        CatalogScript without(long indexId) {
            indexes.remove(indexId);
            return this;
        }

        CatalogScript withoutDataset(long datasetId) {
            datasets.remove(datasetId);
            indexes.values().removeIf(index -> index.datasetId() == datasetId);
            return this;
        }

        long start(JobWork work) {
            long id = ++lastId;
            jobs.put(id, job(id, JobState.RUNNING, work));
            show();
            return id;
        }

        CatalogScript end(long id, JobState state) {
            jobs.computeIfPresent(id, (known, job) -> job(known, state, job.work()));
            return this;
        }

        CatalogScript show() {
            harness.catalog(
                    lastId, List.copyOf(datasets.values()), List.copyOf(indexes.values()), List.copyOf(jobs.values()));
            return this;
        }

        private Job job(long id, JobState state, JobWork work) {
            @Nullable Instant finished = state == JobState.RUNNING ? null : Instant.EPOCH;
            return new Job(id, state, 0, 1, work, Instant.EPOCH, finished, null, List.of());
        }
    }

    private static Dataset withPolicy(Dataset dataset, RefreshPolicy policy) {
        return new Dataset(
                dataset.id(),
                dataset.name(),
                dataset.idColumns(),
                dataset.textColumns(),
                dataset.metadataColumns(),
                policy,
                null,
                null,
                false,
                Instant.EPOCH,
                dataset.revision());
    }

    private void docsWithPolicy(RefreshPolicy policy) {
        catalog.policy(policy).with(index(DOCS_INDEX, "docs_v1", DOCS)).show();
    }

    private long refresh() {
        return catalog.start(new Refresh(DOCS, "docs", false));
    }

    private static Fill fill(boolean rebuild, long... indexes) {
        List<IndexName> names = new ArrayList<>();
        for (long id : indexes) {
            names.add(new IndexName(id, "index" + id));
        }
        return new Fill(DOCS, "docs", names, rebuild);
    }

    private ProgressEntry report(long job) {
        ProgressEntry report = harness.reports.get(job);
        if (report == null) {
            throw new AssertionError("no report of job " + job + ", only of " + harness.reports.keySet());
        }
        return report;
    }

    private void assertEnded(long job, long done, long skipped, long failed) {
        ProgressEntry report = report(job);
        assertThat(report.getFinishedSteps()).as("steps of " + report).isEqualTo(1);
        assertThat(List.of(report.getDone(), report.getSkipped(), report.getFailed()))
                .as("done, skipped and failed")
                .containsExactly(done, skipped, failed);
        assertThat(report.getTotal()).isEqualTo(done + skipped + failed);
        catalog.end(job, JobState.DONE).show();
        harness.settle();
    }

    private IndexFreshness freshness(long indexId) {
        return harness.stale.freshness().stream()
                .filter(index -> index.indexId() == indexId)
                .findFirst()
                .orElseThrow();
    }

    private void writeRows(int count) {
        for (int i = 0; i < count; i++) {
            harness.upsert("row" + i, "Title", "Body of " + i + ".");
        }
    }

    private long images(long indexId) {
        return harness.images.keySet().stream()
                .filter(key -> VectorKeys.indexId(key) == indexId)
                .count();
    }

    @Test
    void shouldHoldRowsUntilARefreshUnderManual() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        writeRows(1_000);
        harness.settle();
        assertThat(harness.images).isEmpty();
        assertThat(harness.embedder.asked()).isEmpty();
        assertThat(freshness(DOCS_INDEX).pendingRows()).isEqualTo(1_000);
        assertThat(freshness(DOCS_INDEX).staleSince()).isNotNull();
        assertThat(freshness(DOCS_INDEX).lastEmbedded()).isNull();
        assertThat(harness.watermarks).containsEntry(DOCS_INDEX, -1L);

        long job = refresh();
        harness.settle();
        assertThat(images(DOCS_INDEX)).isEqualTo(1_000);
        assertThat(freshness(DOCS_INDEX).pendingRows()).isZero();
        assertThat(freshness(DOCS_INDEX).staleSince()).isNull();
        assertThat(freshness(DOCS_INDEX).lastEmbedded()).isNotNull();
        assertEnded(job, 1_000, 0, 0);

        harness.upsert("after", "Title", "Body.");
        harness.settle();
        assertThat(images(DOCS_INDEX)).as("the next change waits again").isEqualTo(1_000);
    }

    @Test
    void shouldEmbedOnlyTheChangedChunksOfTheNewestTextsInARefresh() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        StringBuilder body = new StringBuilder();
        for (int i = 0; i < 100; i++) {
            body.append("Sentence number ").append(i).append(" says something of its own. ");
        }
        for (int i = 0; i < 30; i++) {
            harness.upsert("row" + i, "Title " + i, body.toString());
        }
        assertEnded(settled(refresh()), 30, 0, 0);
        int asked = harness.embedder.asked().size();
        for (String word : List.of("first", "second")) {
            for (int i = 0; i < 10; i++) {
                harness.upsert("row" + i, "Title " + i, body.toString().replace("number 50 says", word + " says"));
            }
        }
        harness.settle();
        assertThat(freshness(DOCS_INDEX).pendingRows()).isEqualTo(10);
        assertThat(harness.embedder.asked()).hasSize(asked);

        assertEnded(settled(refresh()), 10, 0, 0);
        assertThat(harness.embedder.asked().size() - asked).isBetween(10, 30);
        assertThat(harness.texts(DOCS_INDEX, "row3")).contains("second says");
        assertThat(harness.embedder.asked().toString()).doesNotContain("first says");
    }

    private long settled(long job) {
        harness.settle();
        return job;
    }

    @Test
    void shouldDoAtOnceWhatNeedsNoModelUnderManual() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        harness.upsert("deleted", "Title", "Body.");
        harness.upsert("labelled", "Title", "Body.");
        harness.upsert("back", "Title", "Body.");
        assertEnded(settled(refresh()), 3, 0, 0);

        harness.delete("deleted");
        Map<String, Object> labelled = doc("labelled", "Title", "Body.");
        labelled.put("colour", "green");
        harness.write(change("docs", "labelled", Op.UPSERT, labelled));
        harness.upsert("back", "Title", "Edited.");
        harness.upsert("back", "Title", "Body.");
        harness.settle();

        assertThat(harness.deleted).containsExactly(VectorKeys.row(DOCS_INDEX, "deleted"));
        assertThat(harness.image(DOCS_INDEX, "labelled").getMetadata()).contains("green");
        assertThat(harness.image(DOCS_INDEX, "back").getVersion()).isEqualTo(harness.nextVersion() - 1);
        assertThat(freshness(DOCS_INDEX).staleSince()).isNull();
    }

    @Test
    void shouldBeIdleBesideRowsThatAreHeld() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        writeRows(50);
        harness.settle();
        assertThat(harness.busy()).isFalse();
        long records = harness.watermarkRecords;
        harness.advance(Duration.ofHours(3));

        assertThat(harness.busy()).isFalse();
        assertThat(harness.watermarkRecords).isEqualTo(records);
        assertThat(gauge("freshet.held.rows", "docs_v1")).isEqualTo(50);
        assertThat(gauge("freshet.pending.rows", "docs_v1")).isEqualTo(50);
        assertThat(gauge("freshet.backfill.rows", "docs_v1")).isZero();
        harness.upsert("row3", "Title", "Edited.");
        harness.settle();
        assertThat(gauge("freshet.held.rows", "docs_v1")).isEqualTo(50);
    }

    private double gauge(String name, String index) {
        return harness.meters.get(name).tag("index", index).gauge().value();
    }

    @Test
    void shouldShowTheGaugesOfAnIndexForAsLongAsThereIsOne() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        writeRows(5);
        harness.settle();
        assertThat(gauge("freshet.pending.rows", "docs_v1")).isEqualTo(5);
        catalog.withoutDataset(DOCS)
                .dataset(withPolicy(RefreshHarness.dataset(20, "docs", 0, "title", "body"), RefreshPolicy.MANUAL))
                .with(index(21, "docs_v1", 20))
                .show();
        harness.settle();
        writeRows(2);
        harness.settle();
        assertThat(gauge("freshet.pending.rows", "docs_v1"))
                .as("the successor's, under the same name")
                .isEqualTo(2);
        catalog.withoutDataset(20).show();
        harness.settle();
        assertThat(harness.meters.find("freshet.pending.rows").gauges()).isEmpty();
    }

    @Test
    void shouldFollowAPolicyThatChangesWhileRowsWait() {
        docsWithPolicy(RefreshPolicy.SCHEDULED);
        writeRows(40);
        harness.settle();
        assertThat(harness.images).isEmpty();
        catalog.policy(RefreshPolicy.ON_APPEND).show();
        harness.settle();
        assertThat(images(DOCS_INDEX)).isEqualTo(40);

        harness.embedder.hold();
        harness.upsert("more", "Title", "Body.");
        harness.run();
        catalog.policy(RefreshPolicy.MANUAL).show();
        harness.upsert("held", "Title", "Body.");
        harness.embedder.release();
        harness.settle();
        assertThat(images(DOCS_INDEX)).as("what was under way still comes").isEqualTo(41);
        assertThat(freshness(DOCS_INDEX).pendingRows()).isEqualTo(1);
    }

    @Test
    void shouldLeaveAnEditThatComesDuringARefreshForTheNextOne() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        harness.upsert("a", "Title", "First.");
        harness.settle();
        harness.embedder.hold();
        long job = refresh();
        harness.run();
        harness.upsert("a", "Title", "Second.");
        harness.embedder.release();
        harness.settle();

        assertThat(harness.texts(DOCS_INDEX, "a")).contains("First.");
        assertThat(freshness(DOCS_INDEX).pendingRows()).isEqualTo(1);
        assertEnded(job, 1, 0, 0);
        assertEnded(settled(refresh()), 1, 0, 0);
        assertThat(harness.texts(DOCS_INDEX, "a")).contains("Second.");
    }

    @Test
    void shouldFindARowAgainThatWasPassedOverWhenItMayGo() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        harness.upsert("a", "Title", "First.");
        harness.settle();
        harness.embedder.hold();
        refresh();
        harness.run();
        harness.upsert("later", "Title", "Came during the refresh.");
        harness.run();
        assertThat(harness.embedder.asked()).hasSize(1);
        catalog.policy(RefreshPolicy.ON_APPEND).show();
        harness.embedder.release();
        harness.settle();

        assertThat(images(DOCS_INDEX)).isEqualTo(2);
    }

    @Test
    void shouldFindARowAgainThatWasPassedOverBeforeARefreshMadeItItsOwn() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        harness.upsert("a", "Title", "First.");
        assertEnded(settled(refresh()), 1, 0, 0);
        harness.otherEmbedder.hold();
        long fill = catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).start(fill(false, OTHER_INDEX));
        harness.run();
        harness.upsert("a", "Title", "Edited, and still the work of the backfill.");
        harness.upsert("b", "Title", "Nobody's work.");
        harness.run();
        assertThat(harness.otherEmbedder.asked()).hasSize(2);
        long refresh = refresh();
        harness.run();
        assertThat(harness.otherEmbedder.asked()).hasSize(3);
        harness.otherEmbedder.release();
        harness.settle();

        assertThat(images(OTHER_INDEX)).isEqualTo(2);
        assertEnded(fill, 1, 0, 0);
        assertEnded(refresh, 3, 0, 0);
    }

    @Test
    void shouldNotLetRowsOfACancelledJobGoBesideThoseOfAnother() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        writeRows(450);
        harness.settle();
        long cancelled = catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).start(fill(false, OTHER_INDEX));
        harness.wake();
        harness.advance(Duration.ofMillis(20));
        catalog.end(cancelled, JobState.CANCELLED).show();
        harness.settle();
        int asked = harness.otherEmbedder.asked().size();
        assertThat(asked).isLessThan(450);
        assertEnded(settled(catalog.start(fill(true, OTHER_INDEX))), 450, 0, 0);

        assertThat(harness.otherEmbedder.asked()).hasSize(asked + 450);
    }

    @Test
    void shouldBringNewColumnsToRowsThatWereUnderWayForAnOlderBackfill() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        writeRows(3);
        assertEnded(settled(refresh()), 3, 0, 0);
        harness.embedder.hold();
        long older = catalog.start(fill(true, DOCS_INDEX));
        harness.run();
        catalog.end(older, JobState.CANCELLED);
        long newer = catalog.dataset(withPolicy(docs(1, "body"), RefreshPolicy.MANUAL))
                .start(fill(false, DOCS_INDEX));
        harness.run();
        harness.embedder.release();
        harness.settle();

        assertEnded(newer, 3, 0, 0);
        assertThat(freshness(DOCS_INDEX).pendingRows()).isZero();
        assertThat(harness.texts(DOCS_INDEX, "row2")).isEqualTo("Body of 2.");
    }

    @Test
    void shouldBringNewColumnsToRowsThatAreUnderWayForARefresh() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        writeRows(3);
        harness.settle();
        harness.embedder.hold();
        long refresh = refresh();
        harness.run();
        long fill = catalog.dataset(withPolicy(docs(1, "body"), RefreshPolicy.MANUAL))
                .start(fill(false, DOCS_INDEX));
        harness.run();
        harness.embedder.release();
        harness.settle();

        assertEnded(refresh, 3, 0, 0);
        assertEnded(fill, 0, 3, 0);
        assertThat(freshness(DOCS_INDEX).pendingRows()).isZero();
        assertThat(harness.texts(DOCS_INDEX, "row2")).isEqualTo("Body of 2.");
    }

    @Test
    void shouldNotCountWhatWasUnderWayForACancelledRefreshAsTheWorkOfTheNextOne() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        harness.upsert("a", "Title", "First.");
        harness.settle();
        harness.embedder.hold();
        long first = refresh();
        harness.run();
        harness.upsert("a", "Title", "Second.");
        catalog.end(first, JobState.CANCELLED);
        long second = refresh();
        harness.run();
        harness.embedder.release();
        harness.settle();

        assertEnded(second, 1, 0, 0);
        assertThat(freshness(DOCS_INDEX).pendingRows()).isZero();
        assertThat(harness.texts(DOCS_INDEX, "a")).contains("Second.");
    }

    @Test
    void shouldNotGoBackToAnOlderImage() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        harness.upsert("a", "Title", "First.");
        assertEnded(settled(refresh()), 1, 0, 0);
        harness.upsert("a", "Title", "Second.");
        harness.embedder.hold();
        long job = catalog.start(fill(true, DOCS_INDEX));
        harness.run();
        harness.upsert("a", "Title", "First.");
        long version = harness.image(DOCS_INDEX, "a").getVersion();
        assertThat(version).as("set back to what the index has").isPositive();
        harness.embedder.release();
        harness.settle();

        assertThat(harness.history.stream().map(RowImage::getVersion))
                .isSorted()
                .endsWith(version);
        assertEnded(job, 1, 0, 0);
        assertThat(harness.texts(DOCS_INDEX, "a")).contains("First.");
        assertThat(freshness(DOCS_INDEX).pendingRows()).isZero();
        assertThat(harness.watermarks).containsEntry(DOCS_INDEX, harness.nextVersion() - 1);
    }

    @Test
    void shouldHoldWhatACancelledRebuildWantedEmbeddedAgain() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        harness.upsert("a", "Title", "First.");
        assertEnded(settled(refresh()), 1, 0, 0);
        harness.embedder.hold();
        harness.upsert("a", "Title", "Second.");
        long refresh = refresh();
        harness.run();
        long rebuild = catalog.start(fill(true, DOCS_INDEX));
        harness.run();
        catalog.end(refresh, JobState.CANCELLED)
                .end(rebuild, JobState.CANCELLED)
                .show();
        int asked = harness.embedder.asked().size();
        harness.embedder.release();
        harness.settle();

        assertThat(harness.embedder.asked()).hasSize(asked);
        assertThat(freshness(DOCS_INDEX).pendingRows()).isEqualTo(1);
    }

    @Test
    void shouldHoldTheRowsOfAnEndedJobBesideThoseOfOneThatRuns() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        writeRows(300);
        harness.settle();
        long cancelled = catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).start(fill(false, OTHER_INDEX));
        harness.wake();
        catalog.end(cancelled, JobState.CANCELLED).show();
        harness.settle();
        long done = images(OTHER_INDEX);
        assertThat(done).isBetween(1L, 299L);
        harness.otherEmbedder.hold();
        long refresh = refresh();
        harness.run();
        assertThat(report(refresh).getTotal()).isEqualTo(300 - done);
        catalog.dataset(docs(1, "body"))
                .jobs
                .put(15L, catalog.job(15, JobState.CANCELLED, fill(false, DOCS_INDEX, OTHER_INDEX)));
        catalog.lastId = 15;
        catalog.show();
        harness.run();
        harness.otherEmbedder.release();
        harness.settle();

        assertThat(freshness(OTHER_INDEX).pendingRows())
                .as("found for the job that has ended")
                .isEqualTo(done);
        assertEnded(refresh, 300 - done, 0, 0);
    }

    @Test
    void shouldTakeNoWaitingRowsForAJobThatEndedBeforeItWasSeen() {
        writeRows(100);
        harness.embedder.hold();
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        harness.run();
        assertThat(harness.embedder.asked().size()).as("the rest waits").isBetween(1, 99);
        catalog.dataset(docs(1, "body")).jobs.put(15L, catalog.job(15, JobState.CANCELLED, fill(false, DOCS_INDEX)));
        catalog.lastId = 15;
        catalog.show();
        harness.run();
        harness.embedder.release();
        harness.settle();

        assertThat(freshness(DOCS_INDEX).pendingRows()).isZero();
        assertThat(images(DOCS_INDEX)).isEqualTo(100);
        assertThat(harness.texts(DOCS_INDEX, "row99")).isEqualTo("Body of 99.");
    }

    @Test
    void shouldEmbedARowThatWasEditedWhileItsOldTextFailedAgainAndAgain() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        harness.embedder.troubleBy("trouble");
        harness.upsert("a", "Title", "A text that is trouble.");
        harness.run();
        harness.runScheduledOnce();
        harness.upsert("a", "Title", "Mended.");
        harness.run();
        harness.runScheduledOnce();

        assertThat(harness.texts(DOCS_INDEX, "a")).contains("Mended.");
        assertThat(freshness(DOCS_INDEX).staleSince()).isNull();
    }

    @Test
    void shouldNotKeepTheModelForRowsThatWereDeletedWhileTheyFailed() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        harness.embedder.troubleBy("Body of");
        writeRows(64);
        harness.run();
        harness.upsert("good", "Title", "A text like any other.");
        harness.run();
        assertThat(harness.images).as("the model has as many rows as may be").isEmpty();
        for (int i = 0; i < 64; i++) {
            harness.delete("row" + i);
        }
        harness.run();
        harness.runScheduledOnce();

        assertThat(harness.images).containsOnlyKeys(VectorKeys.row(DOCS_INDEX, "good"));
        assertThat(harness.busy()).isFalse();
    }

    @Test
    void shouldNotTellOfAnIndexMoreSlowlyBecauseTheModelOfAnotherIsAway() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).show();
        harness.otherEmbedder.failNext(10_000);
        writeRows(100);
        harness.settleBeside(OTHER_INDEX);
        long version = harness.nextVersion();
        for (int i = 0; i < 5; i++) {
            harness.upsert("more" + i, "Title", "Body.");
            harness.advance(Duration.ofMillis(120));
            assertThat(harness.watermarks).containsEntry(DOCS_INDEX, version + i);
        }
    }

    @Test
    void shouldDoNothingWithACatalogThatIsOlderThanWhatItActedOn() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        Catalog older = harness.catalog();
        long job = catalog.dataset(docs(1, "body"))
                .with(otherIndex(OTHER_INDEX, "docs_v2", DOCS))
                .start(fill(false, DOCS_INDEX, OTHER_INDEX));
        writeRows(3);
        harness.settle();
        catalog.end(job, JobState.DONE).show();
        harness.settle();
        Catalog newest = harness.catalog();
        int asked = harness.embedder.asked().size();
        long watermark = harness.nextVersion() - 1;

        harness.catalog(older);
        harness.revive();
        harness.upsert("new", "Title", "First.");
        harness.delete("row1");
        harness.write(
                change("later", "1", Op.UPSERT, doc("1", "Title", "Of a dataset that this process cannot know.")));
        harness.advance(Duration.ofHours(1));
        assertThat(harness.embedder.asked()).hasSize(asked);
        assertThat(harness.images).hasSize(6);
        assertThat(harness.watermarks).containsEntry(DOCS_INDEX, watermark).containsEntry(OTHER_INDEX, watermark);
        assertThat(harness.deadLetters).isEmpty();
        assertThat(harness.busy()).isFalse();

        harness.catalog(newest);
        Map<String, Object> columns = doc("new", "Title", "First.");
        columns.put("body", new Unavailable());
        columns.put("title", "Edited.");
        harness.write(change("docs", "new", Op.UPSERT, columns));
        harness.settle();
        assertThat(harness.texts(OTHER_INDEX, "new")).isEqualTo("First.");
        assertThat(harness.image(DOCS_INDEX, "new").getMetadata()).contains("Edited.");
        assertThat(harness.deleted)
                .containsExactlyInAnyOrder(VectorKeys.row(DOCS_INDEX, "row1"), VectorKeys.row(OTHER_INDEX, "row1"));
        assertThat(images(DOCS_INDEX)).isEqualTo(3);
        assertThat(images(OTHER_INDEX)).isEqualTo(3);
        assertThat(harness.count("freshet.rows.parked")).isEqualTo(4);
    }

    @Test
    void shouldCountWhatBecomesOfEachRowOfARefresh() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        writeRows(20);
        harness.upsert("poisoned", "Title", "Has poison.");
        harness.settle();
        harness.embedder.poison("poison");
        harness.embedder.hold();
        long job = refresh();
        harness.run();
        assertThat(report(job).getTotal()).isEqualTo(21);
        harness.delete("row3");
        harness.delete("row4");
        harness.embedder.release();
        harness.settle();

        assertEnded(job, 18, 2, 1);
        assertThat(harness.deadLetters).hasSize(1);
        assertThat(harness.meters
                        .get("freshet.job.rows")
                        .tag("kind", "refresh")
                        .tag("outcome", "skipped")
                        .counter()
                        .count())
                .isEqualTo(2);
    }

    @Test
    void shouldEndARefreshThatFindsNothing() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        long job = refresh();
        harness.settle();
        assertEnded(job, 0, 0, 0);
        assertThat(harness.busy()).isFalse();
    }

    @Test
    void shouldGoOnWithARefreshAfterARestart() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        writeRows(1_300);
        harness.settle();
        Instant since = freshness(DOCS_INDEX).staleSince();
        long job = refresh();
        for (int i = 0; i < 60; i++) {
            harness.advance(Duration.ofMillis(100));
            harness.reviveNow();
        }
        harness.run();
        assertThat(since).isNotNull();
        harness.settle();
        assertThat(harness.embedder.asked().size())
                .as("only what was under way is done again")
                .isBetween(1_300, 1_300 + 60 * 64);
        assertEnded(job, 1_300, 0, 0);
    }

    @Test
    void shouldRememberSinceWhenAnIndexIsStale() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        harness.upsert("a", "Title", "Body.");
        harness.settle();
        Instant since = freshness(DOCS_INDEX).staleSince();
        harness.advance(Duration.ofMinutes(5));
        harness.upsert("b", "Title", "Body.");
        harness.reviveNow();
        harness.settle();
        assertThat(since).isNotNull();
        assertThat(freshness(DOCS_INDEX).staleSince()).isEqualTo(since);

        assertEnded(settled(refresh()), 2, 0, 0);
        Instant embedded = freshness(DOCS_INDEX).lastEmbedded();
        harness.advance(Duration.ofMinutes(5));
        harness.upsert("c", "Title", "Body.");
        harness.reviveNow();
        harness.settle();
        assertThat(freshness(DOCS_INDEX).staleSince()).isAfter(since);
        assertThat(freshness(DOCS_INDEX).lastEmbedded()).isNotNull().isEqualTo(embedded);
    }

    @Test
    void shouldBackfillANewIndexAsAJobWhateverThePolicy() {
        for (RefreshPolicy policy : List.of(RefreshPolicy.MANUAL, RefreshPolicy.ON_APPEND)) {
            close();
            harness = new RefreshHarness();
            docsWithPolicy(RefreshPolicy.ON_APPEND);
            writeRows(450);
            harness.settle();
            catalog.policy(policy);
            long job = catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).start(fill(false, OTHER_INDEX));
            harness.run();
            harness.settle();

            assertThat(images(OTHER_INDEX)).isEqualTo(450);
            assertThat(harness.embedder.asked()).hasSize(450);
            assertThat(harness.otherEmbedder.asked()).hasSize(450);
            assertEnded(job, 450, 0, 0);
            catalog.without(OTHER_INDEX).jobs.clear();
        }
    }

    @Test
    void shouldKeepChangesOfABackfilledRowInItsCounts() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        writeRows(300);
        harness.settle();
        harness.otherEmbedder.hold();
        long job = catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).start(fill(false, OTHER_INDEX));
        harness.run();
        assertThat(report(job).getTotal()).isEqualTo(300);
        harness.delete("row299");
        harness.upsert("row298", "Title", "Edited.");
        harness.upsert("new", "Title", "Not there when the walk was.");
        harness.embedder.poison("Body of 297.");
        harness.otherEmbedder.poison("Body of 297.");
        harness.run();
        harness.otherEmbedder.release();
        harness.settle();

        assertThat(images(OTHER_INDEX)).isEqualTo(300);
        assertThat(harness.texts(OTHER_INDEX, "row298")).contains("Edited.");
        assertEnded(job, 298, 1, 1);
    }

    @Test
    void shouldNotCountTheRowsThatANewIndexGotBeforeTheWalkTwice() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        writeRows(5);
        harness.settle();
        long job = catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).start(fill(false, OTHER_INDEX));
        harness.upsert("row1", "Title", " ");
        harness.otherEmbedder.hold();
        harness.upsert("row2", "Title", "Edited.");
        harness.run();
        harness.otherEmbedder.release();
        harness.settle();

        assertThat(images(OTHER_INDEX)).isEqualTo(5);
        assertThat(report(job).getTotal()).isEqualTo(5);
        assertEnded(job, 5, 0, 0);
    }

    @Test
    void shouldLetLiveChangesGoBeforeABackfill() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        writeRows(200);
        harness.settle();
        harness.otherEmbedder.hold();
        catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).start(fill(false, OTHER_INDEX));
        harness.run();
        int backfill = harness.otherEmbedder.asked().size();
        assertThat(backfill).isBetween(1, 32);
        harness.upsert("live", "Title", "Just written.");
        harness.upsert("row150", "Title", "Just edited.");
        harness.run();

        assertThat(harness.otherEmbedder.asked().subList(backfill, backfill + 2).toString())
                .contains("Just written.")
                .contains("Just edited.");
    }

    @Test
    void shouldStopABackfillThatIsCancelledAndKeepItsRowsForARefresh() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        writeRows(450);
        harness.settle();
        long job = catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).start(fill(false, OTHER_INDEX));
        harness.wake();
        harness.advance(Duration.ofMillis(20));
        catalog.end(job, JobState.CANCELLED).show();
        harness.settle();

        long done = images(OTHER_INDEX);
        assertThat(done).isBetween(1L, 449L);
        assertThat(freshness(OTHER_INDEX).pendingRows())
                .as("the walk went on, so that it shows what is missing")
                .isEqualTo(450 - done);
        assertThat(harness.busy()).isFalse();
        harness.upsert("row449", "Title", "Edited.");
        harness.upsert("new", "Title", "New.");
        harness.settle();
        assertThat(harness.texts(OTHER_INDEX, "row449")).contains("Edited.");
        assertThat(images(OTHER_INDEX)).isEqualTo(done + 2);

        assertEnded(settled(refresh()), 450 - done - 1, 0, 0);
        assertThat(images(OTHER_INDEX)).isEqualTo(451);
        assertThat(harness.otherEmbedder.asked()).doesNotHaveDuplicates();
    }

    @Test
    void shouldEmbedEveryRowAnewInARebuildAndKeepItsImageUntilThen() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        writeRows(100);
        harness.settle();
        long watermark = harness.nextVersion() - 1;
        harness.embedder.hold();
        long job = catalog.start(fill(true, DOCS_INDEX));
        harness.run();
        assertThat(images(DOCS_INDEX)).isEqualTo(100);
        assertThat(freshness(DOCS_INDEX).pendingRows()).isEqualTo(100);
        assertThat(freshness(DOCS_INDEX).oldestPending()).isNull();

        Map<String, Object> labelled = doc("row99", "Title", "Body of 99.");
        labelled.put("colour", "green");
        harness.write(change("docs", "row99", Op.UPSERT, labelled));
        harness.delete("row98");
        harness.run();
        assertThat(harness.image(DOCS_INDEX, "row99").getMetadata()).contains("green");
        assertThat(harness.watermarks.get(DOCS_INDEX))
                .as("a rebuild lacks no change")
                .isEqualTo(watermark + 2);
        harness.embedder.release();
        harness.settle();

        assertThat(harness.embedder.asked()).hasSize(199);
        assertThat(harness.count("freshet.embedding.reused.chunks")).isZero();
        assertEnded(job, 99, 1, 0);
    }

    @Test
    void shouldNeitherStartOverNorSkipWhenARebuildIsInterrupted() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        writeRows(450);
        assertEnded(settled(refresh()), 450, 0, 0);
        int asked = harness.embedder.asked().size();
        long job = catalog.start(fill(true, DOCS_INDEX));
        for (int i = 0; i < 30; i++) {
            harness.advance(Duration.ofMillis(100));
            harness.reviveNow();
        }
        harness.settle();

        List<String> texts =
                harness.embedder.asked().subList(asked, harness.embedder.asked().size());
        assertThat(texts.stream().distinct()).hasSize(450);
        assertThat(texts.size() - 450)
                .as("only what was under way is done again")
                .isLessThanOrEqualTo(30 * 16);
        assertEnded(job, 450, 0, 0);
    }

    @Test
    void shouldEmbedAnewWhatWasUnderWayWhenARebuildCame() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        String body = "A sentence that stays as it is and is long enough. ".repeat(12);
        harness.upsert("a", "Title", body + "First.");
        harness.settle();
        harness.embedder.hold();
        harness.upsert("a", "Title", body + "Second.");
        harness.run();
        int asked = harness.embedder.asked().size();
        long job = catalog.start(fill(true, DOCS_INDEX));
        harness.run();
        harness.embedder.release();
        harness.settle();

        int chunks = harness.image(DOCS_INDEX, "a").getChunks().size();
        assertThat(chunks).isGreaterThan(1);
        assertThat(harness.embedder.asked().size() - asked)
                .isEqualTo((int) harness.image(DOCS_INDEX, "a").getChunks().stream()
                        .map(Chunk::getHash)
                        .distinct()
                        .count());
        assertThat(harness.texts(DOCS_INDEX, "a")).contains("Second.");
        assertEnded(job, 1, 0, 0);
    }

    @Test
    void shouldFindNoMoreWhenARebuildIsCancelled() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        writeRows(1_000);
        harness.settle();
        int asked = harness.embedder.asked().size();
        harness.embedder.hold();
        long job = catalog.start(fill(true, DOCS_INDEX));
        harness.wake();
        catalog.end(job, JobState.CANCELLED).show();
        harness.embedder.release();
        harness.settle();

        long waiting = freshness(DOCS_INDEX).pendingRows();
        assertThat(waiting).isLessThan(1_000);
        assertThat(images(DOCS_INDEX)).isEqualTo(1_000);
        assertEnded(settled(refresh()), waiting, 0, 0);
        assertThat(harness.embedder.asked().size() - asked).isLessThan(1_000);
    }

    @Test
    void shouldBringChangedColumnsToAllIndexesInOneJob() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).show();
        writeRows(120);
        harness.settle();
        long first = catalog.dataset(docs(1, "body")).start(fill(false, DOCS_INDEX, OTHER_INDEX));
        harness.wake();
        catalog.end(first, JobState.CANCELLED);
        long second = catalog.dataset(docs(2, "title")).start(fill(false, DOCS_INDEX, OTHER_INDEX));
        harness.settle();

        assertEnded(second, 240, 0, 0);
        for (int i = 0; i < 120; i++) {
            assertThat(harness.texts(DOCS_INDEX, "row" + i)).isEqualTo("Title");
            assertThat(harness.texts(OTHER_INDEX, "row" + i)).isEqualTo("Title");
            assertThat(harness.image(OTHER_INDEX, "row" + i).getMetadata()).contains("Body of " + i);
        }
        assertThat(freshness(DOCS_INDEX).staleSince()).isNull();
    }

    @Test
    void shouldCountAndClearADroppedIndex() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).show();
        writeRows(450);
        harness.delete("row7");
        harness.settle();
        long job = catalog.without(OTHER_INDEX)
                .start(new Drop(DOCS, "docs", List.of(new IndexName(OTHER_INDEX, "docs_v2")), false));
        harness.wake();
        harness.advance(Duration.ofMillis(30));
        assertThat(images(OTHER_INDEX)).as("counted, and not cleared yet").isPositive();
        harness.delete("row99");
        harness.delete("row98");
        harness.settle();

        assertThat(images(OTHER_INDEX)).isZero();
        assertThat(images(DOCS_INDEX)).isEqualTo(447);
        assertEnded(job, 447, 2, 0);
    }

    @Test
    void shouldCountAndClearADroppedDatasetAndNeverMixItWithItsSuccessor() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).show();
        writeRows(250);
        harness.settle();
        harness.embedder.hold();
        harness.otherEmbedder.hold();
        for (int i = 0; i < 100; i++) {
            harness.upsert("row" + i, "Title", "Edited " + i + ".");
        }
        harness.write(change("docs", "", Op.TRUNCATE, Map.of()));
        harness.upsert("row7", "Title", "Edited after the truncate.");
        catalog.withoutDataset(DOCS)
                .dataset(RefreshHarness.dataset(20, "docs", 0, "title", "body"))
                .with(index(21, "docs_v1", 20));
        long job = catalog.start(new Drop(
                DOCS,
                "docs",
                List.of(new IndexName(DOCS_INDEX, "docs_v1"), new IndexName(OTHER_INDEX, "docs_v2")),
                true));
        harness.upsert("row1", "Title", "Of the new one.");
        harness.run();
        harness.embedder.release();
        harness.otherEmbedder.release();
        harness.settle();

        assertThat(harness.images).containsOnlyKeys(VectorKeys.row(21, "row1"));
        assertThat(harness.texts(21, "row1")).contains("Of the new one.");
        assertThat(harness.stale.freshness()).singleElement().satisfies(index -> {
            assertThat(index.indexId()).isEqualTo(21);
            assertThat(index.staleSince()).isNull();
        });
        assertThat(report(job).getTotal()).isBetween(1L, 250L);
        assertEnded(job, report(job).getTotal(), 0, 0);
    }

    @Test
    void shouldHoldUpOnlyTheIndexWhoseModelFails() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).show();
        harness.otherEmbedder.failNext(10_000);
        writeRows(200);
        harness.settleBeside(OTHER_INDEX);

        assertThat(images(DOCS_INDEX)).isEqualTo(200);
        assertThat(images(OTHER_INDEX)).isZero();
        assertThat(freshness(DOCS_INDEX).staleSince()).isNull();
        assertThat(freshness(OTHER_INDEX).pendingRows()).isEqualTo(200);
        assertThat(freshness(OTHER_INDEX).staleSince()).isNotNull();
        assertThat(harness.watermarks).containsEntry(DOCS_INDEX, 199L).containsEntry(OTHER_INDEX, -1L);
        harness.otherEmbedder.failNext(0);
        harness.runScheduled();
        harness.settle();
        assertThat(images(OTHER_INDEX)).isEqualTo(200);
        assertThat(vector(OTHER_INDEX, "row5"))
                .isEqualTo(ScriptedEmbedder.vector(RefreshHarness.OTHER_MODEL, harness.texts(OTHER_INDEX, "row5")));
    }

    private float[] vector(long indexId, String rowKey) {
        return VectorBytes.decode(
                harness.image(indexId, rowKey).getChunks().get(0).getVector());
    }

    @Test
    void shouldKeepABackfillToItsPace() {
        close();
        harness = new RefreshHarness(10);
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        writeRows(100);
        harness.settle();
        int live = harness.embedder.asked().size();
        assertThat(live).as("changes as they come are not bounded").isEqualTo(100);
        long job = catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS)).start(fill(false, OTHER_INDEX));
        harness.advance(Duration.ofSeconds(4));
        assertThat(images(OTHER_INDEX)).isBetween(20L, 41L);
        harness.settle();
        assertEnded(job, 100, 0, 0);
    }

    @Test
    void shouldHoldWhatAJobQueuedThatEndedBeforeItWasSeen() {
        docsWithPolicy(RefreshPolicy.ON_APPEND);
        writeRows(30);
        harness.settle();
        catalog.with(otherIndex(OTHER_INDEX, "docs_v2", DOCS))
                .jobs
                .put(15L, catalog.job(15, JobState.CANCELLED, fill(false, OTHER_INDEX)));
        catalog.lastId = 15;
        catalog.show();
        harness.settle();

        assertThat(images(OTHER_INDEX)).isZero();
        assertThat(freshness(OTHER_INDEX).pendingRows()).isEqualTo(30);
        assertEnded(settled(refresh()), 30, 0, 0);
    }

    @Test
    void shouldTakeNoMarkOfARefreshThatHasEnded() {
        docsWithPolicy(RefreshPolicy.MANUAL);
        writeRows(3);
        long job = refresh();
        harness.settle();
        List<RowChange> messages = harness.messages();
        assertThat(messages)
                .singleElement()
                .satisfies(message -> assertThat(message.getMerge().getKind()).isEqualTo(MergeKind.MARK));
        assertEnded(job, 3, 0, 0);
        harness.write(messages.get(0));
        harness.settle();
        assertThat(harness.count("freshet.rows.outdated")).isEqualTo(1);
        assertThat(harness.deadLetters).isEmpty();
    }
}
