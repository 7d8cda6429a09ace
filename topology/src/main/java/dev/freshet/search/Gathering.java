package dev.freshet.search;

import static java.util.stream.Collectors.toSet;

import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.PartitionSources.Source;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One search of all partitions, wherever they are. Runs on its caller's thread, which waits for replies; they come from other threads.
 *
 * <ul>
 *   <li>All partitions are asked at the same time: those of this process one by one, those of another process by one call.
 *   <li>A partition that its source refuses, does not hold or cannot answer is asked from the next source. One whose source is slow is asked from the next as well
 *       ({@link NodeHealth}); the first answer counts, each partition once, and the other calls are cancelled.
 *   <li>Where one waits for a position, others are looked for every 250 ms.
 *   <li>When all sources of a partition have failed they are looked up again, once: it may just have moved.
 *   <li>A standby's answer from before a position that this process has seen already is kept back for 250 ms at most, while fresher sources are asked. So what a search has found is not
 *       lost by the next one only because its source was slow for a moment.
 *   <li>An answer from before the position that the caller wants is none.
 * </ul>
 */
final class Gathering {
    private static final Logger log = LoggerFactory.getLogger(Gathering.class);
    private static final long NEVER = Long.MAX_VALUE;
    private static final int PLANS = 2;
    /** Kept of the time for the way back. */
    private static final long MARGIN_MIN_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long MARGIN_MAX_NANOS = TimeUnit.MILLISECONDS.toNanos(50);
    private static final int MARGIN_SHARE = 10;

    private final Gatherer gatherer;
    private final VectorQuery query;
    private final @Nullable SearchWidth width;
    private final long deadline;
    private final Replies replies = new Replies();
    private final List<Wanted> wanted = new ArrayList<>();
    private final List<Call> open = new ArrayList<>();
    private final List<PartitionFindings> answers = new ArrayList<>();
    private int unsettled;

    /**
     * @param positions that partitions must have reached; others may be anywhere
     * @param width candidates per partition of this process; null: as the query says, as for those of others
     * @param deadline as {@link System#nanoTime} tells it
     */
    Gathering(
            Gatherer gatherer,
            int partitions,
            Map<Integer, Long> positions,
            VectorQuery query,
            @Nullable SearchWidth width,
            long deadline) {
        this.gatherer = gatherer;
        this.query = query;
        this.width = width;
        this.deadline = deadline;
        for (int partition = 0; partition < partitions; partition++) {
            wanted.add(new Wanted(partition, positions.getOrDefault(partition, -1L)));
        }
    }

    /**
     * What came of it.
     *
     * @param hits the nearest of what all partitions found, at most the query's {@code k}
     * @param answers at most one per partition
     * @param behind partitions that answered, but had not reached the position that was wanted: where they were
     */
    record Gathered(List<SearchHit> hits, List<PartitionFindings> answers, Map<Integer, Long> behind) {}

    private record Reply(
            Call call,
            List<? extends PartitionFindings> answers,
            @Nullable Throwable failure) {}

    /**
     * Replies, for the one thread that made this. It is not woken by what this process's own partitions find while others of them still search and can be expected to answer next:
     * each time would cost it, and them, a processor.
     */
    private static final class Replies {
        private final Thread waiter = Thread.currentThread();
        private final Queue<Reply> queue = new ConcurrentLinkedQueue<>();
        private final AtomicInteger searchingHere = new AtomicInteger();

        /** Before a call begins. */
        void expect(Call call) {
            if (call.node == null) {
                searchingHere.incrementAndGet();
            }
        }

        /** From any thread. */
        void add(Reply reply) {
            queue.add(reply);
            boolean lastHere = reply.call().node == null && searchingHere.decrementAndGet() == 0;
            if (lastHere || reply.failure() != null || !reply.call().plain()) {
                LockSupport.unpark(waiter);
            }
        }

        @Nullable
        Reply poll() {
            return queue.poll();
        }

        /** Returns null when there is none, after that time at the latest. */
        @Nullable
        Reply poll(long nanos) throws InterruptedException {
            Reply reply = queue.poll();
            if (reply == null) {
                LockSupport.parkNanos(this, nanos);
                if (Thread.interrupted()) {
                    throw new InterruptedException();
                }
                reply = queue.poll();
            }
            return reply;
        }
    }

    /** One partition. */
    private static final class Wanted {
        private final int partition;
        private final long position;
        private final Deque<Source> sources = new ArrayDeque<>();
        private int plans;
        private boolean failed;
        private int calls;
        private boolean settled;
        private long reached = NEVER;
        private @Nullable PartitionFindings older;
        private long olderUntil;

        Wanted(int partition, long position) {
            this.partition = partition;
            this.position = position;
        }
    }

    /** A partition that a process is asked for, as a standby perhaps. */
    private record Asked(Wanted partition, boolean standby) {}

    /** One question to one process; null: this one. */
    private static final class Call {
        private final @Nullable Node node;
        private final List<Asked> asked;
        private final boolean waits;
        private final long began = System.nanoTime();
        private long hedgeAt = NEVER;
        private boolean hedged;
        private CompletableFuture<?> future = new CompletableFuture<>();

        Call(@Nullable Node node, List<Asked> asked) {
            this.node = node;
            this.asked = asked;
            this.waits = asked.stream().anyMatch(one -> one.partition().position >= 0);
        }

        /** Whether any answer settles its partition: it is this process's own, and neither must it have come far nor may it be old. */
        boolean plain() {
            return node == null && !waits && asked.stream().noneMatch(Asked::standby);
        }
    }

    Gathered run() throws InterruptedException {
        try {
            unsettled = wanted.size();
            ask(wanted);
            NearestFindings nearest;
            do {
                await();
                nearest = NearestFindings.of(query.k(), answers);
                askAgain(nearest.gone());
            } while (!nearest.gone().isEmpty());
            return new Gathered(nearest.hits(), List.copyOf(answers), behind());
        } finally {
            giveUp();
        }
    }

    /** Until each partition has answered, or cannot, or the time is over: what is there must do then. */
    private void await() throws InterruptedException {
        while (unsettled > 0) {
            long now = System.nanoTime();
            if (deadline - now <= 0) {
                break;
            }
            Reply reply = replies.poll(nextStep(now) - now);
            if (reply != null) {
                accept(reply);
            } else {
                step(System.nanoTime());
            }
        }
        while (unsettled > 0) {
            Reply last = replies.poll();
            if (last == null) {
                break;
            }
            if (last.failure() == null) {
                accept(last);
            }
        }
        for (Wanted partition : wanted) {
            if (!partition.settled && partition.older != null) {
                settle(partition, partition.older);
            }
        }
    }

    /** Partitions that were here when they were searched, and are not when their rows are fetched. */
    private void askAgain(List<PartitionFindings> gone) {
        List<Wanted> again = new ArrayList<>();
        for (PartitionFindings findings : gone) {
            answers.remove(findings);
            Wanted partition = wanted.get(findings.partition());
            partition.settled = false;
            partition.failed = true;
            partition.older = partition.older == findings ? null : partition.older;
            unsettled++;
            again.add(partition);
        }
        ask(again);
    }

    private Map<Integer, Long> behind() {
        Map<Integer, Long> behind = new HashMap<>();
        for (Wanted partition : wanted) {
            if (!partition.settled && partition.position >= 0) {
                Watermark here = gatherer.local().watermark(query.indexId(), partition.partition);
                long reached = partition.reached == NEVER ? -1 : partition.reached;
                if (here != null || partition.reached != NEVER) {
                    behind.put(partition.partition, here == null ? reached : Math.max(reached, here.offset()));
                }
            }
        }
        return behind;
    }

    private void giveUp() {
        for (Call call : open) {
            call.future.cancel(true);
            if (call.node != null && !call.waits && Deadline.isOver(call.hedgeAt)) {
                gatherer.health().unanswered(call.node);
            }
        }
    }

    /** Asks each partition's next source, one call per process. A partition that has none left, and none that may still answer, is settled with what there is. */
    private void ask(List<Wanted> partitions) {
        Map<Node, Boolean> admitted = new HashMap<>();
        Map<Node, List<Asked>> elsewhere = new LinkedHashMap<>();
        for (Wanted partition : partitions) {
            Source source = next(
                    partition,
                    node -> admitted.computeIfAbsent(
                            node, asked -> gatherer.health().admits(asked)));
            if (source == null) {
                settleWithOlder(partition);
            } else if (source.node() == null) {
                askHere(partition, source);
            } else {
                elsewhere
                        .computeIfAbsent(source.node(), node -> new ArrayList<>())
                        .add(new Asked(partition, source.standby()));
            }
        }
        elsewhere.forEach(this::askElsewhere);
    }

    private @Nullable Source next(Wanted partition, Function<Node, Boolean> admitted) {
        while (true) {
            Source source = partition.sources.poll();
            if (source == null) {
                boolean again = partition.failed && partition.calls == 0 && partition.plans < PLANS;
                if (partition.plans > 0 && !again) {
                    return null;
                }
                partition.plans++;
                partition.failed = false;
                partition.sources.addAll(gatherer.sources().of(partition.partition));
            } else if (source.node() == null || admitted.apply(source.node())) {
                return source;
            }
        }
    }

    private void askHere(Wanted partition, Source source) {
        Call call = new Call(null, List.of(new Asked(partition, source.standby())));
        if (source.standby() && call.waits) {
            call.hedgeAt = call.began + NodeHealth.HEDGE_MAX_NANOS;
        }
        begin(
                call,
                gatherer.local().ask(partition.partition, partition.position, query, width, deadline),
                answer -> List.of(answer));
    }

    private void askElsewhere(Node node, List<Asked> asked) {
        Call call = new Call(node, asked);
        Map<Integer, Long> partitions = new HashMap<>();
        asked.forEach(one -> partitions.put(one.partition().partition, one.partition().position));
        // One that waits for its position takes its time, and another would wait too.
        call.hedgeAt = call.began
                + (call.waits ? NodeHealth.HEDGE_MAX_NANOS : gatherer.health().hedgeNanos(node));
        gatherer.health().called();
        begin(call, gatherer.remote().search(node, partitions, query, timeout(call.began)), answers -> answers);
    }

    private Duration timeout(long now) {
        long left = Math.max(0, deadline - now);
        long margin = Math.min(MARGIN_MAX_NANOS, Math.max(MARGIN_MIN_NANOS, left / MARGIN_SHARE));
        return Duration.ofNanos(Math.max(left - margin, 0));
    }

    private <T> void begin(
            Call call, CompletableFuture<T> future, Function<T, ? extends List<? extends PartitionFindings>> answered) {
        call.future = future;
        call.asked.forEach(one -> one.partition().calls++);
        open.add(call);
        replies.expect(call);
        future.whenComplete((found, failure) ->
                replies.add(new Reply(call, failure == null ? answered.apply(found) : List.of(), failure)));
    }

    private void accept(Reply reply) {
        Call call = reply.call();
        open.remove(call);
        note(call, reply.failure());
        Map<Integer, PartitionFindings> found = new HashMap<>();
        reply.answers().forEach(answer -> found.put(answer.partition(), answer));
        List<Wanted> again = new ArrayList<>();
        for (Asked asked : call.asked) {
            Wanted partition = asked.partition();
            partition.calls--;
            if (!partition.settled && !accept(asked, found.get(partition.partition)) && partition.calls == 0) {
                again.add(partition);
            }
        }
        if (!again.isEmpty()) {
            ask(again);
        }
    }

    private void note(Call call, @Nullable Throwable failure) {
        Throwable cause = failure instanceof CompletionException wrapped && wrapped.getCause() != null
                ? wrapped.getCause()
                : failure;
        if (call.node == null) {
            if (cause instanceof FreshetException refused) {
                throw new FreshetException(refused.code(), String.valueOf(refused.getMessage()), refused);
            }
        } else if (cause == null) {
            gatherer.health().answered(call.node, System.nanoTime() - call.began);
        } else {
            log.debug("{} did not answer a search", call.node, cause);
            if (!(cause instanceof FreshetException)) { // Which says that it is alive.
                gatherer.health().refused(call.node);
            }
        }
    }

    private boolean accept(Asked asked, @Nullable PartitionFindings answer) {
        Wanted partition = asked.partition();
        if (answer == null) {
            partition.failed = true;
            return false;
        }
        if (answer.position() < partition.position) {
            partition.failed = true;
            partition.reached =
                    partition.reached == NEVER ? answer.position() : Math.max(partition.reached, answer.position());
            return false;
        }
        if (asked.standby() && gatherer.newest().isBehind(query.indexId(), partition.partition, answer.position())) {
            if (partition.older == null) {
                partition.olderUntil = Deadline.after(gatherer.grace());
            }
            if (partition.older == null || partition.older.position() < answer.position()) {
                partition.older = answer;
            }
            return false;
        }
        settle(partition, answer);
        return true;
    }

    private void settle(Wanted partition, PartitionFindings answer) {
        partition.settled = true;
        unsettled--;
        answers.add(answer);
        gatherer.newest().saw(query.indexId(), partition.partition, answer.position(), System.currentTimeMillis());
    }

    private void settleWithOlder(Wanted partition) {
        if (partition.calls > 0 || partition.settled) {
            return;
        }
        if (partition.older != null) {
            settle(partition, partition.older);
        } else {
            unsettled--; // Nobody is left who could answer.
        }
    }

    /** When something is to be done though no reply came. */
    private long nextStep(long now) {
        long next = deadline;
        for (Call call : open) {
            if (!call.hedged && call.hedgeAt != NEVER) {
                next = earlier(next, call.hedgeAt);
            }
        }
        for (Wanted partition : wanted) {
            if (!partition.settled && partition.older != null) {
                next = earlier(next, partition.olderUntil);
            }
        }
        return earlier(next, now + TimeUnit.HOURS.toNanos(1));
    }

    private static long earlier(long one, long other) {
        return one - other < 0 ? one : other;
    }

    private void step(long now) {
        for (Wanted partition : wanted) {
            if (!partition.settled && partition.older != null && now - partition.olderUntil >= 0) {
                settle(partition, partition.older);
            }
        }
        for (Call call : List.copyOf(open)) {
            if (!call.hedged && call.hedgeAt != NEVER && now - call.hedgeAt >= 0) {
                call.hedged = !call.waits;
                call.hedgeAt = call.waits ? now + NodeHealth.HEDGE_MAX_NANOS : call.hedgeAt;
                hedge(call);
            }
        }
    }

    private void hedge(Call slow) {
        List<Wanted> waiting = slow.asked.stream()
                .map(Asked::partition)
                .filter(partition -> !partition.settled && (slow.waits || partition.calls == 1))
                .toList();
        if (slow.waits) {
            waiting.forEach(this::lookAgain);
        }
        waiting = waiting.stream()
                .filter(partition -> !partition.sources.isEmpty())
                .toList();
        if (!waiting.isEmpty() && (slow.waits || gatherer.health().takeHedge())) {
            gatherer.hedges().increment();
            ask(waiting);
        }
    }

    /**
     * Looks for others who may be asked, where somebody waits for a position, for as long as it takes: one that was not to be asked when the search began may be the only one that will come as
     * far. Nobody is asked twice, so this needs no further bound.
     */
    private void lookAgain(Wanted partition) {
        Set<Optional<Node>> asked = open.stream()
                .filter(call -> call.asked.stream().anyMatch(one -> one.partition() == partition))
                .map(call -> Optional.ofNullable(call.node))
                .collect(toSet());
        partition.sources.clear();
        gatherer.sources().of(partition.partition).stream()
                .filter(source -> !asked.contains(Optional.ofNullable(source.node())))
                .forEach(partition.sources::add);
    }
}
