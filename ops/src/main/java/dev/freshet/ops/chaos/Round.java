package dev.freshet.ops.chaos;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;

/**
 * A piece of a run: work without faults, then waves of faults one after the other, then a check with everything healed.
 *
 * @param number from 1
 */
record Round(int number, Duration calm, List<Wave> waves) {
    Round {
        requireNonNull(calm, "calm is null");
        waves = List.copyOf(waves);
    }
}
