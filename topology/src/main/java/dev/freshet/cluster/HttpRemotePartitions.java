package dev.freshet.cluster;

import static java.util.Objects.requireNonNull;

import dev.freshet.cluster.Calls.AwaitCall;
import dev.freshet.cluster.Calls.PageCall;
import dev.freshet.cluster.Calls.RowCall;
import dev.freshet.cluster.Calls.SearchCall;
import dev.freshet.cluster.Calls.StatisticsCall;
import dev.freshet.cluster.Replies.RowReply;
import dev.freshet.cluster.Replies.SearchReply;
import dev.freshet.cluster.Replies.StatisticsReply;
import dev.freshet.search.AwaitResult;
import dev.freshet.search.IndexStatistics.PartitionStatistics;
import dev.freshet.search.Node;
import dev.freshet.search.PageQuery;
import dev.freshet.search.PartitionAnswer;
import dev.freshet.search.RemotePartitions;
import dev.freshet.search.RowPage;
import dev.freshet.search.RowPosition;
import dev.freshet.search.RowView;
import dev.freshet.search.VectorQuery;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** Asks other processes over HTTP. Thread-safe. The futures fail with a {@link dev.freshet.schemas.error.FreshetException} that the other process
 * answered, or an {@link java.io.IOException}; they complete on threads of the client, which must not be held up. */
public final class HttpRemotePartitions implements RemotePartitions {
    /**
     * How much longer than its time a call may take: so that an answer that says what was not reached is heard, and so that who asked gives up first, and does not take a slow process for one that
     * cannot be reached.
     */
    private static final Duration ANSWER = Duration.ofSeconds(1);

    private final NodeClient client;

    /** The client stays the giver's to close. */
    public HttpRemotePartitions(NodeClient client) {
        this.client = requireNonNull(client, "client is null");
    }

    @Override
    public CompletableFuture<List<PartitionAnswer>> search(
            Node node, Map<Integer, Long> partitions, VectorQuery query, Duration timeout) {
        byte[] call = WireFormat.write(SearchCall.of(partitions, query, timeout.toMillis()));
        return client.call(
                node,
                Operation.SEARCH,
                call,
                timeout.plus(ANSWER),
                body -> WireFormat.read(body, SearchReply.class).partitions());
    }

    @Override
    public CompletableFuture<Optional<RowView>> row(
            Node node, long indexId, String rowKey, int partition, boolean includeVectors, Duration timeout) {
        byte[] call = WireFormat.write(new RowCall(indexId, rowKey, partition, includeVectors));
        return client.call(
                node,
                Operation.ROW,
                call,
                timeout.plus(ANSWER),
                body -> Optional.ofNullable(
                        WireFormat.read(body, RowReply.class).row()));
    }

    @Override
    public CompletableFuture<RowPage> page(Node node, PageQuery query, Duration timeout) {
        return client.call(
                node,
                Operation.PAGE,
                WireFormat.write(PageCall.of(query)),
                timeout.plus(ANSWER),
                body -> WireFormat.read(body, RowPage.class));
    }

    @Override
    public CompletableFuture<List<PartitionStatistics>> statistics(Node node, long indexId, Duration timeout) {
        byte[] call = WireFormat.write(new StatisticsCall(indexId));
        return client.call(
                node,
                Operation.STATISTICS,
                call,
                timeout.plus(ANSWER),
                body -> WireFormat.read(body, StatisticsReply.class).partitions());
    }

    @Override
    public CompletableFuture<AwaitResult> await(
            Node node, long indexId, Collection<RowPosition> positions, Duration timeout) {
        byte[] call = WireFormat.write(new AwaitCall(indexId, List.copyOf(positions), timeout.toMillis()));
        return client.call(
                node, Operation.AWAIT, call, timeout.plus(ANSWER), body -> WireFormat.read(body, AwaitResult.class));
    }
}
