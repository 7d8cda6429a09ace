package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.index.TestedEngine;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.VectorKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Searches with filters find what brute force over the rows that pass finds, whatever share of them passes and however they change. */
class FilteredSearchTest {
    private static final int DIMENSIONS = 16;
    private static final int K = 10;

    private final RandomGenerator random = TestRandom.create(FilteredSearchTest.class);
    private final File directory;
    private final TestCatalog catalog = new TestCatalog();
    private final LocalVectorStores stores = new LocalVectorStores(
            OpenStore.TOPIC, catalog, Images::deserializer, new SimpleMeterRegistry(), new ManualLoaders(true));
    private final Map<String, RowImage> oracle = new TreeMap<>();
    private long version;

    FilteredSearchTest(@TempDir File directory) {
        this.directory = directory;
    }

    @AfterEach
    void close() {
        stores.close();
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "COMPACT_INT8_ON_DISK")
    void recallHoldsAtEverySelectivity(TestedEngine engine) {
        int rows = 12_000;
        catalog.add(TestCatalog.indexWith(engine, 1, DIMENSIONS, Distance.COSINE));
        try (OpenStore opened = new OpenStore(stores, directory, 0)) {
            List<KeyValue<String, Optional<RowImage>>> restored = new ArrayList<>();
            for (int row = 0; row < rows; row++) {
                RowImage image = image("row-" + row, "{\"bucket\":" + random.nextInt(1_000) + "}", 1);
                restored.add(new KeyValue<>(VectorKeys.row(1, "row-" + row), Optional.of(image)));
            }
            opened.restore(restored);
            opened.open();
            for (int bucketsPassing : List.of(500, 100, 10, 1)) {
                Filter filter = Filter.parse("{\"lt\":{\"bucket\":" + bucketsPassing + "}}");
                double found = 0;
                int queries = 25;
                for (int query = 0; query < queries; query++) {
                    float[] vector = RandomVectors.draw(random, DIMENSIONS);
                    List<String> exact = search(opened, vector, K, 100, true, false, filter);
                    assertThat(exact).isEqualTo(expected(opened, vector, K, false, filter));
                    List<String> walked = search(opened, vector, K, 100, false, false, filter);
                    assertThat(walked).hasSameSizeAs(exact);
                    found += exact.isEmpty()
                            ? 1
                            : (double) walked.stream().filter(exact::contains).count() / exact.size();
                }
                System.out.println(engine + ", " + bucketsPassing / 1_000.0 + " pass: recall " + found / queries);
                assertThat(found / queries).isGreaterThanOrEqualTo(0.95);
            }
        }
    }

    @Test
    void seesMetadataAsTheyAreWhateverHappensToRows() {
        catalog.add(TestCatalog.index(1, DIMENSIONS, Distance.COSINE, null, "compact"));
        OpenStore opened = new OpenStore(stores, directory, 0).open();
        try {
            for (int change = 0; change < 1_500; change++) {
                change(opened, "row-" + random.nextInt(300));
                if (change % 500 == 250) {
                    opened = restarted(opened);
                }
                if (change % 15 == 0) {
                    Filter filter = random.nextBoolean()
                            ? Filter.parse("{\"lt\":{\"bucket\":" + random.nextInt(1, 20) + "}}")
                            : Filter.parse("{\"eq\":{\"bucket\":" + random.nextInt(20) + "}}");
                    float[] vector = RandomVectors.draw(random, DIMENSIONS);
                    int k = random.nextInt(1, 40);
                    boolean grouped = random.nextBoolean();
                    List<String> expected = expected(opened, vector, k, grouped, filter);
                    assertThat(search(opened, vector, k, k, true, grouped, filter))
                            .as("exact, %s", filter)
                            .isEqualTo(expected);
                    // With a walk this wide nothing is approximate.
                    assertThat(search(opened, vector, k, 2_000, false, grouped, filter))
                            .as("by walking, %s", filter)
                            .isEqualTo(expected);
                }
            }
        } finally {
            opened.close();
        }
    }

    private void change(OpenStore opened, String key) {
        RowImage old = oracle.get(key);
        switch (random.nextInt(5)) {
            case 0 -> {
                oracle.remove(key);
                opened.delete(1, key);
            }
            case 1, 2 -> opened.put(image(key, metadata(), random.nextInt(4)));
            default -> {
                // Metadata alone.
                RowImage image = old == null
                        ? image(key, metadata(), 1)
                        : RowImage.newBuilder(old).build();
                image.setVersion(++version);
                image.setMetadata(metadata());
                oracle.put(key, image);
                opened.put(image);
            }
        }
    }

    // Some are too long to be kept in memory.
    private String metadata() {
        String bucket = "{\"bucket\":" + random.nextInt(20);
        return random.nextInt(5) == 0 ? bucket + ",\"text\":\"" + "x".repeat(5_000) + "\"}" : bucket + "}";
    }

    private RowImage image(String key, String metadata, int chunks) {
        float[][] vectors = new float[chunks][];
        for (int chunk = 0; chunk < chunks; chunk++) {
            vectors[chunk] = RandomVectors.draw(random, DIMENSIONS);
        }
        RowImage image = Images.row(1, key, ++version, vectors);
        image.setMetadata(metadata);
        oracle.put(key, image);
        return image;
    }

    private OpenStore restarted(OpenStore opened) {
        try {
            opened.commit();
        } catch (Exception e) {
            throw new AssertionError(e);
        }
        opened.tick(stores);
        opened.close();
        OpenStore again = new OpenStore(stores, directory, 0).open();
        assertThat(again.graph(1).rows()).isEqualTo(oracle.size());
        return again;
    }

    private static List<String> search(
            OpenStore opened, float[] vector, int k, int ef, boolean exact, boolean grouped, @Nullable Filter filter) {
        return opened
                .store
                .search(
                        new VectorQuery(1, vector, k, Math.max(k, ef), exact, null, grouped, false, filter),
                        () -> false)
                .orElseThrow()
                .hits()
                .stream()
                .map(SearchHit::id)
                .toList();
    }

    private List<String> expected(OpenStore opened, float[] vector, int k, boolean grouped, Filter filter) {
        IndexGraph graph = opened.graph(1);
        float[] prepared = graph.prepare(vector);
        List<Candidate> all = new ArrayList<>();
        oracle.values().stream()
                .filter(image -> filter.holds(image.getMetadata()))
                .forEach(image -> {
                    List<Candidate> chunks = graph.score(prepared, StoreFormat.image(image.getRowKey(), image, 0));
                    chunks.stream().sorted().limit(grouped ? 1 : chunks.size()).forEach(all::add);
                });
        return all.stream()
                .sorted()
                .limit(k)
                .map(candidate -> candidate.rowKey() + "#" + candidate.ordinal())
                .toList();
    }
}
