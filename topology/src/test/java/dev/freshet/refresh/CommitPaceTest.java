package dev.freshet.refresh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class CommitPaceTest {
    private final CommitPace pace = new CommitPace(30);

    @Test
    void asksAtTheSameMomentsAsTheOtherTasks() {
        CommitPace other = new CommitPace(30);
        int asked = 0;
        for (long now = 1_000; now < 1_300; now += 10) {
            pace.written();
            other.written();
            boolean due = pace.due(now, false, false);
            assertThat(other.due(now, false, false)).isEqualTo(due);
            asked += due ? 1 : 0;
        }
        assertThat(asked).isEqualTo(11);
    }

    @Test
    void asksForNothingThatIsEmpty() {
        assertThat(pace.due(30, false, false)).isFalse();
        assertThat(pace.due(60, false, true)).isFalse();
        pace.written();
        assertThat(pace.due(90, false, false)).isTrue();
        assertThat(pace.due(120, false, false)).as("it was asked for").isFalse();
    }

    @Test
    void waitsForStreamsWhileTheModelIsWhatEverythingWaitsFor() {
        pace.written();
        assertThat(pace.due(30, true, false)).isFalse();
        assertThat(pace.due(60, true, false)).isFalse();
        assertThat(pace.due(90, false, false)).isTrue();
    }

    @Test
    void doesNotLetWhatNeedsNoModelWait() {
        pace.written();
        assertThat(pace.due(30, true, false)).isFalse();
        pace.writtenAtOnce();
        assertThat(pace.due(40, true, false)).isFalse();
        assertThat(pace.due(60, true, false)).isTrue();
        pace.written();
        assertThat(pace.due(90, true, false)).as("that is over").isFalse();
    }

    @Test
    void asksBeforeItRests() {
        pace.written();
        assertThat(pace.due(30, false, false)).isTrue();
        pace.written();
        assertThat(pace.due(31, false, false)).isFalse();
        assertThat(pace.due(32, true, true)).isTrue();
    }

    @Test
    void leavesTimeBetweenCommitsWhileItIsBehind() {
        int asked = 0;
        for (long now = 1_010; now < 2_010; now += 10) {
            pace.read(CommitPace.BEHIND_MS);
            pace.writtenAtOnce();
            asked += pace.due(now, false, true) ? 1 : 0;
        }
        assertThat(asked).as("at 1,010 ms, and at 1,200 and so on").isEqualTo(6);

        pace.read(CommitPace.BEHIND_MS - 1);
        pace.written();
        assertThat(pace.due(2_010, false, false)).as("it has caught up").isTrue();
        pace.read(-5);
        pace.written();
        assertThat(pace.due(2_040, false, false)).isTrue();
    }

    @Test
    void refusesNoPace() {
        assertThatThrownBy(() -> new CommitPace(0)).isInstanceOf(IllegalArgumentException.class);
    }
}
