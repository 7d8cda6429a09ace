package dev.freshet.index;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ReaderEpochsTest {
    private final ReaderEpochs epochs = new ReaderEpochs();

    @Test
    void anEpochHasPassedWhenItsReadersAndThoseBeforeHaveExited() {
        int first = epochs.enter();
        long one = epochs.advance();
        int second = epochs.enter();
        long two = epochs.advance();
        assertThat(epochs.entered(first)).isEqualTo(one);
        assertThat(epochs.entered(second)).isEqualTo(two).isGreaterThan(one);
        assertThat(epochs.passed(one)).isFalse();
        epochs.exit(second);
        assertThat(epochs.passed(two)).isFalse();
        epochs.exit(first);
        assertThat(epochs.passed(two)).isTrue();
        assertThat(epochs.oldest()).isEqualTo(epochs.current());
    }

    @Test
    void readersThatEnterLaterHoldNothingBack() {
        long ended = epochs.advance();
        int later = epochs.enter();
        assertThat(epochs.passed(ended)).isTrue();
        assertThat(epochs.passed(epochs.advance())).isFalse();
        epochs.exit(later);
    }

    @Test
    void oneThreadMayEnterManyTimes() {
        List<Integer> cells = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            cells.add(epochs.enter());
        }
        assertThat(cells).doesNotHaveDuplicates();
        long ended = epochs.advance();
        cells.subList(1, 200).forEach(epochs::exit);
        assertThat(epochs.passed(ended)).isFalse();
        epochs.exit(cells.get(0));
        assertThat(epochs.passed(ended)).isTrue();
    }

    /** A thing that the writer poisons when it believes that nobody can see it any more. */
    private static final class Thing {
        private volatile boolean poisoned;
    }

    private record Unlinked(long ended, Thing thing) {}

    @Test
    void whatHasPassedIsSeenByNobody() throws Exception {
        AtomicReference<Thing> linked = new AtomicReference<>(new Thing());
        AtomicBoolean done = new AtomicBoolean();
        AtomicInteger reads = new AtomicInteger();
        int readers = 3;
        ExecutorService threads = Executors.newFixedThreadPool(readers);
        try {
            List<Future<?>> reading = new ArrayList<>();
            for (int reader = 0; reader < readers; reader++) {
                reading.add(threads.submit(() -> {
                    while (!done.get()) {
                        int cell = epochs.enter();
                        Thing thing = requireNonNull(linked.get());
                        for (int look = 0; look < 20; look++) {
                            assertThat(thing.poisoned).isFalse();
                        }
                        epochs.exit(cell);
                        reads.incrementAndGet();
                    }
                }));
            }
            Deque<Unlinked> waiting = new ArrayDeque<>();
            int poisoned = 0;
            while ((poisoned < 20_000 || reads.get() < 1_000)
                    && reading.stream().noneMatch(Future::isDone)) {
                Thing old = requireNonNull(linked.getAndSet(new Thing()));
                waiting.add(new Unlinked(epochs.advance(), old));
                while (!waiting.isEmpty() && epochs.passed(waiting.element().ended())) {
                    waiting.remove().thing().poisoned = true;
                    poisoned++;
                }
                while (waiting.size() > 1_000
                        && !epochs.passed(waiting.element().ended())) {
                    Thread.onSpinWait();
                }
            }
            done.set(true);
            for (Future<?> reader : reading) {
                reader.get();
            }
        } finally {
            done.set(true);
            threads.shutdownNow();
        }
    }
}
