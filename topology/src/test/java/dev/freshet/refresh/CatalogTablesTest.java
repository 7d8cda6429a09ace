package dev.freshet.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.CatalogService.DatasetSpec;
import dev.freshet.catalog.CatalogService.TableSpec;
import dev.freshet.catalog.InMemoryCatalog;
import dev.freshet.catalog.IndexDefaults;
import dev.freshet.catalog.ManualClock;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.catalog.TableOrigin;
import dev.freshet.catalog.TableOrigin.Column;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class CatalogTablesTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private final ManualClock clock = new ManualClock(NOON);
    private final InMemoryCatalog catalog = new InMemoryCatalog(4, InMemoryCatalog.defaults(), clock);
    private final Deque<Runnable> work = new ArrayDeque<>();
    private final CatalogTables tables = new CatalogTables(catalog, work::add, clock);

    @Test
    void shouldAskOnceHoweverOftenItIsTold() {
        for (int row = 0; row < 100; row++) {
            tables.register(table("albums", "title"));
        }

        assertThat(work).hasSize(1);
        assertThat(catalog.current().dataset("albums"))
                .as("nothing is done by the caller's thread")
                .isEmpty();
        runAll();
        assertThat(catalog.current().dataset("albums")).isPresent();
        assertThat(tables.refusal("albums")).isEmpty();
    }

    @Test
    void shouldSayWhyItWasRefusedAndAskAgainWithGrowingPauses() {
        tables.register(table("albums"));
        assertThat(tables.refusal("albums")).as("it is being tried").isEmpty();
        runAll();
        assertThat(tables.refusal("albums"))
                .hasValueSatisfying(reason -> assertThat(reason).contains("text.columns"));

        int asked = 0;
        for (int second = 0; second < 600; second++) {
            tables.register(table("albums"));
            asked += work.size();
            runAll();
            clock.advance(Duration.ofSeconds(1));
        }

        assertThat(asked).isBetween(10, 20);
    }

    @Test
    void shouldCallARefusalFinalUntilItIsTimeToAskAgain() {
        TableSpec without = table("albums");
        assertThat(tables.finalRefusal(without)).isEmpty();
        tables.register(without);
        assertThat(tables.finalRefusal(without)).as("no answer yet").isEmpty();
        runAll();
        clock.advance(Duration.ofSeconds(7)); // Parked rows are looked at every five.
        assertThat(tables.finalRefusal(without))
                .hasValueSatisfying(reason -> assertThat(reason).contains("text.columns"));
        assertThat(tables.finalRefusal(table("albums", "title")))
                .as("the connector has another configuration now")
                .isEmpty();

        clock.advance(Duration.ofSeconds(1));
        assertThat(tables.finalRefusal(without)).as("it is time to ask again").isEmpty();
        tables.register(table("albums", "title"));
        runAll();

        assertThat(catalog.current().dataset("albums")).isPresent();
        assertThat(tables.finalRefusal(without)).isEmpty();
    }

    @Test
    void shouldCallItFinalThatADatasetWasDropped() {
        TableSpec albums = table("albums", "title");
        tables.register(albums);
        runAll();
        catalog.dropDataset("albums");
        tables.register(albums);
        runAll();

        assertThat(tables.finalRefusal(albums))
                .hasValueSatisfying(reason -> assertThat(reason).contains("was dropped", "PUT"));
    }

    @Test
    void shouldGoOnWhenTheModelAnswersAgain() {
        AtomicReference<@Nullable RuntimeException> trouble =
                new AtomicReference<>(new FreshetException(ErrorCode.EMBEDDER_UNAVAILABLE, "no answer"));
        InMemoryCatalog troubled = troubled(trouble);
        CatalogTables asking = new CatalogTables(troubled, Runnable::run, clock);
        asking.register(table("albums", "title"));
        assertThat(asking.refusal("albums")).contains("no answer");
        assertThat(asking.finalRefusal(table("albums", "title")))
                .as("it may pass by itself")
                .isEmpty();
        trouble.set(null);
        asking.register(table("albums", "title"));
        assertThat(troubled.current().dataset("albums")).as("it pauses").isEmpty();
        clock.advance(Duration.ofSeconds(1));

        asking.register(table("albums", "title"));

        assertThat(troubled.current().dataset("albums")).isPresent();
        assertThat(asking.refusal("albums")).isEmpty();
    }

    @Test
    void shouldForgetARefusalOnceTheDatasetIsThere() {
        tables.register(table("albums"));
        runAll();
        assertThat(tables.refusal("albums")).isPresent();
        catalog.putDataset(
                new DatasetSpec("albums", List.of("id"), List.of("title"), null, RefreshPolicy.ON_APPEND, null, true));
        clock.advance(Duration.ofMinutes(1));

        tables.register(table("albums"));
        runAll();

        assertThat(tables.refusal("albums")).isEmpty();
        assertThat(catalog.current().dataset("albums").orElseThrow().origin()).isNotNull();
    }

    @Test
    void shouldNotWriteTheCatalogWithEachRowOfATableThatHasTwoShapesInTurns() {
        tables.register(table("albums", "title"));
        runAll();
        long before = catalog.current().version();
        for (int second = 1; second <= 300; second++) {
            clock.advance(Duration.ofSeconds(1));
            tables.register(altered("albums", second % 2 == 0 ? "text" : "varchar", NOON.plusSeconds(second)));
            runAll();
        }

        assertThat(catalog.current().version() - before).isBetween(3L, 6L);
        assertThat(tables.refusal("albums")).isEmpty();
    }

    @Test
    void shouldSurviveWhatNobodyForesaw() {
        AtomicReference<@Nullable RuntimeException> trouble = new AtomicReference<>(new IllegalStateException("a bug"));
        CatalogTables broken = new CatalogTables(troubled(trouble), Runnable::run, clock);

        broken.register(table("albums", "title"));

        assertThat(broken.refusal("albums"))
                .hasValueSatisfying(reason -> assertThat(reason).contains("a bug"));
    }

    @Test
    void shouldKeepNoMoreThanItMay() {
        for (int i = 0; i < 5_000; i++) {
            tables.register(table("t" + i));
            runAll();
        }
        assertThat(tables.refusal("t4999")).isPresent();
        assertThat(tables.refusal("t0")).as("it was forgotten").isEmpty();

        for (int i = 0; i < 5_000; i++) {
            tables.register(table("u" + i));
        }
        assertThat(work).as("under way at once").hasSizeLessThanOrEqualTo(1_002);
        runAll();
        tables.register(table("u4999"));
        assertThat(work).as("asked for again, it has its turn").hasSize(1);
    }

    @Test
    void shouldNotHoldItAgainstATableThatTheProcessStops() {
        CatalogTables stopping = new CatalogTables(
                catalog,
                task -> {
                    throw new RejectedExecutionException("stopping");
                },
                clock);

        stopping.register(table("albums", "title"));

        assertThat(stopping.refusal("albums")).isEmpty();
    }

    /** A catalog whose default model is in trouble for as long as there is some. */
    private InMemoryCatalog troubled(AtomicReference<@Nullable RuntimeException> trouble) {
        IndexDefaults defaults = InMemoryCatalog.defaults();
        return new InMemoryCatalog(
                4,
                new IndexDefaults(
                        defaults.model(),
                        name -> {
                            RuntimeException failure = trouble.get();
                            if (failure != null) {
                                throw failure;
                            }
                            return defaults.models().apply(name);
                        },
                        defaults.engine(),
                        defaults.engines()),
                clock);
    }

    private void runAll() {
        while (!work.isEmpty()) {
            work.remove().run();
        }
    }

    private static TableSpec table(String dataset, String... text) {
        return table(dataset, "varchar", NOON, text);
    }

    private static TableSpec altered(String dataset, String type, Instant asOf) {
        return table(dataset, type, asOf, "title");
    }

    private static TableSpec table(String dataset, String type, Instant asOf, String... text) {
        return new TableSpec(
                dataset,
                List.of("id"),
                List.of(text),
                new TableOrigin(
                        "postgresql",
                        "chinook",
                        "public." + dataset,
                        List.of(new Column("id", "int4"), new Column("title", type)),
                        asOf,
                        true,
                        List.of()));
    }
}
