package dev.freshet.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogService.DatasetSpec;
import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.InMemoryCatalog;
import dev.freshet.catalog.ManualClock;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.PiiFinding;
import dev.freshet.schemas.privacy.PiiKind;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FlagReportsTest {
    private static final List<PiiFinding> FOUND = List.of(new PiiFinding("contact", PiiKind.EMAIL, 1.0));

    private final InMemoryCatalog catalog =
            new InMemoryCatalog(1, InMemoryCatalog.defaults(), new ManualClock(Instant.EPOCH));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private int told;
    private int failures;
    private final FlagReports reports = new FlagReports(
            catalog,
            (dataset, findings) -> {
                told++;
                if (failures > 0) {
                    failures--;
                    throw new FreshetException(ErrorCode.CATALOG_UNAVAILABLE, "nobody answers");
                }
                catalog.flagColumns(dataset, findings);
            },
            meters);

    private long docs() {
        return catalog.putDataset(new DatasetSpec(
                        "docs", List.of("id"), List.of("body"), null, RefreshPolicy.ON_APPEND, null, true))
                .dataset()
                .id();
    }

    @Test
    void shouldTellEachFindingOnce() {
        long docs = docs();
        for (int i = 0; i < 10; i++) {
            reports.found(docs, FOUND);
        }
        reports.send();
        reports.send();
        reports.found(docs, FOUND);
        reports.send();

        assertThat(told).isEqualTo(1);
        assertThat(catalog.current().dataset(docs).orElseThrow().privacy().flags())
                .isEqualTo(FOUND);
    }

    @Test
    void shouldTellAgainWhatCouldNotBeTold() {
        long docs = docs();
        failures = 2;
        reports.found(docs, FOUND);
        reports.send();
        reports.send();
        assertThat(catalog.current().dataset(docs).orElseThrow().privacy().flags())
                .isEmpty();
        reports.send();
        reports.send();
        assertThat(told).isEqualTo(3);
        assertThat(catalog.current().dataset(docs).orElseThrow().privacy().flags())
                .isEqualTo(FOUND);
    }

    @Test
    void shouldGoOnAfterTheCatalogCouldNotBeRead() {
        AtomicBoolean broken = new AtomicBoolean(true);
        CatalogView view = new CatalogView() {
            @Override
            public Catalog current() {
                if (broken.get()) {
                    throw new IllegalStateException("closed");
                }
                return catalog.current();
            }

            @Override
            public Catalog catchUp(Duration timeout) {
                return current();
            }

            @Override
            public void addListener(Consumer<Catalog> listener) {
                catalog.addListener(listener);
            }
        };
        FlagReports surviving = new FlagReports(view, catalog::flagColumns, meters);
        long docs = docs();
        surviving.found(docs, FOUND);
        surviving.send();
        assertThat(catalog.current().dataset(docs).orElseThrow().privacy().flags())
                .isEmpty();

        broken.set(false);
        surviving.send();
        assertThat(catalog.current().dataset(docs).orElseThrow().privacy().flags())
                .isEqualTo(FOUND);
    }

    @Test
    void shouldWaitForACatalogThatLagsAndForgetWhatIsGone() {
        catalog.hide();
        long docs = catalog.current().lastId() + 1;
        reports.found(docs, FOUND);
        reports.send();
        assertThat(told).as("it is not known here yet").isZero();
        catalog.catchUp(Duration.ZERO);
        assertThat(docs()).isEqualTo(docs);
        reports.send();
        assertThat(told).isEqualTo(1);

        reports.found(docs, List.of(new PiiFinding("line", PiiKind.PHONE, 1.0)));
        catalog.dropDataset("docs");
        reports.send();
        assertThat(told).isEqualTo(1);
    }

    @Test
    void shouldTellOnceWhatADatasetHasNoRoomFor() {
        long docs = docs();
        List<PiiFinding> findings = IntStream.range(0, 203)
                .mapToObj(i -> PiiFinding.byName("email" + i, PiiKind.EMAIL))
                .toList();
        reports.found(docs, findings);
        reports.send();
        assertThat(catalog.current().dataset(docs).orElseThrow().privacy().isFull())
                .isTrue();
        reports.send();
        assertThat(leftOut()).isEqualTo(3);

        reports.found(docs, findings.subList(190, 203));
        reports.send();
        reports.send();
        assertThat(leftOut()).as("each once").isEqualTo(3);
        reports.found(docs, List.of(new PiiFinding("email202", PiiKind.NAME, 1.0), findings.get(201)));
        reports.send();
        assertThat(leftOut()).isEqualTo(4);
        assertThat(told).as("the catalog is not asked in vain").isEqualTo(1);
    }

    @Test
    void shouldNotTellWhatSomebodyHasDecided() {
        long docs = docs();
        reports.found(
                docs,
                IntStream.range(0, 200)
                        .mapToObj(i -> PiiFinding.byName("email" + i, PiiKind.EMAIL))
                        .toList());
        reports.send();
        catalog.putDataset(new DatasetSpec(
                "docs",
                List.of("id"),
                List.of("body"),
                null,
                RefreshPolicy.ON_APPEND,
                null,
                true,
                ColumnPolicies.parse(Map.of("line", "keep"))));
        reports.found(docs, List.of(new PiiFinding("line", PiiKind.PHONE, 1.0)));
        reports.send();
        assertThat(leftOut()).isZero();
    }

    private double leftOut() {
        return meters.get("freshet.flags.left.out").counter().count();
    }
}
