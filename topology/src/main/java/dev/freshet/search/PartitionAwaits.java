package dev.freshet.search;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Waits for changes, each in the process where its partition is active. In rounds, so that a partition that moves meanwhile is waited for where it went. Blocks its
 * callers; thread-safe.
 */
final class PartitionAwaits {
    private static final Logger log = LoggerFactory.getLogger(PartitionAwaits.class);
    private static final Duration ROUND = Duration.ofSeconds(1);
    /** Where nobody is known to hold the partition, or its process did not answer. */
    private static final Duration SHORT_ROUND = Duration.ofMillis(100);
    /** For the way there and back, beyond the time that the other process waits. */
    private static final Duration TRAVEL = Duration.ofMillis(200);

    private final Gatherer gatherer;

    PartitionAwaits(Gatherer gatherer) {
        this.gatherer = gatherer;
    }

    /** See {@link SearchService#await}. */
    AwaitResult await(long indexId, Collection<RowPosition> positions, Duration timeout) throws InterruptedException {
        long deadline = Deadline.after(timeout);
        Map<String, RowFailure> failed = new HashMap<>();
        List<RowPosition> waiting = new ArrayList<>(positions);
        do {
            Round round = new Round(indexId, waiting, deadline);
            waiting = round.run(failed);
        } while (!waiting.isEmpty() && !Deadline.isOver(deadline));
        return new AwaitResult(failed, waiting.stream().map(RowPosition::rowKey).toList());
    }

    private final class Round {
        private final long indexId;
        private final long deadline;
        private final List<RowPosition> here = new ArrayList<>();
        private final Map<Node, List<RowPosition>> elsewhere = new HashMap<>();
        private boolean settled = true;

        Round(long indexId, List<RowPosition> waiting, long deadline) {
            this.indexId = indexId;
            this.deadline = deadline;
            // Once per process: after a refusal it admits only one who asks, and all rows of it go with one call.
            Map<Node, Boolean> admitted = new HashMap<>();
            for (RowPosition position : waiting) {
                Node node = gatherer.sources().activeElsewhere(position.partition());
                if (node != null && admitted.computeIfAbsent(node, gatherer.health()::admits)) {
                    elsewhere
                            .computeIfAbsent(node, unknown -> new ArrayList<>())
                            .add(position);
                } else {
                    here.add(position); // It is here, or nobody knows where: it may come here.
                    settled &= gatherer.local().active(position.partition());
                }
            }
        }

        /** What is left to wait for. */
        List<RowPosition> run(Map<String, RowFailure> failed) throws InterruptedException {
            Duration patience = least(settled ? ROUND : SHORT_ROUND, Deadline.left(deadline));
            long end = Deadline.after(patience.plus(TRAVEL));
            Map<Node, CompletableFuture<AwaitResult>> asked = new HashMap<>();
            elsewhere.forEach(
                    (node, positions) -> asked.put(node, gatherer.remote().await(node, indexId, positions, patience)));
            try {
                List<RowPosition> left =
                        new ArrayList<>(left(here, gatherer.local().await(indexId, here, patience), failed));
                for (Map.Entry<Node, CompletableFuture<AwaitResult>> entry : asked.entrySet()) {
                    left.addAll(answer(entry.getKey(), entry.getValue(), end, failed));
                }
                return left;
            } finally {
                asked.values().forEach(answer -> answer.cancel(true));
            }
        }

        private List<RowPosition> answer(
                Node node, CompletableFuture<AwaitResult> asked, long end, Map<String, RowFailure> failed)
                throws InterruptedException {
            List<RowPosition> positions = elsewhere.getOrDefault(node, List.of());
            try {
                AwaitResult result = asked.get(Deadline.left(end).toNanos(), TimeUnit.NANOSECONDS);
                gatherer.health().alive(node);
                return left(positions, result, failed);
            } catch (TimeoutException e) {
                log.debug("{} did not answer who waits", node);
            } catch (ExecutionException e) {
                if (e.getCause() instanceof FreshetException refused) {
                    gatherer.health().alive(node);
                    if (refused.code() == ErrorCode.INDEX_NOT_FOUND) {
                        throw new FreshetException(refused.code(), String.valueOf(refused.getMessage()), refused);
                    }
                } else {
                    gatherer.health().refused(node);
                }
                log.debug("{} did not answer who waits", node, e);
                pause();
            }
            return positions;
        }

        // So that a process that refuses is not asked again and again without a pause.
        private void pause() throws InterruptedException {
            Duration pause = least(SHORT_ROUND, Deadline.left(deadline));
            TimeUnit.NANOSECONDS.sleep(pause.toNanos());
        }

        private static List<RowPosition> left(
                List<RowPosition> positions, AwaitResult result, Map<String, RowFailure> failed) {
            failed.putAll(result.failed());
            Set<String> missing = new HashSet<>(result.missing());
            return positions.stream()
                    .filter(position -> missing.contains(position.rowKey()))
                    .toList();
        }

        private static Duration least(Duration one, Duration other) {
            return one.compareTo(other) < 0 ? one : other;
        }
    }
}
