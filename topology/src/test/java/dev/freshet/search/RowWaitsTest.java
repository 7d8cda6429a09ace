package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class RowWaitsTest {
    private static final Duration LONG = Duration.ofMinutes(1);

    private final RowWaits waits = new RowWaits();
    private final ExecutorService threads = Executors.newCachedThreadPool();

    @AfterEach
    void stop() {
        threads.shutdownNow();
    }

    @Test
    void aRowThatChangesWakesThoseWhoWaitForIt() throws Exception {
        try (RowWaits.Wait wait = waits.enter(1, List.of("a", "b"))) {
            waits.changed(Set.of(row(1, "b")));
            assertThat(wait.await(Deadline.after(LONG))).isTrue();
        }
    }

    @Test
    void otherRowsWakeNobody() throws Exception {
        try (RowWaits.Wait wait = waits.enter(1, List.of("a"))) {
            waits.changed(Set.of(row(1, "b"), row(2, "a")));
            assertThat(wait.await(Deadline.after(Duration.ofMillis(20)))).isFalse();
        }
    }

    @Test
    void whatMayConcernAnyRowWakesAll() throws Exception {
        try (RowWaits.Wait one = waits.enter(1, List.of("a"));
                RowWaits.Wait other = waits.enter(2, List.of("b"))) {
            waits.changed();
            assertThat(one.await(Deadline.after(LONG))).isTrue();
            assertThat(other.await(Deadline.after(LONG))).isTrue();
        }
    }

    @Test
    void aChangeCountsOnce() throws Exception {
        try (RowWaits.Wait wait = waits.enter(1, List.of("a"))) {
            waits.changed(Set.of(row(1, "a")));
            assertThat(wait.await(Deadline.after(LONG))).isTrue();
            assertThat(wait.await(Deadline.after(Duration.ofMillis(20)))).isFalse();
        }
    }

    @Test
    void nothingIsLeftOfThoseWhoWentAway() {
        RowWaits.Wait one = waits.enter(1, List.of("a", "b"));
        RowWaits.Wait other = waits.enter(1, List.of("b", "b"));
        assertThat(waits.size()).isEqualTo(2);
        one.close();
        assertThat(waits.size()).isEqualTo(1);
        other.close();
        assertThat(waits.size()).isZero();
        waits.changed();
        waits.changed(Set.of(row(1, "a")));
    }

    @Test
    void whoIsInterruptedSaysSo() throws Exception {
        Future<?> waiting = threads.submit(() -> {
            try (RowWaits.Wait wait = waits.enter(1, List.of("a"))) {
                Thread.currentThread().interrupt();
                assertThatThrownBy(() -> wait.await(Deadline.after(LONG))).isInstanceOf(InterruptedException.class);
            }
        });
        waiting.get();
    }

    @Test
    void noChangeIsMissedByManyWhoLookAndWait() throws Exception {
        int rows = 20;
        int rounds = 2_000;
        AtomicIntegerArray states = new AtomicIntegerArray(rows);
        AtomicInteger sawAll = new AtomicInteger();
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 0; i < rows; i++) {
            int mine = i;
            waiting.add(threads.submit(() -> {
                for (int round = 1; round <= rounds; round++) {
                    try (RowWaits.Wait wait = waits.enter(1, List.of("row" + mine))) {
                        while (states.get(mine) < round) {
                            assertThat(wait.await(Deadline.after(LONG))).isTrue();
                        }
                    }
                }
                return sawAll.incrementAndGet();
            }));
        }
        for (int round = 1; round <= rounds; round++) {
            for (int i = 0; i < rows; i++) {
                states.set(i, round);
                waits.changed(Set.of(row(1, "row" + i)));
            }
        }
        for (Future<?> one : waiting) {
            one.get();
        }
        assertThat(sawAll).hasValue(rows);
        assertThat(waits.size()).isZero();
    }

    private static StagedChanges.RowId row(long index, String key) {
        return new StagedChanges.RowId(index, key);
    }
}
