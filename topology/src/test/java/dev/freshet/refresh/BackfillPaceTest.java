package dev.freshet.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;

class BackfillPaceTest {
    @Test
    void shouldLetEverythingThroughWithoutABound() {
        BackfillPace.Share share = new BackfillPace(0).join();
        assertThat(taken(share, 5, 1_000)).isEqualTo(1_000);
    }

    @Test
    void shouldShareEvenlyAndGiveWhatALeavingTaskHad() {
        BackfillPace pace = new BackfillPace(100);
        BackfillPace.Share left = pace.join();
        BackfillPace.Share right = pace.join();
        assertThat(taken(left, 0, 10)).as("nothing is earned yet").isZero();
        assertThat(taken(right, 0, 10)).isZero();
        assertThat(taken(left, 1_000, 1_000)).isEqualTo(50);
        assertThat(taken(right, 100, 1_000)).isEqualTo(5);
        right.close();
        right.close();
        assertThat(taken(left, 2_000, 1_000)).isEqualTo(100);
    }

    @Test
    void shouldKeepWhatWasNotTakenForASecondOnly() {
        BackfillPace.Share share = new BackfillPace(10).join();
        taken(share, 0, 1);
        assertThat(taken(share, 3_600_000, 1_000)).isEqualTo(10);
    }

    @Test
    void shouldEarnSlowlyWithLessThanARowPerSecond() {
        BackfillPace pace = new BackfillPace(1);
        BackfillPace.Share share = pace.join();
        pace.join();
        taken(share, 0, 1);
        int taken = 0;
        for (int ms = 10; ms <= 10_000; ms += 10) {
            taken += taken(share, ms, 10);
        }
        assertThat(taken).isBetween(4, 5);
    }

    @Test
    void shouldNotMindAClockThatGoesBack() {
        BackfillPace.Share share = new BackfillPace(10).join();
        taken(share, 5_000, 1);
        assertThat(taken(share, 1_000, 10)).isZero();
        assertThat(taken(share, 1_500, 10)).isEqualTo(5);
    }

    @Test
    void shouldRefuseANegativeBound() {
        assertThatIllegalArgumentException().isThrownBy(() -> new BackfillPace(-1));
    }

    private static int taken(BackfillPace.Share share, long nowMs, int wanted) {
        int taken = 0;
        while (taken < wanted && share.take(nowMs)) {
            taken++;
        }
        return taken;
    }
}
