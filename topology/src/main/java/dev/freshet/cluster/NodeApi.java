package dev.freshet.cluster;

import static java.util.Objects.requireNonNull;

import dev.freshet.cluster.Calls.AwaitCall;
import dev.freshet.cluster.Calls.LineageCall;
import dev.freshet.cluster.Calls.PageCall;
import dev.freshet.cluster.Calls.RowCall;
import dev.freshet.cluster.Calls.SearchCall;
import dev.freshet.cluster.Calls.StatisticsCall;
import dev.freshet.cluster.Replies.LineageReply;
import dev.freshet.cluster.Replies.RowReply;
import dev.freshet.cluster.Replies.SearchReply;
import dev.freshet.cluster.Replies.StaleReply;
import dev.freshet.cluster.Replies.StatisticsReply;
import dev.freshet.refresh.LineageView;
import dev.freshet.refresh.StaleReport;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.AwaitResult;
import dev.freshet.search.LocalPartitions;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Answers other processes, of what this one holds alone: a call never leads to another, so that none goes in circles. Thread-safe; a call holds its caller's thread until it is answered.
 */
public final class NodeApi {
    /** How many calls may wait for rows or positions at once in a process that has threads for so many. */
    public static final int WAITING_MAX = 50;

    private static final Duration LONGEST = Duration.ofMinutes(10);

    private final NodeGate gate;
    private final LocalPartitions partitions;
    private final Supplier<StaleReport> stale;
    private final LineageView lineage;
    private final Semaphore waiting;

    /**
     * @param stale what this process knows itself
     * @param lineage what this process knows itself
     * @param waitingMax how many calls may wait for rows or positions at once, each holding a thread; those beyond are refused with {@code NOT_READY}
     */
    public NodeApi(
            NodeGate gate,
            LocalPartitions partitions,
            Supplier<StaleReport> stale,
            LineageView lineage,
            int waitingMax) {
        this.gate = requireNonNull(gate, "gate is null");
        this.partitions = requireNonNull(partitions, "partitions is null");
        this.stale = requireNonNull(stale, "stale is null");
        this.lineage = requireNonNull(lineage, "lineage is null");
        this.waiting = new Semaphore(waitingMax);
    }

    /** Throws {@code UNAUTHENTICATED} unless the header {@code Authorization} is that of another process of the cluster. To be asked before a body is read. */
    public void require(@Nullable String authorization) {
        gate.require(authorization);
    }

    /**
     * Answers a call.
     *
     * @param version and {@code operation}: the parts of the path
     * @return JSON, see {@link WireFormat}
     */
    public byte[] answer(String version, String operation, byte[] body) {
        try {
            return WireFormat.write(
                    switch (Operation.of(version, operation)) {
                        case SEARCH -> search(WireFormat.read(body, SearchCall.class));
                        case ROW -> row(WireFormat.read(body, RowCall.class));
                        case PAGE ->
                            partitions.page(
                                    WireFormat.read(body, PageCall.class).query());
                        case STATISTICS ->
                            new StatisticsReply(partitions.statistics(
                                    WireFormat.read(body, StatisticsCall.class).indexId()));
                        case AWAIT -> await(WireFormat.read(body, AwaitCall.class));
                        case STALE -> new StaleReply(stale.get().byPartition());
                        case LINEAGE ->
                            new LineageReply(lineage.of(WireFormat.read(body, LineageCall.class)
                                            .datasetId())
                                    .byPartition());
                    });
        } catch (IOException e) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, "the call cannot be understood: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FreshetException(ErrorCode.NOT_READY, "the process is stopping", e);
        }
    }

    private SearchReply search(SearchCall call) throws InterruptedException {
        boolean waits = call.partitions().values().stream().anyMatch(position -> position >= 0);
        return waits ? waiting(() -> searched(call)) : searched(call);
    }

    private SearchReply searched(SearchCall call) throws InterruptedException {
        return new SearchReply(partitions.search(call.partitions(), call.query(), timeout(call.timeoutMs())));
    }

    private RowReply row(RowCall call) {
        return new RowReply(partitions
                .row(call.indexId(), call.rowKey(), call.partition(), call.includeVectors())
                .orElse(null));
    }

    private AwaitResult await(AwaitCall call) throws InterruptedException {
        return waiting(() -> partitions.await(call.indexId(), call.positions(), timeout(call.timeoutMs())));
    }

    /** What may wait for rows to arrive. */
    private interface Waiting<T> {
        T answer() throws InterruptedException;
    }

    private <T> T waiting(Waiting<T> call) throws InterruptedException {
        if (!waiting.tryAcquire()) {
            throw new FreshetException(
                    ErrorCode.NOT_READY, "too many calls wait for rows in this process, try again soon");
        }
        try {
            return call.answer();
        } finally {
            waiting.release();
        }
    }

    private static Duration timeout(long ms) {
        return Duration.ofMillis(Math.max(0, Math.min(ms, LONGEST.toMillis())));
    }
}
