package dev.freshet.http;

import dev.freshet.search.AwaitResult;
import dev.freshet.search.IndexStatistics.PartitionStatistics;
import dev.freshet.search.LocalPartitions;
import dev.freshet.search.PageQuery;
import dev.freshet.search.PartitionAnswer;
import dev.freshet.search.RowPage;
import dev.freshet.search.RowPosition;
import dev.freshet.search.RowView;
import dev.freshet.search.VectorQuery;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/** Answers with what it was told to, and keeps what it was asked. */
final class FakePartitions implements LocalPartitions {
    /** A search as it arrived. */
    record Asked(Map<Integer, Long> partitions, VectorQuery query, Duration timeout) {}

    private final List<Asked> searches = new ArrayList<>();
    private final List<List<RowPosition>> awaited = new ArrayList<>();
    private final Semaphore entered = new Semaphore(0);
    private List<PartitionAnswer> answers = List.of();
    private Optional<RowView> row = Optional.empty();
    private @Nullable PageQuery listed;
    private List<PartitionStatistics> statistics = List.of();
    private AwaitResult outcome = new AwaitResult(Map.of(), List.of());
    private @Nullable RuntimeException failure;
    private @Nullable CountDownLatch gate;

    synchronized void answer(List<PartitionAnswer> found) {
        answers = found;
    }

    synchronized void row(RowView view) {
        row = Optional.of(view);
    }

    synchronized @Nullable PageQuery listed() {
        return listed;
    }

    synchronized void statistics(List<PartitionStatistics> held) {
        statistics = held;
    }

    synchronized void outcome(AwaitResult result) {
        outcome = result;
    }

    synchronized void failWith(RuntimeException e) {
        failure = e;
    }

    /** Everything that is asked from now on waits for the latch. */
    synchronized void hold(CountDownLatch until) {
        gate = until;
    }

    /** Has a permit for each call that has come in. */
    Semaphore entered() {
        return entered;
    }

    synchronized List<Asked> searches() {
        return List.copyOf(searches);
    }

    synchronized List<List<RowPosition>> awaited() {
        return List.copyOf(awaited);
    }

    @Override
    public List<PartitionAnswer> search(Map<Integer, Long> partitions, VectorQuery query, Duration timeout)
            throws InterruptedException {
        synchronized (this) {
            searches.add(new Asked(partitions, query, timeout));
        }
        pass();
        synchronized (this) {
            return answers;
        }
    }

    @Override
    public synchronized Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors) {
        return row.filter(view -> view.rowKey().equals(rowKey));
    }

    @Override
    public synchronized RowPage page(PageQuery query) {
        listed = query;
        return new RowPage(row.stream().toList(), row.map(RowView::rowKey).orElse(null), 17);
    }

    @Override
    public synchronized List<PartitionStatistics> statistics(long indexId) {
        return statistics;
    }

    @Override
    public AwaitResult await(long indexId, Collection<RowPosition> positions, Duration timeout)
            throws InterruptedException {
        synchronized (this) {
            awaited.add(List.copyOf(positions));
        }
        pass();
        synchronized (this) {
            return outcome;
        }
    }

    private void pass() throws InterruptedException {
        CountDownLatch held;
        synchronized (this) {
            held = gate;
        }
        entered.release();
        if (held != null) {
            held.await();
        }
        synchronized (this) {
            if (failure != null) {
                throw failure;
            }
        }
    }
}
