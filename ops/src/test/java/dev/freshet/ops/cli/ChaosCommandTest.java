package dev.freshet.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.fault.FaultKind;
import org.junit.jupiter.api.Test;

/** What can be said of the command without running it; CI runs it after the tests. */
class ChaosCommandTest {
    @Test
    void shouldNameTheKindsOfFaults() {
        CommandLineRun help = CommandLineRun.of("chaos", "--help");
        assertThat(help.exitCode()).isZero();
        for (FaultKind kind : FaultKind.values()) {
            assertThat(help.out()).contains(kind.toString());
        }
    }

    @Test
    void shouldRefuseWhatMakesNoSense() {
        CommandLineRun none = CommandLineRun.of("chaos", "--seeds", "0");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("--seeds is 0, must be at least 1");
        CommandLineRun shortest = CommandLineRun.of("chaos", "--seconds", "0");
        assertThat(shortest.exitCode()).isEqualTo(2);
        assertThat(shortest.err()).contains("must be more than nothing");
        CommandLineRun kind = CommandLineRun.of("chaos", "--faults", "kill,flood");
        assertThat(kind.exitCode()).isEqualTo(2);
        assertThat(kind.err()).contains("flood", "KILL", "CLOCK");
    }
}
