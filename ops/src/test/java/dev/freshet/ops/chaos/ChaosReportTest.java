package dev.freshet.ops.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.ops.chaos.fault.FaultKind;
import dev.freshet.ops.chaos.fault.Outcome;
import dev.freshet.ops.chaos.truth.Counts;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChaosReportTest {
    private static final FaultCounts FAULTS = FaultCounts.none()
            .and(FaultKind.KILL, Outcome.Result.HAPPENED)
            .and(FaultKind.KILL, Outcome.Result.HAPPENED)
            .and(FaultKind.POINT, Outcome.Result.MISSED)
            .and(FaultKind.DISK, Outcome.Result.NOT_RUN)
            .and(FaultKind.PAUSE, Outcome.Result.NOT_RECOVERED);

    private static final ChaosResult CLEAN = new ChaosResult(
            4,
            3,
            FAULTS,
            List.of("no root"),
            1,
            new Counts(10, 2, 3, 40, 5, 6, 7, 80, 9),
            List.of(),
            Duration.ofSeconds(61));
    private static final ChaosResult FAILED = new ChaosResult(
            5,
            1,
            FAULTS,
            List.of("no root"),
            0,
            new Counts(1, 1, 1, 1, 1, 1, 1, 1, 1),
            List.of(new Problem(1, "4 NO_RESURRECTION: k1 is back", List.of("at node 1"))),
            Duration.ofSeconds(20));

    @Test
    void shouldAddUpWhatTheSeedsDid() {
        ChaosReport report = new ChaosReport(List.of(CLEAN, FAILED));
        assertThat(report.clean()).isFalse();
        assertThat(report.notRun()).containsExactly("no root");
        assertThat(row(report, "kills").count()).isEqualTo(4);
        assertThat(row(report, "pauses").count()).isEqualTo(2);
        assertThat(row(report, "kill points")).isEqualTo(new ChaosReport.Row("kill points", 0, "2 more missed"));
        assertThat(row(report, "full disks").remark()).isEqualTo("2 more could not be run");
        assertThat(row(report, "acknowledged writes checked").count()).isEqualTo(11);
        assertThat(row(report, "searches checked"))
                .isEqualTo(new ChaosReport.Row("searches checked", 47, "41 complete, 6 incomplete; 7 more refused"));
        assertThat(row(report, "seeds").count()).isEqualTo(2);
        assertThat(row(report, "findings").count()).isEqualTo(1);
        assertThat(new ChaosReport(List.of(CLEAN)).clean()).isTrue();
    }

    @Test
    void shouldTellTheSameAsFigures() {
        JsonNode figures = new ObjectMapper().valueToTree(new ChaosReport(List.of(CLEAN, FAILED)).figures());
        assertThat(figures.path("faults").path("kill").path("happened").asInt()).isEqualTo(4);
        assertThat(figures.path("faults").path("disk").path("not_run").asInt()).isEqualTo(2);
        assertThat(figures.path("acknowledged_writes").asInt()).isEqualTo(11);
        assertThat(figures.path("findings").asInt()).isEqualTo(1);
        JsonNode failed = figures.path("seeds").path(1);
        assertThat(failed.path("seed").asInt()).isEqualTo(5);
        assertThat(failed.path("findings").path(0).path("what").asText()).contains("k1 is back");
        assertThat(failed.path("findings").path(0).path("details").path(0).asText())
                .isEqualTo("at node 1");
    }

    private static ChaosReport.Row row(ChaosReport report, String what) {
        return report.rows().stream()
                .filter(row -> row.what().equals(what))
                .findFirst()
                .orElseThrow();
    }
}
