package dev.freshet.search;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.IndexStatistics.PartitionStatistics;
import dev.freshet.search.PartitionSources.Source;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BiFunction;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Looks up single rows and counts, wherever their partitions are. Blocks its callers for seconds at most; thread-safe. */
final class PartitionLookups {
    private static final Logger log = LoggerFactory.getLogger(PartitionLookups.class);
    private static final Duration WITHIN = Duration.ofSeconds(2);

    /** A page may have 16 MiB, and takes about a second to be read where few rows pass its filter. */
    private static final Duration PAGE_WITHIN = Duration.ofSeconds(10);

    private final Gatherer gatherer;

    PartitionLookups(Gatherer gatherer) {
        this.gatherer = gatherer;
    }

    /**
     * A row's current image; a standby is asked only when the active one does not answer.
     *
     * @throws FreshetException {@code NOT_READY} when nobody answers
     */
    Optional<RowView> row(long indexId, String rowKey, int partition, boolean includeVectors)
            throws InterruptedException {
        return first(
                partition,
                WITHIN,
                () -> gatherer.local().row(indexId, rowKey, partition, includeVectors),
                (node, patience) -> gatherer.remote().row(node, indexId, rowKey, partition, includeVectors, patience));
    }

    /**
     * Some rows of a partition; a standby is asked only when the active one does not answer.
     *
     * @throws FreshetException {@code NOT_READY} when nobody answers
     */
    RowPage page(PageQuery query) throws InterruptedException {
        return first(
                query.partition(),
                PAGE_WITHIN,
                () -> gatherer.local().page(query),
                (node, patience) -> gatherer.remote().page(node, query, patience));
    }

    private <T> T first(
            int partition, Duration within, Supplier<T> here, BiFunction<Node, Duration, CompletableFuture<T>> there)
            throws InterruptedException {
        long deadline = Deadline.after(within);
        @Nullable Exception last = null;
        Iterator<Source> sources = gatherer.sources().of(partition).iterator();
        while (sources.hasNext()) {
            Source source = sources.next();
            Node node = source.node();
            try {
                if (node == null) {
                    return here.get();
                }
                if (gatherer.health().admits(node)) {
                    Duration left = Deadline.left(deadline);
                    // Half of what is left, so that the others have a chance.
                    Duration patience = sources.hasNext() ? left.dividedBy(2) : left;
                    return get(node, there.apply(node, patience), patience);
                }
            } catch (ExecutionException | TimeoutException | FreshetException e) {
                log.debug("partition {} was not told by {}", partition, source, e);
                last = e;
            }
        }
        throw new FreshetException(
                ErrorCode.NOT_READY,
                "partition " + partition + " does not answer in any process, try again soon",
                last);
    }

    private <T> T get(Node node, CompletableFuture<T> asked, Duration patience)
            throws InterruptedException, ExecutionException, TimeoutException {
        try {
            T answer = asked.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            gatherer.health().alive(node);
            return answer;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof FreshetException) {
                gatherer.health().alive(node);
            } else {
                gatherer.health().refused(node);
            }
            throw e;
        } finally {
            asked.cancel(true);
        }
    }

    /** What each partition holds, told by the process where it is active if that answers. */
    List<PartitionStatistics> statistics(long indexId) throws InterruptedException {
        int partitions = gatherer.partitions();
        long deadline = Deadline.after(WITHIN);
        Map<Node, CompletableFuture<List<PartitionStatistics>>> asked = new HashMap<>();
        for (Node node : gatherer.sources().nodes(partitions)) {
            if (gatherer.health().admits(node)) {
                asked.put(node, gatherer.remote().statistics(node, indexId, WITHIN));
            }
        }
        Map<Integer, PartitionStatistics> told = new TreeMap<>();
        for (PartitionStatistics here : gatherer.local().statistics(indexId)) {
            told.put(here.partition(), here);
        }
        for (Map.Entry<Node, CompletableFuture<List<PartitionStatistics>>> entry : asked.entrySet()) {
            Node node = entry.getKey();
            try {
                for (PartitionStatistics there : get(node, entry.getValue(), Deadline.left(deadline))) {
                    boolean active = Objects.equals(node, gatherer.sources().activeElsewhere(there.partition()));
                    told.merge(
                            there.partition(),
                            there,
                            (one, other) -> active && other.ready() ? other : better(one, other));
                }
            } catch (ExecutionException | TimeoutException e) {
                log.debug("{} did not tell what it holds", node, e);
            }
        }
        return new ArrayList<>(told.values());
    }

    private static PartitionStatistics better(PartitionStatistics one, PartitionStatistics other) {
        return !one.ready() && other.ready() ? other : one;
    }
}
