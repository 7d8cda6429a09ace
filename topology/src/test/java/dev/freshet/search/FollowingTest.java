package dev.freshet.search;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class FollowingTest {
    private final Following following = new Following();

    @Test
    void hasCaughtUpWhenTheLogsLastRecordIsRestored() {
        int restoring = following.began(0, -1).orElseThrow();
        assertThat(following.reached(9)).as("the end is not known yet").isFalse();
        assertThat(following.awaitsTarget(restoring)).isTrue();
        assertThat(following.target(restoring, 12)).isFalse();
        assertThat(following.awaitsTarget(restoring)).isFalse();
        assertThat(following.reached(11)).isFalse();
        assertThat(following.caughtUp()).isFalse();
        assertThat(following.reached(14)).isTrue();
        assertThat(following.reached(20)).as("it has been before").isFalse();
        assertThat(following.caughtUp()).isTrue();
    }

    @Test
    void hasCaughtUpAtOnceWhenThereIsNothingToRestore() {
        int restoring = following.began(13, 12).orElseThrow();
        assertThat(following.target(restoring, 12)).isTrue();
        following.reset();
        assertThat(following.target(following.began(0, -1).orElseThrow(), -1))
                .as("an empty log")
                .isTrue();
    }

    @Test
    void theEndThatWasAskedForInAnEarlierLifeDoesNotCount() {
        int before = following.began(0, -1).orElseThrow();
        following.reset();
        int now = following.began(0, -1).orElseThrow();
        assertThat(following.target(before, -1)).isFalse();
        assertThat(following.awaitsTarget(before)).isFalse();
        assertThat(following.awaitsTarget(now)).isTrue();
        assertThat(following.caughtUp()).isFalse();
    }

    @Test
    void anActiveStoreThatBecomesAStandbyStaysUnlessItGoesBack() {
        following.deactivated(true);
        assertThat(following.caughtUp()).isTrue();
        assertThat(following.began(31, 30)).isEqualTo(OptionalInt.empty());
        assertThat(following.caughtUp()).isTrue();
        int back = following.began(30, 30).orElseThrow();
        assertThat(following.caughtUp()).as("a record is applied again").isFalse();
        assertThat(following.target(back, 35)).isFalse();
        assertThat(following.reached(35)).isTrue();
        following.deactivated(false);
        assertThat(following.caughtUp()).isFalse();
    }
}
