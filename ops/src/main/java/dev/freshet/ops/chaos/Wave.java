package dev.freshet.ops.chaos;

import dev.freshet.ops.chaos.fault.Fault;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * Faults that begin together. Each is healed when its own time is over.
 *
 * @param faults at least one; no two hold the same part of the world
 */
record Wave(List<Fault> faults) {
    Wave {
        faults = List.copyOf(faults);
        if (faults.isEmpty()) {
            throw new IllegalArgumentException("a wave without faults");
        }
        Set<String> held = new HashSet<>();
        for (Fault fault : faults) {
            for (String part : fault.holds()) {
                if (!held.add(part)) {
                    throw new IllegalArgumentException("two faults of a wave want " + part);
                }
            }
        }
    }

    /** Whether nothing may be written meanwhile. */
    boolean quiet() {
        return faults.stream().anyMatch(Fault::quiet);
    }

    /** Until the last of them is healed, if healing takes no time. */
    Duration lasting() {
        return faults.stream()
                .map(Fault::lasting)
                .max(Comparator.naturalOrder())
                .orElseThrow();
    }
}
