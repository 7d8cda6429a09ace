package dev.freshet.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.error.ErrorCode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RefreshScheduleTest {
    @Test
    void shouldTellTheNextTimes() {
        assertThat(times("30 4 * * mon-fri", "UTC", "2026-01-02T05:00:00Z", 3))
                .containsExactly("2026-01-05T04:30:00Z", "2026-01-06T04:30:00Z", "2026-01-07T04:30:00Z");
        assertThat(times("0  3 * *  *", null, "2026-01-02T03:00:00Z", 1)).containsExactly("2026-01-03T03:00:00Z");
        assertThat(times("0 3 * * *", "Asia/Kolkata", "2026-01-02T00:00:00Z", 1))
                .containsExactly("2026-01-02T21:30:00Z");
        assertThat(times("0 0 29 2 *", "UTC", "2026-01-01T00:00:00Z", 1)).containsExactly("2028-02-29T00:00:00Z");
    }

    @Test
    void shouldTakeEitherOfTwoKindsOfDays() {
        assertThat(times("0 0 13 * 5", "UTC", "2026-03-01T00:00:00Z", 3))
                .containsExactly("2026-03-06T00:00:00Z", "2026-03-13T00:00:00Z", "2026-03-20T00:00:00Z");
    }

    @Test
    void shouldComeWhenTheClocksHaveSkippedItsTime() {
        // In Amsterdam 02:00 to 03:00 does not exist on 29 March 2026.
        assertThat(times("30 2 * * *", "Europe/Amsterdam", "2026-03-27T12:00:00Z", 3))
                .containsExactly("2026-03-28T01:30:00Z", "2026-03-29T01:00:00Z", "2026-03-30T00:30:00Z");
        assertThat(times("0 3 * * *", "Europe/Amsterdam", "2026-03-28T12:00:00Z", 2))
                .containsExactly("2026-03-29T01:00:00Z", "2026-03-30T01:00:00Z");
        assertThat(times("*/20 * * * *", "Europe/Amsterdam", "2026-03-29T00:30:00Z", 4))
                .containsExactly(
                        "2026-03-29T00:40:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:20:00Z", "2026-03-29T01:40:00Z");
        assertThat(times("0 5 * * *", "Europe/Amsterdam", "2026-03-28T12:00:00Z", 1))
                .containsExactly("2026-03-29T03:00:00Z");
    }

    @Test
    void shouldComeOnceWhenTheClocksAreSetBack() {
        // In Amsterdam 02:00 to 03:00 comes twice on 25 October 2026.
        assertThat(times("30 2 * * *", "Europe/Amsterdam", "2026-10-24T12:00:00Z", 2))
                .containsExactly("2026-10-25T00:30:00Z", "2026-10-26T01:30:00Z");
        assertThat(times("*/30 * * * *", "Europe/Amsterdam", "2026-10-24T23:59:00Z", 5))
                .containsExactly(
                        "2026-10-25T00:00:00Z",
                        "2026-10-25T00:30:00Z",
                        "2026-10-25T01:00:00Z",
                        "2026-10-25T01:30:00Z",
                        "2026-10-25T02:00:00Z");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''              |                | the five fields of a crontab",
                "* * * *         |                | 4 parts",
                "0 0 3 * * *     |                | 6 parts",
                "60 * * * *      |                | 60 not in range [0, 59]",
                "0 22-2 * * *    |                | [22,2]",
                "@daily          |                | Nicknames not supported",
                "0 0 31 4 *      |                | a day that never comes",
                "0 0 L * *       |                | L",
                "0 3 * * *       | Mars/Olympus   | no time zone 'Mars/Olympus'",
                "0 3 * * *       | ''             | no time zone ''",
            })
    void shouldRefuseWhatIsNoSchedule(String cron, String zone, String words) {
        CatalogDecision.Refused refused = CatalogCalls.refused(() -> RefreshSchedule.of(cron, zone));
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_SCHEDULE);
        assertThat(refused.message()).contains(words);
    }

    @Test
    void shouldRefuseWhatIsTooLong() {
        String list = "0,".repeat(200) + "0 * * * *";
        CatalogDecision.Refused refused = CatalogCalls.refused(() -> RefreshSchedule.of(list, null));
        assertThat(refused.code()).isEqualTo(ErrorCode.INVALID_SCHEDULE);
        assertThat(refused.message()).hasSizeLessThan(600).contains("at most 200");
    }

    private static List<String> times(String cron, @Nullable String zone, String after, int count) {
        RefreshSchedule schedule = RefreshSchedule.of(cron, zone);
        List<String> times = new ArrayList<>();
        Instant last = Instant.parse(after);
        for (int i = 0; i < count; i++) {
            last = schedule.next(last).orElseThrow();
            times.add(last.toString());
        }
        return times;
    }
}
