package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.ManualClock;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.key.RowVersion;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The gauges of an index: what it holds in this process, and how far it is behind. */
class IndexGaugesTest {
    private static final long INDEX = 1;
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");

    private final Path directory;
    private final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    private final ManualClock clock = new ManualClock(NOW);
    private final AtomicLong unreadInSecond = new AtomicLong();
    private final TestCatalog catalog = new TestCatalog()
            .add(TestCatalog.index(INDEX, 2, Distance.EUCLIDEAN, null, "compact"))
            .add(TestCatalog.index(2, 2, Distance.EUCLIDEAN, null, "compact"));
    private final LocalVectorStores stores =
            new LocalVectorStores(OpenStore.TOPIC, catalog, Images::deserializer, metrics, new ManualLoaders(true));
    private final List<OpenStore> opened = new ArrayList<>();

    IndexGaugesTest(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeEach
    void openTwo() throws Exception {
        opened.addAll(OpenStore.open(stores, directory, 2));
        SearchableLag.register(
                stores,
                catalog,
                partition -> partition == 1 && unreadInSecond.get() > 0
                        ? OptionalLong.of(unreadInSecond.get())
                        : OptionalLong.empty(),
                metrics,
                clock);
    }

    @AfterEach
    void closeAll() {
        opened.forEach(OpenStore::close);
        stores.close();
    }

    @Test
    void tellsWhatThisProcessHolds() {
        for (int row = 0; row < 10; row++) {
            opened.get(row % 2).put(Images.row(INDEX, "row-" + row, row, new float[] {row, 0}, new float[] {row, 9}));
        }
        for (int row = 0; row < 5; row++) {
            opened.get(row % 2).delete(INDEX, "row-" + row);
        }
        assertThat(gauge("freshet.index.rows")).isEqualTo(5);
        assertThat(gauge("freshet.index.vectors")).isEqualTo(10);
        assertThat(gauge("freshet.index.tombstones")).isPositive();
        assertThat(gauge("freshet.index.tombstone.ratio"))
                .isEqualTo(gauge("freshet.index.tombstones") / (10 + gauge("freshet.index.tombstones")));
        assertThat(gauge("freshet.index.graph.bytes")).isGreaterThan(10 * 2 * Float.BYTES);
        assertThat(gauge("freshet.index.ready.partitions")).isEqualTo(2);
        assertThat(gauge("freshet.index.unsaved.vectors")).isPositive();
        opened.get(1).close();
        assertThat(gauge("freshet.index.ready.partitions")).isEqualTo(1);
    }

    @Test
    void theLagIsThatOfTheOldestChangeThatWaits() {
        assertThat(gauge("freshet.searchable.lag.seconds")).isZero();
        opened.get(0).watermark(INDEX, RowVersion.of(1, 17), NOW.minusSeconds(5).toEpochMilli());
        opened.get(1).watermark(INDEX, RowVersion.of(1, 40), NOW.minusSeconds(3).toEpochMilli());
        assertThat(gauge("freshet.searchable.lag.seconds")).isEqualTo(5);
        unreadInSecond.set(NOW.minusSeconds(30).toEpochMilli());
        assertThat(gauge("freshet.searchable.lag.seconds")).isEqualTo(30);
        unreadInSecond.set(0);
        opened.get(0).watermark(INDEX, RowVersion.of(1, 18), Long.MIN_VALUE);
        assertThat(gauge("freshet.searchable.lag.seconds")).isEqualTo(3);
        opened.get(1).watermark(INDEX, RowVersion.of(1, 41), Long.MIN_VALUE);
        assertThat(gauge("freshet.searchable.lag.seconds")).isZero();
    }

    @Test
    void aDroppedIndexHasNoGauges() {
        catalog.drop(INDEX);
        assertThat(metrics.getMeters())
                .noneMatch(meter -> "index-1".equals(meter.getId().getTag("index")))
                .anyMatch(meter -> "index-2".equals(meter.getId().getTag("index")));
        stores.close();
        assertThat(metrics.find("freshet.index.vectors").gauges()).isEmpty();
    }

    private double gauge(String name) {
        return metrics.get(name).tag("index", "index-1").gauge().value();
    }
}
