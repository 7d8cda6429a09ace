package dev.freshet.ops.cli;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobProgress;
import dev.freshet.catalog.JobWork;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.catalog.ModelReference;
import dev.freshet.http.FreshetHttpServer;
import dev.freshet.http.HttpServices;
import dev.freshet.http.HttpSettings;
import dev.freshet.refresh.RowWriter;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.search.AwaitResult;
import dev.freshet.search.Comparison;
import dev.freshet.search.ComparisonRequest;
import dev.freshet.search.Coverage;
import dev.freshet.search.IndexStatistics;
import dev.freshet.search.RowFailure;
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
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The real HTTP server over datasets in memory, whose search counts common words. */
final class InMemoryFreshet implements CatalogService, SearchService, RowWriter, AutoCloseable {
    private final List<Dataset> datasets = new ArrayList<>();
    private final List<IndexDefinition> indexes = new ArrayList<>();
    private final TreeMap<String, RowChange> rows = new TreeMap<>();
    private final List<Integer> batches = new ArrayList<>();
    final InMemoryDeadLetters letters = new InMemoryDeadLetters();
    private final FreshetHttpServer server;
    private long nextId = 1;
    private long nextOffset;
    private int refusals;
    private Map<String, RowFailure> failed = Map.of();
    private List<String> missing = List.of();

    private @Nullable Job job;
    private int looks;

    InMemoryFreshet() throws IOException {
        PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        server = new FreshetHttpServer(
                        HttpSettings.defaults("127.0.0.1", 0),
                        new HttpServices(this, this, this, List::of, letters, metrics, () -> true, () -> 1))
                .start();
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

    @Override
    public synchronized Catalog current() {
        return new Catalog(
                nextId,
                Long.MAX_VALUE,
                datasets,
                indexes,
                List.of(),
                job == null ? List.of() : List.of(job),
                List.of());
    }

    @Override
    public Catalog catchUp(Duration timeout) {
        return current();
    }

    @Override
    public void addListener(Consumer<Catalog> listener) {}

    @Override
    public synchronized PutResult putDataset(DatasetSpec spec) {
        Dataset dataset = new Dataset(
                nextId++,
                spec.name(),
                spec.idColumns(),
                spec.textColumns(),
                spec.metadataColumns(),
                spec.refreshPolicy(),
                spec.schedule(),
                null,
                false,
                Instant.EPOCH,
                0);
        datasets.add(dataset);
        ModelReference model = new ModelReference("words", "1", 1, 100, "f");
        indexes.add(new IndexDefinition(
                nextId++,
                spec.name() + "_v1",
                dataset.id(),
                model,
                1,
                Distance.COSINE,
                "none",
                16,
                100,
                100,
                1000,
                0,
                Instant.EPOCH,
                null));
        return new PutResult(dataset, true, true, null);
    }

    @Override
    public StartResult dropDataset(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public CreateResult createIndex(IndexSpec spec) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StartResult dropIndex(String name) {
        throw new UnsupportedOperationException();
    }

    @Override
    public AliasResult putAlias(String alias, String index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void dropAlias(String alias) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StartResult startRefresh(String dataset) {
        throw new UnsupportedOperationException();
    }

    @Override
    public StartResult startRebuild(String index) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Job cancelJob(long id) {
        throw new UnsupportedOperationException();
    }

    @Override
    public JobPace pace(Job shown) {
        return new JobPace(null, null);
    }

    /** Starts a job that is half done when it is first looked at, and done from the second look on. */
    @Override
    public synchronized StartResult startMerge(String source, String destination, boolean clearSource) {
        job = job(JobState.RUNNING, new Merge(1, source, 2, destination, clearSource, List.of(0L)), null);
        looks = 0;
        return new StartResult(job, true);
    }

    synchronized void failJob(String error) {
        Merge work = new Merge(1, "a_v1", 2, "b_v1", false, List.of(0L));
        job = job(JobState.FAILED, work, error);
    }

    @Override
    public synchronized List<JobProgress> progress(Job shown) {
        if (!shown.running()) {
            return shown.progress();
        }
        looks++;
        if (looks == 2) {
            job = job(JobState.DONE, shown.work(), null);
        }
        return List.of(report(20));
    }

    private static Job job(JobState state, JobWork work, @Nullable String error) {
        boolean running = state == JobState.RUNNING;
        return new Job(
                7,
                state,
                0,
                1,
                work,
                Instant.EPOCH,
                running ? null : Instant.EPOCH,
                error,
                running ? List.of() : List.of(report(40)));
    }

    private static JobProgress report(long done) {
        return new JobProgress(7, 0, done, 0, 40L, done, 0, 0, 0, Instant.EPOCH);
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
        List<String> words = List.of(String.valueOf(request.text()).split(" ", -1));
        List<SearchHit> hits = rows.values().stream()
                .map(row -> hit(row, words))
                .sorted(Comparator.comparingDouble(SearchHit::distance))
                .limit(request.k())
                .toList();
        return new SearchResponse(hits, new Coverage(1, 1), Map.of(0, nextOffset - 1), 0);
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

    /** Both find the same. */
    @Override
    public Comparison compare(ComparisonRequest request) {
        return new Comparison(
                Math.max(request.sample(), 1),
                new Comparison.Side(request.leftId(), 1, 0.5),
                new Comparison.Side(request.rightId(), 0.95, 0.25),
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
