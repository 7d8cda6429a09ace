package dev.freshet.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestRandom;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.File;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pages, one after the other, hold every row once, in one order, while others come and go. */
class RowPagesTest {
    private static final Comparator<String> STORED = Comparator.<String>comparingInt(key -> key.getBytes(UTF_8).length)
            .thenComparing(key -> key.getBytes(UTF_8), Arrays::compareUnsigned);

    private final RandomGenerator random = TestRandom.create(RowPagesTest.class);
    private final File directory;

    RowPagesTest(@TempDir File directory) {
        this.directory = directory;
    }

    @Test
    void everyRowOnceInTheSameOrder() {
        TestCatalog catalog = new TestCatalog()
                .add(TestCatalog.index(1, 2, Distance.EUCLIDEAN))
                .add(TestCatalog.index(2, 2, Distance.EUCLIDEAN));
        try (LocalVectorStores stores = new LocalVectorStores(
                        OpenStore.TOPIC,
                        catalog,
                        Images::deserializer,
                        new SimpleMeterRegistry(),
                        new ManualLoaders(true));
                OpenStore opened = new OpenStore(stores, directory, 3).open();
                StorePartitions partitions = new StorePartitions(stores, catalog, 1)) {
            TreeSet<String> even = new TreeSet<>(STORED);
            TreeSet<String> all = new TreeSet<>(STORED);
            for (int row = 0; row < 700; row++) {
                String key = "é:".repeat(random.nextInt(4)) + row;
                put(opened, key, row);
                opened.put(Images.row(2, "other-" + row, 1, new float[] {row, 0}));
                all.add(key);
                if (row % 2 == 0) {
                    even.add(key);
                }
            }
            Filter filter = Filter.parse("{\"eq\":{\"even\":true}}");
            for (int round = 0; round < 20; round++) {
                assertThat(listed(partitions, opened, null)).containsExactlyElementsOf(all);
                assertThat(listed(partitions, opened, filter)).containsExactlyElementsOf(even);
            }
            opened.store.close();
            assertThatThrownBy(() -> partitions.page(new PageQuery(1, 3, null, 1, 1, false, null)))
                    .isInstanceOfSatisfying(
                            FreshetException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.NOT_READY));
        }
    }

    private static void put(OpenStore opened, String key, int row) {
        RowImage image = Images.row(1, key, 1, new float[] {row, 0}, new float[] {0, row});
        image.setMetadata("{\"even\":" + (row % 2 == 0) + "}");
        opened.put(image);
    }

    private List<String> listed(StorePartitions partitions, OpenStore opened, @Nullable Filter filter) {
        List<String> listed = new ArrayList<>();
        String after = null;
        do {
            int limit = random.nextInt(1, 300);
            long bytes = random.nextBoolean() ? Long.MAX_VALUE : random.nextInt(1, 3_000);
            RowPage page = partitions.page(new PageQuery(1, 3, after, limit, bytes, true, filter));
            assertThat(page.rows()).hasSizeLessThanOrEqualTo(limit).allSatisfy(row -> {
                assertThat(row.chunks()).hasSize(2);
                assertThat(row.chunks().get(0).vector()).hasSize(2);
            });
            assertThat(page.bytes() <= bytes || page.rows().size() == 1).isTrue();
            page.rows().forEach(row -> listed.add(row.rowKey()));
            after = page.last();
            // What comes and goes among the pages is not one of the rows that are there all the while.
            String visitor = "visitor-" + random.nextInt(50);
            opened.put(Images.row(1, visitor, opened.offset(), new float[] {1, 1}, new float[] {1, 1}));
            opened.delete(1, random.nextBoolean() && after != null && after.startsWith("visitor") ? after : visitor);
        } while (after != null);
        listed.removeIf(key -> key.startsWith("visitor"));
        return listed;
    }

    @Test
    void aFilterThatNothingPassesEndsThePageAllTheSame() {
        TestCatalog catalog = new TestCatalog().add(TestCatalog.index(1, 2, Distance.EUCLIDEAN));
        try (LocalVectorStores stores = new LocalVectorStores(
                        OpenStore.TOPIC,
                        catalog,
                        Images::deserializer,
                        new SimpleMeterRegistry(),
                        new ManualLoaders(false));
                OpenStore opened = new OpenStore(stores, directory, 0).open()) {
            int rows = RowPages.ROWS_LOOKED_AT_MAX + 500;
            for (int row = 0; row < rows; row++) {
                opened.put(Images.row(1, "row-" + row, 1));
            }
            Filter nothing = Filter.parse("{\"exists\":{\"missing\":true}}");
            RowPage page = RowPages.read(opened.store.storage(), new PageQuery(1, 0, null, 10, 1, false, nothing));
            assertThat(page.rows()).isEmpty();
            assertThat(page.last()).isNotNull();
            RowPage rest =
                    RowPages.read(opened.store.storage(), new PageQuery(1, 0, page.last(), 10, 1, false, nothing));
            assertThat(rest).isEqualTo(new RowPage(List.of(), null, 0));
        }
    }
}
