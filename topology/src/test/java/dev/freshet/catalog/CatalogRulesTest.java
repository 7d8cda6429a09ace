package dev.freshet.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.catalog.CatalogDecision.Write;
import dev.freshet.catalog.CatalogService.IndexSpec;
import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.CreateIndex;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.DropDataset;
import dev.freshet.schemas.avro.DropIndex;
import dev.freshet.schemas.avro.PutDataset;
import dev.freshet.schemas.avro.RegisterTopic;
import dev.freshet.schemas.avro.TopicEntry;
import dev.freshet.schemas.error.ErrorCode;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CatalogRulesTest {
    private static final Instant NOW = Instant.ofEpochMilli(1_000);

    private final IndexEntries indexes = new IndexEntries(new IndexDefaults(
            "model", name -> new ModelReference(name, "1", 8, 256, "f"), "hnswlib", Set.of("hnswlib")));
    private final Map<String, @Nullable CatalogRecord> topic = new HashMap<>();
    private final CatalogBuilder builder = new CatalogBuilder();

    @Test
    void shouldCreateADatasetWithItsFirstIndex() {
        accept(put("docs", List.of("id"), List.of("body"), true));
        Catalog catalog = builder.build();

        Dataset dataset = catalog.dataset("docs").orElseThrow();
        assertThat(dataset.created()).isEqualTo(NOW);
        IndexDefinition index = catalog.index("docs_v1").orElseThrow();
        assertThat(index.datasetId()).isEqualTo(dataset.id());
        assertThat(index.id()).isNotEqualTo(dataset.id());
        assertThat(catalog.indexesOf(dataset.id())).containsExactly(index);
        assertThat(catalog.version()).isEqualTo(1);
    }

    @Test
    void shouldLeaveADatasetAloneThatIsPutAgain() {
        accept(put("docs", List.of("id"), List.of("body"), true));
        Accepted again = accept(put("docs", List.of("id"), List.of("body"), true));

        assertThat(again.writes()).isEmpty();
        assertThat(again.created()).isFalse();
    }

    @Test
    void shouldCountARevisionWhenTheTextColumnsChange() {
        accept(put("docs", List.of("id"), List.of("body"), true));
        Dataset before = builder.build().dataset("docs").orElseThrow();
        accept(put("docs", List.of("id"), List.of("title", "body"), true));
        Dataset after = builder.build().dataset("docs").orElseThrow();

        assertThat(after.id()).isEqualTo(before.id());
        assertThat(after.revision()).isEqualTo(before.revision() + 1);
        assertThat(builder.build().indexes()).hasSize(1);
    }

    @Test
    void shouldRefuseOtherIdColumns() {
        accept(put("docs", List.of("id"), List.of("body"), true));
        assertThat(refuse(put("docs", List.of("key"), List.of("body"), true))).isEqualTo(ErrorCode.ID_COLUMNS_CHANGED);
    }

    @Test
    void shouldRefuseColumnsThatCannotBe() {
        assertThat(refuse(put("docs", List.of(), List.of("body"), true))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refuse(put("docs", List.of("id"), List.of(), true))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refuse(put("docs", List.of("id", "id"), List.of("body"), true)))
                .isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refuse(put("docs", List.of("id"), List.of(" "), true))).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refuse(put("Docs", List.of("id"), List.of("body"), false))).isEqualTo(ErrorCode.INVALID_NAME);
    }

    @Test
    void shouldRefuseAnIndexThatExistsAndOneOfAnUnknownDataset() {
        accept(put("docs", List.of("id"), List.of("body"), true));
        assertThat(refuse(createIndex("docs_v1", "docs"))).isEqualTo(ErrorCode.INDEX_EXISTS);
        assertThat(refuse(createIndex("other", "nothing"))).isEqualTo(ErrorCode.DATASET_NOT_FOUND);
        accept(createIndex("docs_v2", "docs"));
        assertThat(builder.build().indexes()).hasSize(2);
    }

    @Test
    void shouldGiveADirectIndexADatasetOfItsOwn() {
        accept(createIndex("own", null));
        Catalog catalog = builder.build();
        IndexDefinition index = catalog.index("own").orElseThrow();
        assertThat(index.direct()).isTrue();
        assertThat(catalog.dataset("own").orElseThrow().direct()).isTrue();
        assertThat(refuse(put("own", List.of("id"), List.of("body"), false))).isEqualTo(ErrorCode.DATASET_IS_DIRECT);
        assertThat(refuse(createIndex("more", "own"))).isEqualTo(ErrorCode.DATASET_IS_DIRECT);
        assertThat(refuse(new DropDataset("own"))).isEqualTo(ErrorCode.DATASET_IS_DIRECT);

        accept(new DropIndex("own"));
        assertThat(builder.build().datasets()).isEmpty();
        assertThat(builder.build().indexes()).isEmpty();
    }

    @Test
    void shouldNeverUseAnIdTwice() {
        accept(put("docs", List.of("id"), List.of("body"), true));
        long last = builder.build().lastId();
        accept(new DropDataset("docs"));
        assertThat(builder.build().datasets()).isEmpty();
        assertThat(builder.build().indexes()).isEmpty();
        accept(put("docs", List.of("id"), List.of("body"), true));

        assertThat(builder.build().dataset("docs").orElseThrow().id()).isGreaterThan(last);
    }

    @Test
    void shouldNoticeThatATopicWasCreatedAgain() {
        accept(register("rows", "a", 4, false));
        assertThat(accept(register("rows", "a", 4, false)).writes()).isEmpty();
        assertThat(refuse(register("rows", "a", 8, false))).isEqualTo(ErrorCode.PARTITIONS_CHANGED);
        assertThat(refuse(register("rows", "b", 4, false))).isEqualTo(ErrorCode.TOPIC_RECREATED);
        accept(register("rows", "b", 4, true));

        assertThat(builder.build().topic("rows").orElseThrow().epoch()).isEqualTo(1);
    }

    @Test
    void shouldRebuildTheSameCatalogFromItsTopic() {
        accept(put("docs", List.of("id"), List.of("body"), true));
        accept(createIndex("own", null));
        accept(new DropIndex("docs_v1"));
        CatalogBuilder again = new CatalogBuilder();
        topic.forEach(again::apply);

        assertThat(again.build().datasets()).isEqualTo(builder.build().datasets());
        assertThat(again.build().indexes()).isEqualTo(builder.build().indexes());
        assertThat(again.build().version()).isEqualTo(3);
    }

    private Accepted accept(Object body) {
        CatalogDecision decision = decide(body);
        assertThat(decision).isInstanceOf(Accepted.class);
        Accepted accepted = (Accepted) decision;
        if (!accepted.writes().isEmpty()) {
            long version = builder.build().version() + 1;
            for (Write write : accepted.writes()) {
                builder.apply(write.key(), write.value());
                topic.put(write.key(), write.value());
            }
            CatalogRecord end = new CatalogRecord(version, accepted.lastId(), null);
            builder.apply(CatalogEntries.VERSION_KEY, end);
            topic.put(CatalogEntries.VERSION_KEY, end);
        }
        return accepted;
    }

    private ErrorCode refuse(Object body) {
        CatalogDecision decision = decide(body);
        assertThat(decision).isInstanceOf(Refused.class);
        return ((Refused) decision).code();
    }

    private CatalogDecision decide(Object body) {
        return CatalogRules.decide(
                builder.build(), CatalogCommand.newBuilder().setCommand(body).build(), NOW);
    }

    private PutDataset put(String name, List<String> idColumns, List<String> textColumns, boolean withIndex) {
        DatasetEntry entry = DatasetEntry.newBuilder()
                .setId(0)
                .setName(name)
                .setIdColumns(idColumns)
                .setTextColumns(textColumns)
                .setMetadataColumns(null)
                .setRefreshPolicy("on_append")
                .setDirect(false)
                .setCreated(Instant.EPOCH)
                .setRevision(0)
                .build();
        return new PutDataset(entry, withIndex ? indexes.ofDataset(name) : null);
    }

    private CreateIndex createIndex(String name, @Nullable String dataset) {
        Integer dimension = dataset == null ? 8 : null;
        IndexSpec spec = new IndexSpec(name, dataset, dimension, null, null, null, null, null, null, null, null);
        return new CreateIndex(indexes.entry(spec), dataset);
    }

    private static RegisterTopic register(String name, String id, int partitions, boolean newEpoch) {
        return new RegisterTopic(new TopicEntry(name, id, 0, partitions), newEpoch);
    }
}
