package dev.freshet.http;

import dev.freshet.search.AwaitResult;
import dev.freshet.search.Comparison;
import dev.freshet.search.ComparisonRequest;
import dev.freshet.search.Coverage;
import dev.freshet.search.IndexStatistics;
import dev.freshet.search.IndexStatistics.PartitionStatistics;
import dev.freshet.search.PageQuery;
import dev.freshet.search.RowFailure;
import dev.freshet.search.RowPage;
import dev.freshet.search.RowPosition;
import dev.freshet.search.RowView;
import dev.freshet.search.SearchHit;
import dev.freshet.search.SearchRequest;
import dev.freshet.search.SearchResponse;
import dev.freshet.search.SearchService;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Answers with what it was told to, and keeps what it was asked. */
final class FakeSearch implements SearchService {
    private final List<SearchRequest> requests = new ArrayList<>();
    private final List<ComparisonRequest> compared = new ArrayList<>();
    private final List<Collection<RowPosition>> awaited = new ArrayList<>();
    private final Map<String, RowView> rows = new TreeMap<>();
    private final List<PageQuery> pages = new ArrayList<>();
    private List<SearchHit> hits = List.of();
    private Map<String, RowFailure> failed = Map.of();
    private List<String> missing = List.of();
    private Coverage coverage = new Coverage(2, 2);
    private boolean ready = true;
    private @Nullable RuntimeException failure;
    private final Semaphore comparing = new Semaphore(0);
    private final CountDownLatch entered = new CountDownLatch(1);
    private final AtomicInteger entries = new AtomicInteger();
    private @Nullable CountDownLatch gate;
    private @Nullable Runnable first;

    synchronized void answer(Coverage answeredBy, SearchHit... results) {
        coverage = answeredBy;
        hits = List.of(results);
    }

    synchronized void failWith(RuntimeException e) {
        failure = e;
    }

    synchronized void awaitOutcome(Map<String, RowFailure> failedRows, List<String> missingRows) {
        failed = failedRows;
        missing = missingRows;
    }

    synchronized void ready(boolean now) {
        ready = now;
    }

    synchronized void row(RowView view) {
        rows.put(view.rowKey(), view);
    }

    /** The next search begins with this, and fails if it throws. */
    synchronized void beforeNextSearch(Runnable what) {
        first = what;
    }

    /** Searches and comparisons wait for the gate. */
    synchronized void holdSearches(CountDownLatch until) {
        gate = until;
    }

    /** How many searches have begun. */
    int entries() {
        return entries.get();
    }

    CountDownLatch entered() {
        return entered;
    }

    synchronized List<SearchRequest> requests() {
        return List.copyOf(requests);
    }

    synchronized List<Collection<RowPosition>> awaited() {
        return List.copyOf(awaited);
    }

    /** Two sides that agree in half. */
    @Override
    public Comparison compare(ComparisonRequest request) {
        synchronized (this) {
            compared.add(request);
        }
        comparing.release();
        passGate();
        return new Comparison(
                Math.max(1, request.queries().size()),
                new Comparison.Side(request.leftId(), 12, 0.99996, 1.5),
                new Comparison.Side(request.rightId(), 7, 0.9, 2),
                0.5,
                1,
                List.of(new Comparison.Difference("a question", 0.5, List.of("1", "2"), List.of("1", "3"))),
                coverage());
    }

    private synchronized Coverage coverage() {
        return coverage;
    }

    private void passGate() {
        CountDownLatch held;
        synchronized (this) {
            held = gate;
        }
        if (held != null) {
            try {
                held.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    /** Has a permit for each comparison that has begun. */
    Semaphore comparing() {
        return comparing;
    }

    synchronized List<ComparisonRequest> compared() {
        return List.copyOf(compared);
    }

    @Override
    public SearchResponse search(SearchRequest request) {
        entered.countDown();
        entries.incrementAndGet();
        passGate();
        Runnable before;
        synchronized (this) {
            requests.add(request);
            before = first;
            first = null;
        }
        if (before != null) {
            before.run();
        }
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
            return new SearchResponse(hits, coverage, Map.of(0, 41L, 1, -1L), 12);
        }
    }

    @Override
    public synchronized Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors) {
        return Optional.ofNullable(rows.get(rowKey));
    }

    /** All rows are in partition 1, in the order of their keys. */
    @Override
    public synchronized RowPage page(PageQuery query) {
        pages.add(query);
        String after = query.after() == null ? "" : query.after();
        List<RowView> behind = rows.values().stream()
                .filter(row -> query.partition() == 1 && row.rowKey().compareTo(after) > 0)
                .toList();
        List<RowView> page = behind.subList(0, Math.min(query.limit(), behind.size()));
        return new RowPage(
                page, page.size() < behind.size() ? page.get(page.size() - 1).rowKey() : null, 100L * page.size());
    }

    synchronized List<PageQuery> pages() {
        return List.copyOf(pages);
    }

    @Override
    public IndexStatistics statistics(long indexId) {
        return new IndexStatistics(
                2,
                List.of(new PartitionStatistics(0, true, 3, 5, 1, 41), new PartitionStatistics(1, true, 2, 2, 0, -1)));
    }

    @Override
    public synchronized AwaitResult await(long indexId, Collection<RowPosition> positions, Duration timeout) {
        awaited.add(List.copyOf(positions));
        return new AwaitResult(failed, missing);
    }

    @Override
    public synchronized boolean ready() {
        return ready;
    }
}
