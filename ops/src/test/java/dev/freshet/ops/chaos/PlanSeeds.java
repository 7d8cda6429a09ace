package dev.freshet.ops.chaos;

import dev.freshet.ops.chaos.fault.FaultKind;
import java.util.Set;
import java.util.stream.LongStream;

/** Seeds whose plans have what a test needs. */
public final class PlanSeeds {
    private static final long SEEDS_MAX = 1_000;

    private PlanSeeds() {}

    /**
     * The first seed with such a fault in its first round.
     *
     * @param part of the fault's name
     */
    public static long firstWith(Set<FaultKind> kinds, String part) {
        return LongStream.rangeClosed(1, SEEDS_MAX)
                .filter(seed -> new ChaosPlan(seed, kinds)
                        .next().waves().stream()
                                .flatMap(wave -> wave.faults().stream())
                                .anyMatch(fault -> fault.toString().contains(part)))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no plan of " + kinds + " has a fault '" + part + "'"));
    }
}
