package dev.freshet.ops.chaos;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.truth.Counts;
import java.time.Duration;
import java.util.List;

/**
 * What came of one seed.
 *
 * @param rounds that were checked
 * @param notRun why faults could not be run on this machine, each reason once
 * @param ended how often a node ended by itself and was started again
 * @param checked how much was put to the test
 * @param problems none: the run is clean
 */
public record ChaosResult(
        long seed,
        int rounds,
        FaultCounts faults,
        List<String> notRun,
        int ended,
        Counts checked,
        List<Problem> problems,
        Duration took) {
    public ChaosResult {
        requireNonNull(faults, "faults is null");
        requireNonNull(checked, "checked is null");
        requireNonNull(took, "took is null");
        notRun = List.copyOf(notRun);
        problems = List.copyOf(problems);
    }

    public boolean clean() {
        return problems.isEmpty();
    }
}
