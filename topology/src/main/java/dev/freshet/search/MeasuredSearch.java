package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.IndexMeters;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Counts searches by how they ended, with how long they took. An outcome is {@code ok}, {@code incomplete} (an answer that misses partitions) or the code of
 * an error. Thread-safe; what it measures stays the giver's to close.
 */
public final class MeasuredSearch extends ForwardingSearch {
    private static final String OK = "ok";
    private static final String INCOMPLETE = "incomplete";
    private static final Duration[] BUCKETS = {
        micros(250),
        micros(500),
        micros(1_000),
        micros(2_000),
        micros(4_000),
        micros(8_000),
        micros(16_000),
        micros(32_000),
        micros(64_000),
        micros(125_000),
        micros(250_000),
        micros(500_000),
        micros(1_000_000),
        micros(2_500_000),
        micros(10_000_000)
    };

    private final MeterRegistry metrics;
    private final Counter missed;
    private final Map<String, Timer> byOutcome = new ConcurrentHashMap<>();
    private final Map<Long, Counter> byIndex = new ConcurrentHashMap<>();

    public MeasuredSearch(SearchService search, CatalogView catalog, MeterRegistry metrics) {
        super(search);
        this.metrics = requireNonNull(metrics, "metrics is null");
        this.missed = Counter.builder("freshet.search.missed.partitions")
                .description("Partitions that answers missed, counted once for each search")
                .register(metrics);
        timer(OK);
        IndexMeters indexes = new IndexMeters(metrics, (known, index) -> List.of(counter(index)));
        catalog.addListener(changed -> {
            indexes.show(changed);
            byIndex.keySet().removeIf(id -> changed.index(id).isEmpty());
        });
        indexes.show(catalog.current());
    }

    private static Duration micros(long micros) {
        return Duration.of(micros, ChronoUnit.MICROS);
    }

    private Meter counter(IndexDefinition index) {
        Counter counter = Counter.builder("freshet.index.searches")
                .description("Searches of an index that this process was asked, however they ended")
                .tag("index", index.name())
                .register(metrics);
        byIndex.put(index.id(), counter);
        return counter;
    }

    @Override
    public SearchResponse search(SearchRequest request) {
        long began = System.nanoTime();
        String outcome = ErrorCode.INTERNAL.code();
        try {
            SearchResponse response = super.search(request);
            Coverage coverage = response.coverage();
            missed.increment(coverage.partitions() - coverage.answered());
            outcome = coverage.complete() ? OK : INCOMPLETE;
            return response;
        } catch (FreshetException e) {
            outcome = e.code().code();
            throw e;
        } finally {
            timer(outcome).record(System.nanoTime() - began, TimeUnit.NANOSECONDS);
            Counter counter = byIndex.get(request.indexId());
            if (counter != null) {
                counter.increment();
            }
        }
    }

    /** Kept, since the registry takes some time to find it. */
    private Timer timer(String outcome) {
        return byOutcome.computeIfAbsent(
                outcome,
                ended -> Timer.builder("freshet.search")
                        .description("Searches by how they ended, the query's embedding included")
                        .tag("outcome", ended)
                        .serviceLevelObjectives(BUCKETS)
                        .register(metrics));
    }
}
