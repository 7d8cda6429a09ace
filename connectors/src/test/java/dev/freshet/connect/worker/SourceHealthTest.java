package dev.freshet.connect.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.connect.source.ConnectorConfig;
import dev.freshet.connect.source.SourceType;
import dev.freshet.connect.worker.ConnectorStatus.Task;
import dev.freshet.connect.worker.SourceHealth.Finding;
import java.time.Instant;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SourceHealthTest {
    private static final ConnectorStatus RUNNING =
            new ConnectorStatus("shop", "RUNNING", "", List.of(new Task(0, "RUNNING", "")));
    private static final ConnectorStatus FAILED = new ConnectorStatus(
            "shop", "RUNNING", "", List.of(new Task(0, "FAILED", "java.net.ConnectException: Connection refused")));
    private static final ConnectorStatus NOBODY = new ConnectorStatus("shop", "UNASSIGNED", "", List.of());

    private final SourceHealth health =
            new SourceHealth(new ConnectorConfig("shop", SourceType.POSTGRESQL, new TreeMap<>(), List.of()));
    private Instant now = Instant.EPOCH;

    @Test
    void tellsAFailureOnceAndStartsItAgainLaterAndLater() {
        assertThat(look(RUNNING)).isEqualTo(Finding.NOTHING);
        Finding told = look(FAILED);
        assertThat(told.line()).contains("source 'shop' (postgresql) failed", "Connection refused", "again in 10 s");
        assertThat(told.startAgain()).isFalse();
        for (int wait : List.of(10, 20, 40, 80, 160, 300, 300)) {
            now = now.plusSeconds(wait - 1);
            assertThat(look(FAILED))
                    .as("1 s before the wait of %d s is over", wait)
                    .isEqualTo(Finding.NOTHING);
            now = now.plusSeconds(1);
            assertThat(look(FAILED)).as("after %d s", wait).isEqualTo(new Finding(null, true));
        }
        assertThat(look(NOBODY)).isEqualTo(Finding.NOTHING);
        assertThat(look(RUNNING)).isEqualTo(new Finding("Source 'shop' runs again.", false));
        assertThat(look(RUNNING)).isEqualTo(Finding.NOTHING);
    }

    @Test
    void aSourceThatHasRunForAWhileBeginsAnew() {
        look(FAILED);
        now = now.plusSeconds(10);
        look(FAILED);
        look(RUNNING);
        assertThat(look(FAILED).line()).contains("again in 20 s");
        look(RUNNING);
        now = now.plusSeconds(21);
        look(RUNNING);
        assertThat(look(FAILED).line()).contains("again in 10 s");
    }

    @Test
    void tellsAFailureAgainOnceItIsAnother() {
        look(FAILED);
        now = now.plusSeconds(4);
        Finding other = look(failed("x.DebeziumException: no slot 4711 at 0/16B3748"));
        assertThat(other.line()).contains("source 'shop' (postgresql) failed", "no slot 4711", "again in 6 s");
        assertThat(other.startAgain()).isFalse();
        now = now.plusSeconds(5);
        assertThat(look(failed("x.DebeziumException: no slot 4712 at 0/16B3790")))
                .as("it differs in numbers alone")
                .isEqualTo(Finding.NOTHING);
        now = now.plusSeconds(1);
        assertThat(look(failed("x.DebeziumException: no slot 4713 at 0/16B3790")))
                .isEqualTo(new Finding(null, true));

        now = now.plusSeconds(20);
        Finding late = look(FAILED);
        assertThat(late.line()).contains("Connection refused", "again now");
        assertThat(late.startAgain()).isTrue();

        look(RUNNING);
        assertThat(look(FAILED).line()).as("after it has run").contains("Connection refused");
    }

    private static ConnectorStatus failed(String trace) {
        return new ConnectorStatus("shop", "RUNNING", "", List.of(new Task(0, "FAILED", trace)));
    }

    private Finding look(ConnectorStatus status) {
        return health.look(status, now);
    }
}
