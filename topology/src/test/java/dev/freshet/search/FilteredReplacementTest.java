package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.index.TestedEngine;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.RowImage;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Readers search with a filter while a writer replaces rows, whose metadata pass it now and then: a row that passes in each of its states is in every answer, and what an answer shows passes.
 */
class FilteredReplacementTest {
    private static final int DIMENSIONS = 8;
    private static final int ROWS = 400;
    private static final int ALWAYS = 30;
    private static final int CHANGES = 3_000;
    private static final Filter FILTER = Filter.parse("{\"eq\":{\"on\":true}}");

    private final File directory;
    private final RandomGenerator random = TestRandom.create(FilteredReplacementTest.class);
    private final TestCatalog catalog = new TestCatalog();

    FilteredReplacementTest(@TempDir File directory) {
        this.directory = directory;
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "COMPACT_INT8_ON_DISK")
    void whatPassesAllTheWhileIsAlwaysFound(TestedEngine engine) throws Exception {
        catalog.add(TestCatalog.indexWith(engine, 1, DIMENSIONS, Distance.COSINE));
        try (LocalVectorStores stores = new LocalVectorStores(
                        OpenStore.TOPIC,
                        catalog,
                        Images::deserializer,
                        new SimpleMeterRegistry(),
                        new ManualLoaders(true));
                OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            for (int row = 0; row < ROWS; row++) {
                write(opened, row);
            }
            AtomicBoolean done = new AtomicBoolean();
            ExecutorService readers = Executors.newFixedThreadPool(2);
            try {
                List<Future<Integer>> reading = new ArrayList<>();
                for (int reader = 0; reader < 2; reader++) {
                    long seed = random.nextLong();
                    reading.add(readers.submit(() -> {
                        RandomGenerator own =
                                RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
                        int searches = 0;
                        do {
                            search(opened.store, own);
                            searches++;
                        } while (!done.get());
                        return searches;
                    }));
                }
                for (int change = 0; change < CHANGES && reading.stream().noneMatch(Future::isDone); change++) {
                    write(opened, random.nextInt(ROWS));
                }
                done.set(true);
                for (Future<Integer> reader : reading) {
                    System.out.println(engine + ": " + reader.get() + " searches");
                }
            } finally {
                done.set(true);
                readers.shutdownNow();
            }
        }
    }

    private void write(OpenStore opened, int row) {
        boolean on = row < ALWAYS || random.nextInt(3) == 0;
        float[][] vectors = new float[1 + random.nextInt(2)][];
        for (int i = 0; i < vectors.length; i++) {
            vectors[i] = RandomVectors.draw(random, DIMENSIONS);
        }
        RowImage image = Images.row(1, "row-" + row, opened.offset() + 1, vectors);
        image.setMetadata("{\"on\":" + on + ",\"row\":" + row + "}");
        opened.put(image);
    }

    private static void search(VectorStore store, RandomGenerator own) {
        // A narrow search walks the graph, a wide one finds that few pass; both have to find every row that passes.
        int ef = own.nextBoolean() ? 40 : 1_000;
        VectorQuery query = new VectorQuery(
                1, RandomVectors.draw(own, DIMENSIONS), ef, ef, own.nextInt(4) == 0, null, true, false, FILTER);
        List<SearchHit> hits = store.search(query, () -> false).orElseThrow().hits();
        assertThat(hits).allMatch(hit -> hit.metadata().startsWith("{\"on\":true"));
        assertThat(hits).extracting(SearchHit::row).doesNotHaveDuplicates();
        if (ef == 1_000) {
            long always = hits.stream()
                    .filter(hit -> Integer.parseInt(hit.row().substring("row-".length())) < ALWAYS)
                    .count();
            assertThat(always).as("rows that pass in each state").isEqualTo(ALWAYS);
        } else {
            assertThat(hits).hasSizeGreaterThanOrEqualTo(ALWAYS);
        }
    }
}
