package dev.freshet.catalog;

import static dev.freshet.catalog.CatalogCalls.direct;
import static dev.freshet.catalog.CatalogCalls.index;
import static dev.freshet.catalog.CatalogCalls.refusal;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.catalog.CatalogService.CreateResult;
import dev.freshet.catalog.CatalogService.DatasetSpec;
import dev.freshet.catalog.CatalogService.IndexSpec;
import dev.freshet.catalog.CatalogService.PutResult;
import dev.freshet.catalog.CatalogService.StartResult;
import dev.freshet.catalog.JobWork.Drop;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.catalog.JobWork.IndexName;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.DropDataset;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.avro.PutDataset;
import dev.freshet.schemas.avro.RegisterTopic;
import dev.freshet.schemas.avro.ScheduleEntry;
import dev.freshet.schemas.avro.TopicEntry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Datasets, indexes and topics, as the real rules decide them. */
class CatalogRulesTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_000);

    private static final Map<String, List<String>> ENGINES =
            Map.of("hnswlib", List.of("none"), "compact", List.of("none", "int8"));

    private final ManualClock clock = new ManualClock(NOW);
    private final Map<String, ModelReference> models = new HashMap<>();
    private final Set<String> unavailable = new HashSet<>();
    private final InMemoryCatalog catalog =
            new InMemoryCatalog(4, new IndexDefaults("model", this::model, "hnswlib", ENGINES), clock);

    @Test
    void shouldCreateADatasetWithItsFirstIndex() {
        PutResult put = catalog.putDataset(dataset("body"));

        assertThat(put.created()).isTrue();
        assertThat(put.job()).as("there is nothing to fill it with").isNull();
        assertThat(put.dataset().created()).isEqualTo(NOW);
        IndexDefinition index = catalog.current().index("docs_v1").orElseThrow();
        assertThat(index.datasetId()).isEqualTo(put.dataset().id());
        assertThat(index.id()).isNotEqualTo(put.dataset().id());
        assertThat(catalog.current().indexesOf(put.dataset().id())).containsExactly(index);
        assertThat(catalog.current().jobs()).isEmpty();
    }

    @Test
    void shouldLeaveADatasetAloneThatIsPutAgain() {
        catalog.putDataset(dataset("body"));
        long version = catalog.current().version();
        PutResult again = catalog.putDataset(dataset("body"));

        assertThat(again.created()).isFalse();
        assertThat(again.changed()).isFalse();
        assertThat(again.job()).isNull();
        assertThat(catalog.current().version()).isEqualTo(version);
    }

    @Test
    void shouldChangeADatasetThoughNoIndexCouldBeCreatedWithItNow() {
        catalog.putDataset(dataset("body"));
        unavailable.add("model");
        assertThat(catalog.putDataset(dataset("title")).changed()).isTrue();
        assertThat(refusal(() -> catalog.putDataset(named("other", true)))).isEqualTo(ErrorCode.EMBEDDER_UNAVAILABLE);
        unavailable.clear();

        String longest = "d".repeat(64);
        catalog.putDataset(named(longest, false));
        assertThat(catalog.putDataset(named(longest, true)).created()).isFalse();
    }

    @Test
    void shouldCreateTheFirstIndexThoughTheDatasetWasOnlyJustDropped() {
        long before = catalog.putDataset(dataset("body")).dataset().id();
        catalog.hide();
        catalog.execute(new DropDataset("docs"));
        catalog.putDataset(dataset("body"));

        Catalog after = catalog.catchUp(Duration.ZERO);
        long dataset = after.dataset("docs").orElseThrow().id();
        assertThat(dataset).isNotEqualTo(before);
        assertThat(after.index("docs_v1").orElseThrow().datasetId()).isEqualTo(dataset);
    }

    @Test
    void shouldFillAllIndexesAgainWhenTheColumnsChange() {
        Dataset before = catalog.putDataset(dataset("body")).dataset();
        IndexDefinition first = catalog.current().index("docs_v1").orElseThrow();
        IndexDefinition second = catalog.createIndex(index("docs_v2", "docs")).index();

        PutResult changed = catalog.putDataset(dataset("title", "body"));
        assertThat(changed.dataset().id()).isEqualTo(before.id());
        assertThat(changed.dataset().revision()).isEqualTo(before.revision() + 1);
        Job job = CatalogCalls.present(changed.job());
        assertThat(job.work())
                .isEqualTo(new Fill(
                        before.id(),
                        "docs",
                        List.of(new IndexName(first.id(), "docs_v1"), new IndexName(second.id(), "docs_v2")),
                        false));
        assertThat(job.partitions()).isEqualTo(4);

        PutResult metadata = catalog.putDataset(new DatasetSpec(
                "docs", List.of("id"), List.of("title", "body"), List.of("site"), RefreshPolicy.ON_APPEND, null, true));
        assertThat(metadata.job()).isNotNull();
        assertThat(metadata.dataset().revision()).isEqualTo(before.revision() + 2);
    }

    @Test
    void shouldFillNothingWhenOnlyThePolicyChangesOrThereIsNoIndex() {
        Dataset before = catalog.putDataset(dataset("body")).dataset();
        PutResult changed = catalog.putDataset(
                new DatasetSpec("docs", List.of("id"), List.of("body"), null, RefreshPolicy.MANUAL, null, true));
        assertThat(changed.changed()).isTrue();
        assertThat(changed.job()).isNull();
        assertThat(changed.dataset().revision()).isEqualTo(before.revision());

        catalog.putDataset(
                new DatasetSpec("bare", List.of("id"), List.of("body"), null, RefreshPolicy.MANUAL, null, false));
        PutResult bare = catalog.putDataset(
                new DatasetSpec("bare", List.of("id"), List.of("other"), null, RefreshPolicy.MANUAL, null, false));
        assertThat(bare.dataset().revision()).isEqualTo(1);
        assertThat(bare.job()).isNull();
    }

    @Test
    void shouldRefuseOtherIdColumns() {
        catalog.putDataset(dataset("body"));
        assertThat(refusal(() -> catalog.putDataset(columns(List.of("key"), List.of("body")))))
                .isEqualTo(ErrorCode.ID_COLUMNS_CHANGED);
    }

    @Test
    void shouldRefuseColumnsThatCannotBe() {
        assertThat(refusal(() -> catalog.putDataset(columns(List.of(), List.of("body")))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusal(() -> catalog.putDataset(columns(List.of("id"), List.of()))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusal(() -> catalog.putDataset(columns(List.of("id", "id"), List.of("body")))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusal(() -> catalog.putDataset(columns(List.of("id"), List.of(" ")))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusal(() -> catalog.putDataset(new DatasetSpec(
                        "Docs", List.of("id"), List.of("body"), null, RefreshPolicy.ON_APPEND, null, false))))
                .isEqualTo(ErrorCode.INVALID_NAME);
        assertThat(catalog.current().datasets()).isEmpty();
    }

    @Test
    void shouldFillANewIndexFromTheStoredRows() {
        Dataset docs = catalog.putDataset(dataset("body")).dataset();
        CreateResult created = catalog.createIndex(index("docs_v2", "docs"));

        Job job = CatalogCalls.present(created.job());
        assertThat(job.work())
                .isEqualTo(new Fill(
                        docs.id(), "docs", List.of(new IndexName(created.index().id(), "docs_v2")), false));
        assertThat(job.work().kind()).isEqualTo("backfill");
        assertThat(job.running()).isTrue();
        assertThat(catalog.createIndex(direct("own", 3)).job()).isNull();
    }

    @Test
    void shouldRefuseAnIndexThatExistsAndOneOfAnUnknownDataset() {
        catalog.putDataset(dataset("body"));
        assertThat(refusal(() -> catalog.createIndex(index("docs_v1", "docs")))).isEqualTo(ErrorCode.INDEX_EXISTS);
        assertThat(refusal(() -> catalog.createIndex(index("other", "nothing"))))
                .isEqualTo(ErrorCode.DATASET_NOT_FOUND);
        assertThat(refusal(() -> catalog.createIndex(direct("docs", 3)))).isEqualTo(ErrorCode.DATASET_EXISTS);
        assertThat(catalog.current().indexes()).hasSize(1);
    }

    @Test
    void shouldRefuseAModelThatIsAnotherUnderItsName() {
        models.put("remote", new ModelReference("remote", "1", 8, 256, "first"));
        catalog.putDataset(dataset("body"));
        catalog.createIndex(withModel("docs_a", "remote"));
        models.put("remote", new ModelReference("remote", "1", 8, 256, "second"));
        Refused refused = CatalogCalls.refused(() -> catalog.createIndex(withModel("docs_b", "remote")));
        assertThat(refused.code()).isEqualTo(ErrorCode.MODEL_CHANGED);
        assertThat(refused.message()).contains("'remote'", "'docs_a'", "first", "second", "a name of its own");

        models.put("remote", new ModelReference("remote", "1", 9, 256, "first"));
        assertThat(refusal(() -> catalog.createIndex(withModel("docs_b", "remote"))))
                .isEqualTo(ErrorCode.MODEL_CHANGED);
        models.put("model", new ModelReference("model", "1", 8, 256, "other than docs_v1's"));
        assertThat(refusal(() -> catalog.putDataset(new DatasetSpec(
                        "more", List.of("id"), List.of("body"), null, RefreshPolicy.ON_APPEND, null, true))))
                .isEqualTo(ErrorCode.MODEL_CHANGED);

        models.put("remote", new ModelReference("remote", "2", 8, 256, "first"));
        assertThat(catalog.createIndex(withModel("docs_b", "remote")).job()).isNotNull();
    }

    @Test
    void shouldGiveADirectIndexADatasetOfItsOwn() {
        IndexDefinition index = catalog.createIndex(direct("own", 3)).index();
        assertThat(index.direct()).isTrue();
        assertThat(catalog.current().dataset("own").orElseThrow().direct()).isTrue();
        assertThat(refusal(() -> catalog.putDataset(new DatasetSpec(
                        "own", List.of("id"), List.of("body"), null, RefreshPolicy.ON_APPEND, null, false))))
                .isEqualTo(ErrorCode.DATASET_IS_DIRECT);
        assertThat(refusal(() -> catalog.createIndex(index("more", "own")))).isEqualTo(ErrorCode.DATASET_IS_DIRECT);
        assertThat(refusal(() -> catalog.dropDataset("own"))).isEqualTo(ErrorCode.DATASET_IS_DIRECT);
        assertThat(refusal(() -> catalog.startRefresh("own"))).isEqualTo(ErrorCode.DATASET_IS_DIRECT);
        assertThat(refusal(() -> catalog.startRebuild("own"))).isEqualTo(ErrorCode.DATASET_IS_DIRECT);

        StartResult dropped = catalog.dropIndex("own");
        assertThat(dropped.job().work())
                .isEqualTo(new Drop(index.datasetId(), "own", List.of(new IndexName(index.id(), "own")), true));
        assertThat(catalog.current().datasets()).isEmpty();
        assertThat(catalog.current().indexes()).isEmpty();
    }

    @Test
    void shouldKeepTheQuantizationThatTheEngineHas() {
        assertThat(catalog.createIndex(direct("plain", 3)).index().quantization())
                .isEqualTo("none");
        assertThat(catalog.createIndex(quantized("small", "compact", "int8"))
                        .index()
                        .quantization())
                .isEqualTo("int8");
        assertThat(catalog.createIndex(quantized("same", "compact", "none"))
                        .index()
                        .quantization())
                .isEqualTo("none");
        assertThatThrownBy(() -> catalog.createIndex(quantized("no", "hnswlib", "int8")))
                .hasMessage("quantization is 'int8', must be one that the engine hnswlib has: none");
        assertThat(refusal(() -> catalog.createIndex(quantized("no", "compact", "int4"))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refusal(() -> catalog.createIndex(quantized("no", "steam", "int8"))))
                .isEqualTo(ErrorCode.UNKNOWN_ENGINE);
    }

    @Test
    void shouldKeepVectorsOnDiskOnlyWithAQuantization() {
        assertThat(catalog.createIndex(direct("plain", 3)).index().vectorsOnDisk())
                .isFalse();
        assertThat(catalog.createIndex(quantized("large", "compact", "int8", true))
                        .index()
                        .vectorsOnDisk())
                .isTrue();
        assertThat(catalog.createIndex(quantized("none", "hnswlib", null, false))
                        .index()
                        .vectorsOnDisk())
                .isFalse();
        assertThatThrownBy(() -> catalog.createIndex(quantized("no", "compact", "none", true)))
                .hasMessageContaining("vectors_on_disk goes with a quantization, for example int8");
        assertThat(refusal(() -> catalog.createIndex(quantized("no", "hnswlib", null, true))))
                .isEqualTo(ErrorCode.BAD_REQUEST);
    }

    private static IndexSpec quantized(String name, String engine, String quantization) {
        return quantized(name, engine, quantization, null);
    }

    private static IndexSpec quantized(
            String name, String engine, @Nullable String quantization, @Nullable Boolean vectorsOnDisk) {
        return new IndexSpec(
                name, null, 3, null, null, engine, quantization, vectorsOnDisk, null, null, null, null, null);
    }

    @Test
    void shouldClearADroppedDatasetAwayAsAJob() {
        Dataset docs = catalog.putDataset(dataset("body")).dataset();
        long v1 = catalog.current().index("docs_v1").orElseThrow().id();
        long v2 = catalog.createIndex(index("docs_v2", "docs")).index().id();
        Job job = catalog.dropDataset("docs").job();

        assertThat(job.running()).isTrue();
        assertThat(job.work())
                .isEqualTo(new Drop(
                        docs.id(), "docs", List.of(new IndexName(v1, "docs_v1"), new IndexName(v2, "docs_v2")), true));
        assertThat(catalog.current().datasets()).isEmpty();
        assertThat(catalog.current().indexes()).isEmpty();
        assertThat(refusal(() -> catalog.dropDataset("docs"))).isEqualTo(ErrorCode.DATASET_NOT_FOUND);
    }

    @Test
    void shouldNeverUseAnIdTwice() {
        catalog.putDataset(dataset("body"));
        catalog.dropDataset("docs");
        long last = catalog.current().lastId();
        Dataset again = catalog.putDataset(dataset("body")).dataset();

        assertThat(last).isEqualTo(3); // The job that clears the first one away has a number as well.
        assertThat(again.id()).isEqualTo(4);
        assertThat(catalog.readAgain().lastId()).isEqualTo(catalog.current().lastId());
    }

    @Test
    void shouldNoticeThatATopicWasCreatedAgain() {
        catalog.execute(register("other", "a", 4, false));
        long version = catalog.current().version();
        catalog.execute(register("other", "a", 4, false));
        assertThat(catalog.current().version()).isEqualTo(version);
        assertThat(refusal(() -> catalog.execute(register("other", "a", 8, false))))
                .isEqualTo(ErrorCode.PARTITIONS_CHANGED);
        assertThat(refusal(() -> catalog.execute(register("other", "b", 4, false))))
                .isEqualTo(ErrorCode.TOPIC_RECREATED);
        catalog.execute(register("other", "b", 4, true));

        assertThat(catalog.current().topic("other").orElseThrow().epoch()).isEqualTo(1);
    }

    @Test
    void shouldRefuseATimeZoneThatTheWriterDoesNotKnow() {
        Refused refused = (Refused) catalog.decide(new PutDataset(scheduled("Mars/Olympus"), null));
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_SCHEDULE);
        assertThat(refused.message()).contains("no time zone 'Mars/Olympus'");
    }

    @Test
    void shouldRefuseACommandThatFailsUnexpectedly() {
        DatasetEntry entry = scheduled("UTC");
        entry.setTextColumns(Collections.singletonList(null));
        Refused refused = (Refused) catalog.decide(new PutDataset(entry, null));
        assertThat(refused.code()).isEqualTo(ErrorCode.INTERNAL);
        assertThat(catalog.current().datasets()).isEmpty();
    }

    @Test
    void shouldReadAndLeaveOutADatasetWhoseTimeZoneIsNotKnownHere() {
        CatalogBuilder builder = new CatalogBuilder();
        builder.apply("dataset/1", new CatalogRecord(1L, 2L, scheduled(1, "Mars/Olympus")));
        builder.apply("dataset/2", new CatalogRecord(1L, 2L, scheduled(2, "UTC")));
        builder.apply("topic/rows", new CatalogRecord(1L, 2L, new TopicEntry("rows", "a", 0, 4)));
        builder.apply(CatalogEntries.VERSION_KEY, new CatalogRecord(1L, 2L, null));
        Catalog read = builder.build();

        assertThat(read.datasets()).hasSize(2).allMatch(dataset -> dataset.schedule() != null);
        assertThat(CatalogEntries.entry(read.dataset(1).orElseThrow())).isEqualTo(scheduled(1, "Mars/Olympus"));
        assertThat(RefreshRules.nextDue(read))
                .contains(NOW.plus(Duration.ofHours(3)).truncatedTo(ChronoUnit.HOURS));
        CatalogChange change = new CatalogRules("rows").change(read, NOW.plus(Duration.ofDays(1)));
        assertThat(RefreshRules.due(change).writes())
                .extracting(CatalogDecision.Write::key)
                .containsExactly("dataset/2", "job/3");
    }

    @Test
    void shouldGoOnClearingAwayWhenATopicWasCreatedAgain() {
        catalog.putDataset(dataset("body"));
        catalog.createIndex(index("docs_v2", "docs"));
        long drop = catalog.dropIndex("docs_v1").job().id();
        long refresh = catalog.startRefresh("docs").job().id();
        catalog.execute(register("rows", "another-id", 4, true));

        assertThat(catalog.current().job(refresh).orElseThrow().state()).isEqualTo(JobState.FAILED);
        assertThat(catalog.current().job(drop).orElseThrow().running()).isTrue();
    }

    @Test
    void shouldRebuildTheSameCatalogFromItsTopic() {
        catalog.putDataset(new DatasetSpec(
                "docs",
                List.of("id"),
                List.of("body"),
                null,
                RefreshPolicy.SCHEDULED,
                RefreshSchedule.of("0 3 * * *", "Europe/Amsterdam"),
                true));
        catalog.createIndex(direct("own", 3));
        catalog.createIndex(index("docs_v2", "docs"));
        catalog.putAlias("live", "docs_v1");
        catalog.putAlias("live", "docs_v2");
        catalog.startRefresh("docs");
        catalog.dropIndex("docs_v1");
        catalog.startMerge("own", catalog.createIndex(direct("more", 3)).index().name(), true);
        Catalog again = catalog.readAgain();

        assertThat(again.datasets()).isEqualTo(catalog.current().datasets());
        assertThat(again.indexes()).isEqualTo(catalog.current().indexes());
        assertThat(again.aliases()).isEqualTo(catalog.current().aliases()).hasSize(1);
        assertThat(again.jobs()).isEqualTo(catalog.current().jobs()).hasSize(4);
        assertThat(again.jobs()).allMatch(job -> job.state() == JobState.RUNNING);
        assertThat(again.version()).isEqualTo(catalog.current().version());
    }

    @Test
    void shouldStartNoJobBeforeTheRowsTopicIsKnown() {
        CatalogRules rules = new CatalogRules("rows");
        CatalogChange change = rules.change(Catalog.empty(), NOW);
        assertThat(refusal(() -> change.start(new Drop(1, "docs", List.of(), true))))
                .isEqualTo(ErrorCode.CATALOG_UNAVAILABLE);
    }

    private ModelReference model(String name) {
        if (unavailable.contains(name)) {
            throw new FreshetException(ErrorCode.EMBEDDER_UNAVAILABLE, "the provider of '" + name + "' is down");
        }
        return models.getOrDefault(name, new ModelReference(name, "1", 8, 256, "f"));
    }

    private static DatasetEntry scheduled(String zone) {
        return scheduled(0, zone);
    }

    private static DatasetEntry scheduled(long id, String zone) {
        return DatasetEntry.newBuilder()
                .setId(id)
                .setName("docs-" + id)
                .setIdColumns(List.of("id"))
                .setTextColumns(List.of("body"))
                .setMetadataColumns(null)
                .setRefreshPolicy(RefreshPolicy.SCHEDULED.text())
                .setSchedule(new ScheduleEntry("0 3 * * *", zone))
                .setServed(NOW)
                .setDirect(false)
                .setCreated(NOW)
                .setRevision(0)
                .build();
    }

    private static DatasetSpec named(String name, boolean withIndex) {
        return new DatasetSpec(name, List.of("id"), List.of("body"), null, RefreshPolicy.ON_APPEND, null, withIndex);
    }

    private static DatasetSpec dataset(String... textColumns) {
        return columns(List.of("id"), List.of(textColumns));
    }

    private static DatasetSpec columns(List<String> idColumns, List<String> textColumns) {
        return new DatasetSpec("docs", idColumns, textColumns, null, RefreshPolicy.ON_APPEND, null, true);
    }

    private static CatalogService.IndexSpec withModel(String name, @Nullable String model) {
        return new CatalogService.IndexSpec(
                name, "docs", null, model, null, null, null, null, null, null, null, null, null);
    }

    private static RegisterTopic register(String name, String id, int partitions, boolean newEpoch) {
        return new RegisterTopic(new TopicEntry(name, id, 0, partitions), newEpoch);
    }
}
