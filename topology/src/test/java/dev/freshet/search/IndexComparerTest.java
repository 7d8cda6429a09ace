package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.ModelReference;
import dev.freshet.embed.Embedder;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IndexComparerTest {
    private static final int PARTITIONS = 2;
    private static final int ROWS = 60;
    private static final long DATASET = 1;
    private static final long SMALL = 2;
    private static final long WIDE = 3;
    private static final long TWIN = 4;
    private static final long OTHER_DATASET = 5;
    private static final long DIRECT = 6;
    private static final long UNFILLED = 7;

    private final Map<String, HashingEmbedder> models =
            Map.of("small", HashingEmbedder.of(8), "wide", HashingEmbedder.of(64));
    private final TestCatalog catalog = new TestCatalog()
            .add(index(SMALL, DATASET, "small"))
            .add(index(WIDE, DATASET, "wide"))
            .add(index(TWIN, DATASET, "wide"))
            .add(index(UNFILLED, DATASET, "wide"))
            .add(index(OTHER_DATASET, 99, "wide"))
            .add(TestCatalog.index(DIRECT, 3, Distance.COSINE));
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final LocalVectorStores stores =
            new LocalVectorStores(OpenStore.TOPIC, catalog, Images::deserializer, metrics, new ManualLoaders(true));
    private final GatheringSearchService service = new GatheringSearchService(
            new StorePartitions(stores, catalog, 2),
            Cluster.alone(),
            catalog,
            this::model,
            () -> PARTITIONS,
            partition -> OptionalLong.empty(),
            () -> true,
            metrics);
    private final List<OpenStore> opened = new ArrayList<>();
    private final Path directory;

    IndexComparerTest(@TempDir Path directory) {
        this.directory = directory;
    }

    private Embedder model(String name) {
        HashingEmbedder model = models.get(name);
        if (model == null) {
            throw new AssertionError(name);
        }
        return model;
    }

    private IndexDefinition index(long id, long dataset, String modelName) {
        var info = model(modelName).model();
        ModelReference model =
                new ModelReference(modelName, "1", info.dimensions(), info.maxTokens(), info.fingerprint());
        return new IndexDefinition(
                id,
                "index-" + id,
                dataset,
                model,
                info.dimensions(),
                Distance.COSINE,
                "compact",
                "none",
                false,
                16,
                200,
                100,
                1000,
                0,
                Instant.EPOCH,
                null);
    }

    @BeforeEach
    void fill() throws Exception {
        opened.addAll(OpenStore.open(stores, directory, PARTITIONS));
        for (int row = 0; row < ROWS; row++) {
            String key = "row-" + row;
            String text = key + "@" + row + "#0";
            OpenStore store = opened.get(row % PARTITIONS);
            store.put(Images.row(SMALL, key, row, vector("small", text)));
            store.put(Images.row(WIDE, key, row, vector("wide", text)));
            store.put(Images.row(TWIN, key, row, vector("wide", text)));
        }
    }

    @AfterEach
    void closeAll() {
        service.close();
        opened.forEach(OpenStore::close);
        stores.close();
    }

    private float[] vector(String modelName, String text) {
        return model(modelName).embedQuery(text).join();
    }

    private static ComparisonRequest request(long left, long right, List<String> queries, int sample) {
        return new ComparisonRequest(left, right, queries, sample, 5, null, 7, Duration.ofSeconds(60));
    }

    @Test
    void indexesOfTheSameModelAgreeInEverything() {
        Comparison comparison = service.compare(request(WIDE, TWIN, List.of(), 20));
        assertThat(comparison.queries()).isEqualTo(20);
        assertThat(comparison.overlap()).isEqualTo(1);
        assertThat(comparison.sameFirst()).isEqualTo(1);
        assertThat(comparison.left().recall()).isEqualTo(1);
        assertThat(comparison.right().recall()).isEqualTo(1);
        assertThat(comparison.mostDifferent()).isEmpty();
        assertThat(comparison.coverage()).isEqualTo(new Coverage(2, 2));
    }

    @Test
    void eachIndexIsAskedWithItsOwnModelAndDifferencesAreShown() {
        List<String> queries = List.of("row-3@3#0", "row-17@17#0", "row-31@31#0", "row-44@44#0");
        Comparison comparison = service.compare(request(SMALL, WIDE, queries, 1));
        assertThat(comparison.queries()).isEqualTo(4);
        double overlaps = 0;
        for (String query : queries) {
            List<String> small = nearest(SMALL, query);
            List<String> wide = nearest(WIDE, query);
            overlaps += small.stream().filter(wide::contains).count() / 5.0;
        }
        assertThat(overlaps).as("the models differ").isLessThan(4);
        assertThat(comparison.overlap()).isEqualTo(overlaps / 4);
        assertThat(comparison.mostDifferent())
                .isNotEmpty()
                .isSortedAccordingTo((a, b) -> Double.compare(a.overlap(), b.overlap()));
        assertThat(comparison.mostDifferent())
                .allSatisfy(difference -> assertThat(difference.left()).isEqualTo(nearest(SMALL, difference.query())));
    }

    private List<String> nearest(long index, String query) {
        return service
                .search(new SearchRequest(
                        index,
                        query,
                        null,
                        5,
                        null,
                        false,
                        null,
                        true,
                        false,
                        null,
                        Map.of(),
                        false,
                        Duration.ofSeconds(60)))
                .results()
                .stream()
                .map(SearchHit::row)
                .toList();
    }

    @Test
    void aSmallerEfShowsInTheRecallOnly() {
        ComparisonRequest narrow = new ComparisonRequest(WIDE, TWIN, List.of(), 30, 5, 5, 7, Duration.ofSeconds(60));
        Comparison comparison = service.compare(narrow);
        assertThat(comparison.left().recall())
                .isEqualTo(comparison.right().recall())
                .isBetween(0.5, 1.0);
    }

    @Test
    void anIndexThatHoldsNothingHasNoRecall() {
        Comparison comparison = service.compare(request(WIDE, UNFILLED, List.of(), 5));
        assertThat(comparison.left().recall()).isEqualTo(1);
        assertThat(comparison.left().rows()).isEqualTo(ROWS);
        assertThat(comparison.right().recall()).isZero();
        assertThat(comparison.right().rows()).isZero();
        assertThat(comparison.overlap()).isZero();
    }

    @Test
    void showsThatAnIndexIsFilledInPartOnly() {
        for (int row = 0; row < 10; row++) {
            String key = "row-" + row;
            opened.get(row % PARTITIONS).put(Images.row(UNFILLED, key, row, vector("wide", key + "@" + row + "#0")));
        }
        Comparison comparison = service.compare(request(WIDE, UNFILLED, List.of(), 5));
        assertThat(comparison.right().recall())
                .as("of what it holds it finds all")
                .isEqualTo(1);
        assertThat(comparison.right().rows()).isEqualTo(10);
    }

    @Test
    void saysWhichPartitionsWereMissing() {
        opened.get(1).close();
        Comparison comparison = service.compare(request(WIDE, TWIN, List.of(), 5));
        assertThat(comparison.coverage()).isEqualTo(new Coverage(2, 1));
    }

    @Test
    void drawsQueriesFromStandbysToo() throws Exception {
        for (OpenStore store : opened) {
            store.commit();
            store.store.deactivate();
            store.store.standbyBegan(store.offset());
        }
        Comparison comparison = service.compare(request(WIDE, TWIN, List.of(), 20));
        assertThat(comparison.queries()).isEqualTo(20);
    }

    @Test
    void drawsNoQueriesWhereNothingIsHeld() {
        opened.forEach(OpenStore::close);
        assertThatThrownBy(() -> service.compare(request(WIDE, TWIN, List.of(), 5)))
                .isInstanceOfSatisfying(
                        FreshetException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY))
                .hasMessageContaining("index-3")
                .hasMessageContaining("give 'queries'");
    }

    @Test
    void refusesWhatCannotBeCompared() {
        assertThatThrownBy(() -> service.compare(request(WIDE, WIDE, List.of(), 5)))
                .hasMessageContaining("with itself");
        assertThatThrownBy(() -> service.compare(request(WIDE, OTHER_DATASET, List.of(), 5)))
                .hasMessageContaining("different datasets");
        assertThatThrownBy(() -> service.compare(request(WIDE, DIRECT, List.of(), 5)))
                .hasMessageContaining("has no model");
    }
}
