package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class NodeHealthTest {
    private static final Node NODE = new Node("one", 3110);
    private static final Node OTHER = new Node("other", 3110);

    private final AtomicLong clock = new AtomicLong(Long.MAX_VALUE - 5); // nanoTime may overflow.
    private final NodeHealth health = new NodeHealth(clock::get);

    private void pass(long milliseconds) {
        clock.addAndGet(TimeUnit.MILLISECONDS.toNanos(milliseconds));
    }

    @Test
    void aProcessThatRefusesTwiceIsLeftAloneForEverLongerAndThenAskedByOne() {
        health.refused(NODE);
        assertThat(health.admits(NODE)).as("once may be chance").isTrue();
        health.refused(NODE);
        long backoff = 100;
        for (int i = 0; i < 6; i++) {
            assertThat(health.admits(NODE)).isFalse();
            pass(backoff - 1);
            assertThat(health.admits(NODE)).isFalse();
            pass(1);
            assertThat(health.admits(NODE)).as("one may try").isTrue();
            assertThat(health.admits(NODE)).as("the others go on without it").isFalse();
            health.refused(NODE);
            backoff = Math.min(1_000, 2 * backoff);
        }
        assertThat(health.admits(OTHER)).isTrue();
        pass(1_000);
        assertThat(health.admits(NODE)).isTrue();
        health.answered(NODE, 1);
        assertThat(health.admits(NODE)).isTrue();
        assertThat(health.admits(NODE)).isTrue();
        health.refused(NODE);
        health.refused(NODE);
        pass(100);
        assertThat(health.admits(NODE)).as("it starts from the shortest again").isTrue();
    }

    @Test
    void aProcessThatLeavesManyWithoutAnAnswerIsSlowForAWhile() {
        health.unanswered(NODE);
        health.unanswered(NODE);
        assertThat(health.isSlow(NODE)).isFalse();
        health.unanswered(NODE);
        assertThat(health.isSlow(NODE)).isTrue();
        assertThat(health.isSlow(OTHER)).isFalse();
        pass(1_000);
        assertThat(health.isSlow(NODE)).isFalse();
        health.unanswered(NODE);
        assertThat(health.isSlow(NODE)).isTrue();
        health.answered(NODE, 1);
        assertThat(health.isSlow(NODE)).isFalse();
    }

    @Test
    void waitsTwiceAsLongAsItUsuallyTakesWithinBounds() {
        assertThat(health.hedgeNanos(NODE)).isBetween(NodeHealth.HEDGE_MIN_NANOS, NodeHealth.HEDGE_MAX_NANOS);
        for (int i = 0; i < 64; i++) {
            // Three of 64 are slower than the rest, which is less than one in twenty.
            health.answered(NODE, TimeUnit.MILLISECONDS.toNanos(i % 22 == 0 ? 900 : 30));
        }
        assertThat(health.hedgeNanos(NODE)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(60));
        for (int i = 0; i < 64; i++) {
            health.answered(NODE, 1);
        }
        assertThat(health.hedgeNanos(NODE)).isEqualTo(NodeHealth.HEDGE_MIN_NANOS);
        for (int i = 0; i < 64; i++) {
            health.answered(NODE, TimeUnit.SECONDS.toNanos(3));
        }
        assertThat(health.hedgeNanos(NODE)).isEqualTo(NodeHealth.HEDGE_MAX_NANOS);
    }

    @Test
    void learnsFromTheLastAnswersHoweverManyThereWere() {
        for (int i = 0; i < 10_000; i++) {
            // Whenever in its circle of samples the change comes, it is known after a full circle of answers.
            health.answered(NODE, TimeUnit.MILLISECONDS.toNanos(40));
        }
        for (int turn = 0; turn < 300; turn++) {
            long millis = turn % 2 == 0 ? 50 : 40;
            for (int i = 0; i < 64 + turn % 13 + 8; i++) {
                health.answered(NODE, TimeUnit.MILLISECONDS.toNanos(millis));
            }
            assertThat(health.hedgeNanos(NODE))
                    .as("turn %d", turn)
                    .isEqualTo(TimeUnit.MILLISECONDS.toNanos(2 * millis));
        }
    }

    @Test
    void anyAnswerSaysThatAProcessIsThereButNotHowFastItSearches() {
        for (int i = 0; i < 64; i++) {
            health.answered(NODE, TimeUnit.MILLISECONDS.toNanos(40));
        }
        for (int i = 0; i < 3; i++) {
            health.refused(NODE);
            health.unanswered(NODE);
        }
        assertThat(health.admits(NODE)).isFalse();
        assertThat(health.isSlow(NODE)).isTrue();

        health.alive(NODE);

        assertThat(health.admits(NODE)).isTrue();
        assertThat(health.admits(NODE)).isTrue();
        assertThat(health.isSlow(NODE)).isFalse();
        assertThat(health.hedgeNanos(NODE)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(80));
    }

    @Test
    void hedgesAreATenthOfTheCalls() {
        int hedges = 0;
        while (health.takeHedge()) {
            hedges++;
        }
        assertThat(hedges).as("in hand").isBetween(1, 100);
        hedges = 0;
        for (int call = 0; call < 1_000; call++) {
            health.called();
            hedges += health.takeHedge() ? 1 : 0;
        }
        assertThat(hedges).isEqualTo(100);
    }
}
