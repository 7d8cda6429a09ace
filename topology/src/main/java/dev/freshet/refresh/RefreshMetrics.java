package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.schemas.error.ErrorCode;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;

/** The counters of the refresh application. Thread-safe. A transaction that is rolled back and done again counts twice. */
public final class RefreshMetrics {
    private final MeterRegistry registry;
    private final Counter unchanged;
    private final Counter reusedChunks;
    private final Counter rerouted;
    private final Counter parked;
    private final Counter outdated;
    private final Counter swept;
    private final IndexGauges indexGauges;
    private final AtomicInteger busyTasks = new AtomicInteger();

    /** @param stale what the gauges of waiting rows show */
    public RefreshMetrics(MeterRegistry registry, StaleRegistry stale) {
        this.registry = registry;
        this.indexGauges = new IndexGauges(registry, stale);
        this.unchanged = Counter.builder("freshet.rows.unchanged")
                .description("Changes that left their row as it was")
                .register(registry);
        this.reusedChunks = Counter.builder("freshet.embedding.reused.chunks")
                .description("Chunks of changed rows whose vector was known")
                .register(registry);
        this.rerouted = Counter.builder("freshet.rows.rerouted")
                .description("Changes that stood in the wrong partition and were sent to the right one")
                .register(registry);
        this.parked = Counter.builder("freshet.rows.parked")
                .description("Changes whose dataset was not known when they came")
                .register(registry);
        this.outdated = Counter.builder("freshet.rows.outdated")
                .description("Changes that came after a newer change of their row, or were meant for a dropped dataset")
                .register(registry);
        this.swept = Counter.builder("freshet.rows.swept")
                .description("Rows deleted because a new snapshot of their table did not have them")
                .register(registry);
        Gauge.builder("freshet.refresh.busy.tasks", busyTasks, AtomicInteger::get)
                .description("Partitions of this process with something to do at once; the others look rarely")
                .register(registry);
    }

    void unchanged() {
        unchanged.increment();
    }

    void rerouted() {
        rerouted.increment();
    }

    void parked() {
        parked.increment();
    }

    void outdated() {
        outdated.increment();
    }

    void swept() {
        swept.increment();
    }

    void reusedChunks(int chunks) {
        reusedChunks.increment(chunks);
    }

    /** Counts rows that a job is through with in this process. */
    void jobRows(String kind, String outcome, long rows) {
        Counter.builder("freshet.job.rows")
                .description(
                        "Rows that jobs are through with: done, skipped because they needed nothing any more, failed (dead letters), cleared (deleted from a merge's source)")
                .tag("kind", kind)
                .tag("outcome", outcome.toLowerCase(Locale.ROOT))
                .register(registry)
                .increment((double) rows);
    }

    /** Shows what waits for each index of a catalog. */
    void indexes(Catalog catalog) {
        indexGauges.show(catalog);
    }

    /** Notes whether one more task, or one less, has something to do at once. */
    void busyTasks(int change) {
        busyTasks.addAndGet(change);
    }

    void embeddingTexts(String model, int texts) {
        Counter.builder("freshet.embedding.texts")
                .description("Texts sent to a model for rows")
                .tag("model", model)
                .register(registry)
                .increment(texts);
    }

    void embeddingRetry(String model) {
        Counter.builder("freshet.embedding.retries")
                .description("Calls of a model for rows that failed and are tried again")
                .tag("model", model)
                .register(registry)
                .increment();
    }

    void deadLetter(ErrorCode code) {
        Counter.builder("freshet.dead.letters")
                .description("Records sent to the dead letters")
                .tag("code", code.code())
                .register(registry)
                .increment();
    }
}
