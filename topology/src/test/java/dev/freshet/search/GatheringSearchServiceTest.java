package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.catalog.ModelReference;
import dev.freshet.embed.Embedder;
import dev.freshet.embed.EmbeddingException;
import dev.freshet.embed.ModelInfo;
import dev.freshet.embed.TokenCounter;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.Failure;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.schemas.key.VectorKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GatheringSearchServiceTest {
    private static final int PARTITIONS = 3;
    private static final long INDEX = 1;
    private static final long TEXTS = 2;
    private static final Duration LONG = Duration.ofSeconds(60);

    private final AtomicLong unread = new AtomicLong();
    private final Path directory;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final AtomicBoolean running = new AtomicBoolean(true);
    private final FakeEmbedder embedder = new FakeEmbedder();
    private final TestCatalog catalog = new TestCatalog()
            .add(TestCatalog.index(INDEX, 2, Distance.EUCLIDEAN))
            .add(TestCatalog.index(TEXTS, 2, Distance.COSINE, new ModelReference("fake", "1", 2, 100, "print")));
    private final LocalVectorStores stores =
            new LocalVectorStores(OpenStore.TOPIC, catalog, Images::deserializer, metrics, new ManualLoaders(true));
    private final GatheringSearchService service = new GatheringSearchService(
            new StorePartitions(stores, catalog, 2),
            Cluster.alone(),
            catalog,
            name -> embedder,
            () -> PARTITIONS,
            partition -> unread.get() == 0 ? OptionalLong.empty() : OptionalLong.of(unread.get()),
            running::get,
            metrics);
    private final List<OpenStore> opened = new ArrayList<>();

    GatheringSearchServiceTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void openAll() throws Exception {
        opened.addAll(OpenStore.open(stores, directory, PARTITIONS));
    }

    @AfterEach
    void closeAll() {
        service.close();
        opened.forEach(OpenStore::close);
        stores.close();
    }

    private static SearchRequest request(long index, @Nullable String text, float @Nullable [] vector, int k) {
        return new SearchRequest(index, text, vector, k, null, false, null, false, false, null, Map.of(), false, LONG);
    }

    private void spread() {
        for (int row = 0; row < 12; row++) {
            opened.get(row % PARTITIONS)
                    .put(Images.row(INDEX, "row-" + row, row, new float[] {row, 0}, new float[] {row, 100}));
        }
    }

    @Test
    void mergesAllPartitionsByDistanceThenId() {
        spread();
        SearchResponse response = service.search(request(INDEX, null, new float[] {4.5f, 0}, 4));
        assertThat(response.results())
                .extracting(SearchHit::id)
                .containsExactly("row-4#0", "row-5#0", "row-3#0", "row-6#0");
        assertThat(response.results().get(0).score()).isEqualTo(1 / 1.5);
        assertThat(response.coverage()).isEqualTo(new Coverage(3, 3));
        assertThat(response.positions()).isEqualTo(Map.of(0, -1L, 1, -1L, 2, -1L));
        assertThat(metrics.get("freshet.index.vectors")
                        .tag("index", "index-1")
                        .gauge()
                        .value())
                .isEqualTo(24);
    }

    @Test
    void groupsByRowAndLeavesOutWhatScoresTooLow() {
        spread();
        SearchRequest grouped = new SearchRequest(
                INDEX, null, new float[] {0, 50}, 12, null, false, null, true, true, null, Map.of(), false, LONG);
        assertThat(service.search(grouped).results())
                .hasSize(12)
                .allMatch(hit -> hit.vector() != null)
                .extracting(SearchHit::row)
                .doesNotHaveDuplicates();
        SearchRequest near = new SearchRequest(
                INDEX, null, new float[] {0, 0}, 12, null, true, 1 / 3.5, false, false, null, Map.of(), false, LONG);
        assertThat(service.search(near).results())
                .extracting(SearchHit::id)
                .containsExactly("row-0#0", "row-1#0", "row-2#0");
    }

    @Test
    void aMissingPartitionShowsInTheCoverage() {
        spread();
        opened.get(1).close();
        SearchResponse response = service.search(request(INDEX, null, new float[] {4.5f, 0}, 3));
        assertThat(response.coverage()).isEqualTo(new Coverage(3, 2));
        assertThat(response.coverage().complete()).isFalse();
        assertThat(response.positions()).containsOnlyKeys(0, 2);
        assertThat(response.results()).extracting(SearchHit::id).containsExactly("row-5#0", "row-3#0", "row-6#0");
        opened.get(0).close();
        opened.get(2).close();
        assertRefused(ErrorCode.NOT_READY, () -> service.search(request(INDEX, null, new float[] {0, 0}, 3)));
    }

    @Test
    void noTimeIsADeadlineAndNotAnEmptyAnswer() {
        spread();
        SearchRequest hasty = new SearchRequest(
                INDEX,
                null,
                new float[] {0, 0},
                3,
                null,
                false,
                null,
                false,
                false,
                null,
                Map.of(),
                false,
                Duration.ZERO);
        assertRefused(ErrorCode.DEADLINE_EXCEEDED, () -> service.search(hasty));
    }

    @Test
    void tellsPositionsAndLag() {
        opened.get(0).watermark(INDEX, RowVersion.of(1, 17), Long.MIN_VALUE);
        opened.get(2).watermark(INDEX, RowVersion.of(1, 49), Long.MIN_VALUE);
        SearchResponse response = service.search(request(INDEX, null, new float[] {0, 0}, 3));
        assertThat(response.positions()).isEqualTo(Map.of(0, 17L, 1, -1L, 2, 49L));
        assertThat(response.lagMs()).isZero();
        opened.get(2).watermark(INDEX, RowVersion.of(1, 49), System.currentTimeMillis() - 5_000);
        assertThat(service.search(request(INDEX, null, new float[] {0, 0}, 3)).lagMs())
                .isGreaterThanOrEqualTo(5_000);
        opened.get(2).watermark(INDEX, RowVersion.of(1, 50), Long.MIN_VALUE);
        unread.set(System.currentTimeMillis() - 60_000);
        assertThat(service.search(request(INDEX, null, new float[] {0, 0}, 3)).lagMs())
                .isGreaterThanOrEqualTo(60_000);
    }

    @Test
    void embedsATextWithTheIndexsOwnModel() {
        opened.get(0).put(Images.row(TEXTS, "east", 1, new float[] {9, 0}));
        opened.get(1).put(Images.row(TEXTS, "north", 1, new float[] {0, 9}));
        assertThat(service.search(request(TEXTS, "1 0.1", null, 2)).results())
                .extracting(SearchHit::row)
                .containsExactly("east", "north");
        embedder.fingerprint = "another";
        assertRefused(ErrorCode.MODEL_CHANGED, () -> service.search(request(TEXTS, "1 0.1", null, 2)));
    }

    @Test
    void anEmbedderThatFailsIsAnErrorOfItsOwn() {
        embedder.answer = CompletableFuture.failedFuture(new EmbeddingException(true, "overloaded", null));
        assertRefused(ErrorCode.EMBEDDER_UNAVAILABLE, () -> service.search(request(TEXTS, "x", null, 2)));
        embedder.answer = CompletableFuture.failedFuture(new EmbeddingException(false, "too long", null));
        assertRefused(ErrorCode.EMBEDDING_REFUSED, () -> service.search(request(TEXTS, "x", null, 2)));
        embedder.answer = new CompletableFuture<>();
        assertRefused(
                ErrorCode.DEADLINE_EXCEEDED,
                () -> service.search(new SearchRequest(
                        TEXTS,
                        "x",
                        null,
                        2,
                        null,
                        false,
                        null,
                        false,
                        false,
                        null,
                        Map.of(),
                        false,
                        Duration.ofMillis(5))));
    }

    @Test
    void badRequestsAreRefusedPrecisely() {
        float[] vector = {1, 2};
        assertRefused(ErrorCode.INDEX_NOT_FOUND, () -> service.search(request(99, null, vector, 3)));
        assertRefused(ErrorCode.BAD_REQUEST, () -> service.search(request(INDEX, null, null, 3)));
        assertRefused(ErrorCode.BAD_REQUEST, () -> service.search(request(TEXTS, "x", vector, 3)));
        assertRefused(ErrorCode.BAD_REQUEST, () -> service.search(request(TEXTS, " ", null, 3)));
        assertRefused(ErrorCode.BAD_REQUEST, () -> service.search(request(INDEX, "x", null, 3)));
        assertRefused(ErrorCode.BAD_REQUEST, () -> service.search(request(INDEX, null, vector, 0)));
        assertRefused(ErrorCode.BAD_REQUEST, () -> service.search(request(INDEX, null, vector, 1_001)));
        assertRefused(
                ErrorCode.BAD_REQUEST,
                () -> service.search(new SearchRequest(
                        INDEX, null, vector, 10, 9, false, null, false, false, null, Map.of(), false, LONG)));
        assertRefused(ErrorCode.DIMENSION_MISMATCH, () -> service.search(request(INDEX, null, new float[] {1}, 3)));
        assertRefused(
                ErrorCode.INVALID_VECTOR, () -> service.search(request(INDEX, null, new float[] {1, Float.NaN}, 3)));
        assertRefused(ErrorCode.INVALID_VECTOR, () -> service.search(request(TEXTS, null, new float[2], 3)));
    }

    @Test
    void showsARowAndWhatEachPartitionHolds() {
        spread();
        opened.get(0).put(Images.row(INDEX, "bad", 20, new Failure("embedding_refused", "no"), new float[] {7, 7}));
        RowView row = service.row(INDEX, "bad", 0, true).orElseThrow();
        assertThat(row.failure()).isEqualTo(new RowFailure("embedding_refused", "no"));
        assertThat(row.chunks()).hasSize(1);
        assertThat(row.chunks().get(0).vector()).containsExactly(7, 7);
        assertThat(row.chunks().get(0).text()).isEqualTo("bad@20#0");
        assertThat(service.row(INDEX, "bad", 1, false)).isEmpty();
        IndexStatistics statistics = service.statistics(INDEX);
        assertThat(statistics.rows()).isEqualTo(13);
        assertThat(statistics.vectors()).isEqualTo(25);
        assertThat(statistics.partitions())
                .extracting(IndexStatistics.PartitionStatistics::partition)
                .containsExactly(0, 1, 2);
        opened.get(0).close();
        assertRefused(ErrorCode.NOT_READY, () -> service.row(INDEX, "bad", 0, true));
        assertRefused(ErrorCode.NOT_READY, () -> service.row(INDEX, "bad", 77, true));
    }

    @Test
    void readyMeansRestoredAndLoaded() {
        assertThat(service.ready()).isTrue();
        running.set(false);
        assertThat(service.ready()).isFalse();
    }

    @Test
    void awaitReturnsWhenVersionsOrWatermarksReachThePositions() throws Exception {
        List<RowPosition> positions = List.of(
                new RowPosition("a", 0, 5),
                new RowPosition("b", 1, 6),
                new RowPosition("gone", 2, 7),
                new RowPosition("bad", 2, 8));
        CountDownLatch waiting = new CountDownLatch(1);
        ExecutorService writer = Executors.newSingleThreadExecutor();
        try {
            Future<AwaitResult> result = writer.submit(() -> {
                waiting.countDown();
                return service.await(INDEX, positions, LONG);
            });
            waiting.await();
            opened.get(0).put(Images.row(INDEX, "a", 4, new float[] {1, 0}));
            opened.get(0).put(Images.row(INDEX, "a", 5, new float[] {1, 0}));
            opened.get(1).put(Images.row(INDEX, "b", 9, new float[] {1, 0}));
            opened.get(2).put(Images.row(INDEX, "bad", 8, new Failure("row_too_large", "2 MiB")));
            opened.get(2).delete(INDEX, "gone");
            opened.get(2).watermark(INDEX, 7, 0);
            AwaitResult reached = result.get();
            assertThat(reached.missing()).isEmpty();
            assertThat(reached.failed()).isEqualTo(Map.of("bad", new RowFailure("row_too_large", "2 MiB")));
        } finally {
            writer.shutdownNow();
        }
    }

    @Test
    void awaitOfADeletionNeedsNoWatermark() throws Exception {
        opened.get(0).put(Images.row(INDEX, "a", 4, new float[] {1, 0}));
        List<RowPosition> deletion = List.of(new RowPosition("a", 0, 5));
        opened.get(0).delete(INDEX, "a");
        assertThat(service.await(INDEX, deletion, Duration.ZERO).missing())
                .as("nothing says which change it was")
                .containsExactly("a");
        opened.get(0).store.deleted(VectorKeys.row(INDEX, "a").getBytes(StandardCharsets.UTF_8), 5);
        assertThat(service.await(INDEX, deletion, Duration.ZERO).missing()).isEmpty();
        assertThat(service.await(INDEX, List.of(new RowPosition("a", 0, 6)), Duration.ZERO)
                        .missing())
                .containsExactly("a");
    }

    @Test
    void awaitTellsWhatDidNotMakeIt() throws Exception {
        opened.get(0).put(Images.row(INDEX, "a", 4, new float[] {1, 0}));
        List<RowPosition> positions =
                List.of(new RowPosition("a", 0, 5), new RowPosition("a-too", 0, 4), new RowPosition("elsewhere", 9, 1));
        assertThat(service.await(INDEX, positions, Duration.ZERO).missing()).containsExactly("a", "a-too", "elsewhere");
        assertThat(service.await(INDEX, List.of(new RowPosition("a", 0, 4)), Duration.ZERO)
                        .missing())
                .isEmpty();
        assertRefused(ErrorCode.INDEX_NOT_FOUND, () -> service.await(99, positions, Duration.ZERO));
    }

    private static void assertRefused(ErrorCode code, ThrowingCallable call) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FreshetException.class,
                        refused -> assertThat(refused.code()).isEqualTo(code));
    }

    /** Embeds a text of numbers as these numbers. */
    private static final class FakeEmbedder implements Embedder {
        private volatile String fingerprint = "print";
        private volatile @Nullable CompletableFuture<float[]> answer;

        @Override
        public ModelInfo model() {
            return new ModelInfo("fake", "1", 2, 100, fingerprint);
        }

        @Override
        public TokenCounter tokens() {
            return String::length;
        }

        @Override
        public CompletableFuture<List<float[]>> embed(List<String> texts) {
            throw new AssertionError("a search embeds queries");
        }

        @Override
        public CompletableFuture<float[]> embedQuery(String text) {
            CompletableFuture<float[]> prepared = answer;
            if (prepared != null) {
                return prepared;
            }
            String[] numbers = text.split(" ");
            return CompletableFuture.completedFuture(
                    new float[] {Float.parseFloat(numbers[0]), Float.parseFloat(numbers[1])});
        }

        @Override
        public void close() {}
    }
}
