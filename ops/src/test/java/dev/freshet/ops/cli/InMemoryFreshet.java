package dev.freshet.ops.cli;

import dev.freshet.http.FreshetHttpServer;
import dev.freshet.http.HttpServices;
import dev.freshet.http.HttpSettings;
import dev.freshet.http.Readiness;
import dev.freshet.refresh.LineageReport;
import dev.freshet.refresh.RowWriter;
import dev.freshet.refresh.StaleView;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.search.AwaitResult;
import dev.freshet.search.Comparison;
import dev.freshet.search.ComparisonRequest;
import dev.freshet.search.Coverage;
import dev.freshet.search.IndexStatistics;
import dev.freshet.search.PageQuery;
import dev.freshet.search.RowFailure;
import dev.freshet.search.RowPage;
import dev.freshet.search.RowPosition;
import dev.freshet.search.RowView;
import dev.freshet.search.SearchHit;
import dev.freshet.search.SearchRequest;
import dev.freshet.search.SearchResponse;
import dev.freshet.search.SearchService;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The real HTTP server over a {@link SimpleCatalog} and rows in memory; its search counts common words. */
final class InMemoryFreshet implements SearchService, RowWriter, StaleView, AutoCloseable {
    final SimpleCatalog catalog = new SimpleCatalog();
    private final TreeMap<String, RowChange> rows = new TreeMap<>();
    private final List<Integer> batches = new ArrayList<>();
    final InMemoryDeadLetters letters = new InMemoryDeadLetters();
    private final FreshetHttpServer server;
    private long nextOffset;
    private int refusals;
    private Map<String, RowFailure> failed = Map.of();
    private List<String> missing = List.of();

    private List<IndexFreshness> freshness = List.of();
    private @Nullable SearchRequest lastSearch;
    private @Nullable Duration comparisonTimeout;
    private volatile LineageReport lineage = new LineageReport(Map.of());
    private volatile int partitions = 1;

    InMemoryFreshet() throws IOException {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        server = new FreshetHttpServer(
                        HttpSettings.defaults("127.0.0.1", 0),
                        new HttpServices(
                                catalog,
                                this,
                                this,
                                this,
                                datasetId -> lineage,
                                letters,
                                metrics,
                                () -> true,
                                () -> partitions,
                                () -> Readiness.READY,
                                null))
                .start();
    }

    /** Where the rows of every dataset come from. */
    void lineage(LineageReport report) {
        lineage = report;
    }

    /** How many the rows topic has; 1 otherwise. */
    void partitions(int count) {
        partitions = count;
    }

    String url() {
        return "http://127.0.0.1:" + server.port();
    }

    synchronized List<String> keys() {
        return List.copyOf(rows.keySet());
    }

    synchronized List<Integer> batches() {
        return List.copyOf(batches);
    }

    /** The next writes answer 503. */
    synchronized void refuseWrites(int count) {
        refusals = count;
    }

    synchronized void awaitOutcome(Map<String, RowFailure> failedRows, List<String> missingRows) {
        failed = failedRows;
        missing = missingRows;
    }

    synchronized void freshness(IndexFreshness... indexes) {
        freshness = List.of(indexes);
    }

    @Override
    public synchronized List<IndexFreshness> freshness() {
        return freshness;
    }

    @Override
    public Set<Integer> partitions() {
        return Set.of(0);
    }

    @Override
    public synchronized List<Position> write(List<RowChange> changes) {
        if (refusals > 0) {
            refusals--;
            throw new FreshetException(ErrorCode.KAFKA_UNAVAILABLE, "the broker does not answer");
        }
        batches.add(changes.size());
        List<Position> positions = new ArrayList<>();
        for (RowChange change : changes) {
            rows.put(change.getKey(), change);
            positions.add(new Position(0, nextOffset, RowVersion.of(0, nextOffset)));
            nextOffset++;
        }
        return positions;
    }

    @Override
    public synchronized SearchResponse search(SearchRequest request) {
        lastSearch = request;
        List<String> words = List.of(String.valueOf(request.text()).split(" ", -1));
        List<SearchHit> hits = rows.values().stream()
                .map(row -> hit(row, words))
                .sorted(Comparator.comparingDouble(SearchHit::distance))
                .limit(request.k())
                .toList();
        return new SearchResponse(hits, new Coverage(1, 1), Map.of(0, nextOffset - 1), 0);
    }

    /** What was searched for last. */
    synchronized @Nullable SearchRequest lastSearch() {
        return lastSearch;
    }

    private static SearchHit hit(RowChange row, List<String> words) {
        String text = row.getColumns().values().stream().map(String::valueOf).collect(Collectors.joining(" "));
        double score = words.stream().filter(text::contains).count() / (double) words.size();
        return new SearchHit(row.getKey() + "#0", row.getKey(), 0, score, 1 - score, text, "{}", null);
    }

    @Override
    public Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors) {
        return Optional.empty();
    }

    /** The rows in the order of their keys. */
    @Override
    public synchronized RowPage page(PageQuery query) {
        String after = query.after() == null ? "" : query.after();
        List<RowView> behind = rows.keySet().stream()
                .filter(key -> key.compareTo(after) > 0)
                .sorted()
                .map(key -> new RowView(key, 0, List.of(), "{}", null))
                .toList();
        List<RowView> page = behind.subList(0, Math.min(query.limit(), behind.size()));
        return new RowPage(
                page, page.size() < behind.size() ? page.get(page.size() - 1).rowKey() : null, 100L * page.size());
    }

    /** How long the last comparison was given. */
    synchronized @Nullable Duration comparisonTimeout() {
        return comparisonTimeout;
    }

    /** Both find the same. */
    @Override
    public synchronized Comparison compare(ComparisonRequest request) {
        comparisonTimeout = request.timeout();
        return new Comparison(
                Math.max(request.sample(), 1),
                new Comparison.Side(request.leftId(), 20, 1, 0.5),
                new Comparison.Side(request.rightId(), 17, 0.95, 0.25),
                0.75,
                0.8,
                List.of(new Comparison.Difference("what is new?", 0.5, List.of("1", "2"), List.of("1", "3"))),
                new Coverage(1, 1));
    }

    @Override
    public synchronized IndexStatistics statistics(long indexId) {
        int size = rows.size();
        return new IndexStatistics(
                1, List.of(new IndexStatistics.PartitionStatistics(0, true, size, size, 0, nextOffset - 1)));
    }

    @Override
    public synchronized AwaitResult await(long indexId, Collection<RowPosition> positions, Duration timeout) {
        return new AwaitResult(failed, missing);
    }

    @Override
    public boolean ready() {
        return true;
    }

    @Override
    public void close() {
        server.close();
    }
}
