package dev.freshet.search;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.TestRandom;
import dev.freshet.search.FilterCache.Answer;
import dev.freshet.search.FilterCache.Known;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.function.IntFunction;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;
import org.junit.jupiter.api.Test;

/** What is kept of filters is what the rows say, however these change. */
class FilterCacheTest {
    private final RandomGenerator random = TestRandom.create(FilterCacheTest.class);
    private final FilterCache cache = new FilterCache();

    private static Filter filter(int number) {
        return Filter.parse("{\"eq\":{\"number\":" + number + "}}");
    }

    private Known known(int number) {
        Known known = cache.known(filter(number));
        return known == null ? requireNonNull(cache.known(filter(number))) : known;
    }

    @Test
    void keepsAFilterFromItsSecondUseOn() {
        assertThat(cache.known(filter(1))).isNull();
        assertThat(cache.known(filter(2))).isNull();
        Known known = cache.known(filter(1));
        assertThat(known).isNotNull().isSameAs(cache.known(filter(1)));
    }

    @Test
    void keepsTheFiltersThatWereUsedLast() {
        Known first = known(0);
        Known second = known(1);
        for (int other = 2; other < FilterCache.FILTERS_MAX; other++) {
            known(other);
        }
        assertThat(known(0)).isSameAs(first);
        known(FilterCache.FILTERS_MAX);
        assertThat(cache.known(filter(0))).isSameAs(first);
        assertThat(cache.known(filter(1))).isNull();
        assertThat(cache.known(filter(1))).isNotSameAs(second);
    }

    @Test
    void keepsNoLongFilters() {
        Filter filter = Filter.parse("{\"eq\":{\"a\":\"" + "x".repeat(FilterCache.JSON_LENGTH_MAX) + "\"}}");
        assertThat(cache.known(filter)).isNull();
        assertThat(cache.known(filter)).isNull();
    }

    @Test
    void asksOnceUntilARowOfThePageChanges() {
        int slots = 3 * FilterCache.PAGE - 5;
        cache.ensure(slots);
        List<Integer> asked = new ArrayList<>();
        IntFunction<Answer> ask = slot -> {
            asked.add(slot);
            return slot % 3 == 0 ? Answer.PASSES : Answer.FAILS;
        };
        Known known = known(7);
        for (int round = 0; round < 2; round++) {
            for (int slot = 0; slot < slots; slot++) {
                assertThat(known.test(slot, ask)).isEqualTo(slot % 3 == 0);
            }
        }
        assertThat(asked).hasSize(slots).doesNotHaveDuplicates();
        assertThat(known.share(slots)).isCloseTo(1, within(1e-9));
        int[] changed = {5, 6, FilterCache.PAGE + 1};
        cache.changing(changed);
        cache.changed(changed);
        assertThat(known.share(slots)).isCloseTo((FilterCache.PAGE - 5.0) / slots, within(1e-9));
        asked.clear();
        for (int slot = 0; slot < slots; slot++) {
            known.test(slot, ask);
        }
        assertThat(asked).hasSize(2 * FilterCache.PAGE).doesNotContain(2 * FilterCache.PAGE);
    }

    @Test
    void asksEveryTimeWhileARowOfThePageIsBeingChangedAndWhereAnAnswerDoesNotLast() {
        cache.ensure(10);
        int[] asked = {0};
        IntFunction<Answer> ask = slot -> {
            asked[0]++;
            return slot == 3 ? Answer.PASSES_NOW : Answer.PASSES;
        };
        Known known = known(7);
        known.test(3, ask);
        known.test(3, ask);
        assertThat(asked[0]).isEqualTo(2);
        cache.changing(new int[] {4});
        known.test(5, ask);
        known.test(5, ask);
        assertThat(asked[0]).isEqualTo(4);
        cache.changed(new int[] {4});
        known.test(5, ask);
        known.test(5, ask);
        assertThat(asked[0]).isEqualTo(5);
    }

    /** One thread changes rows; the others never hear what was so before a change that had ended when they asked. */
    @Test
    void neverTellsWhatWasSoBefore() throws Exception {
        int slots = 700;
        // Even: as it stays for now, and what it is; odd: being changed.
        AtomicIntegerArray states = new AtomicIntegerArray(slots);
        cache.ensure(slots / 2);
        Known known = known(1);
        AtomicBoolean done = new AtomicBoolean();
        ExecutorService readers = Executors.newFixedThreadPool(3);
        try {
            List<Future<Integer>> reading = new ArrayList<>();
            for (int reader = 0; reader < 3; reader++) {
                long seed = random.nextLong();
                reading.add(readers.submit(() -> read(known, states, seed, done)));
            }
            for (int change = 0; change < 300_000 && reading.stream().noneMatch(Future::isDone); change++) {
                int[] changed = {random.nextInt(slots), random.nextInt(slots)};
                cache.changing(changed);
                for (int slot : changed) {
                    states.incrementAndGet(slot);
                    states.incrementAndGet(slot);
                }
                cache.changed(changed);
            }
            done.set(true);
            for (Future<Integer> reader : reading) {
                assertThat(reader.get()).isPositive();
            }
        } finally {
            done.set(true);
            readers.shutdownNow();
        }
    }

    private static int read(Known known, AtomicIntegerArray states, long seed, AtomicBoolean done) {
        RandomGenerator own = RandomGeneratorFactory.of("L64X128MixRandom").create(seed);
        int compared = 0;
        while (!done.get() || compared == 0) {
            int slot = own.nextInt(states.length());
            int before = states.get(slot);
            boolean passes = known.test(slot, asked -> (states.get(asked) & 2) != 0 ? Answer.PASSES : Answer.FAILS);
            if (states.get(slot) == before && (before & 1) == 0) {
                assertThat(passes).as("slot %d in state %d", slot, before).isEqualTo((before & 2) != 0);
                compared++;
            }
        }
        return compared;
    }
}
