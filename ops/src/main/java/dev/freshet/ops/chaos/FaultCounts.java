package dev.freshet.ops.chaos;

import dev.freshet.ops.chaos.fault.FaultKind;
import dev.freshet.ops.chaos.fault.Outcome;
import java.util.EnumMap;
import java.util.Map;

/**
 * How often each kind of fault took place, and how often not.
 *
 * @param happened not in here: never
 * @param missed what it waited for did not come
 * @param notRun this machine could not do it
 */
public record FaultCounts(
        Map<FaultKind, Integer> happened, Map<FaultKind, Integer> missed, Map<FaultKind, Integer> notRun) {
    public FaultCounts {
        happened = Map.copyOf(happened);
        missed = Map.copyOf(missed);
        notRun = Map.copyOf(notRun);
    }

    public static FaultCounts none() {
        return new FaultCounts(Map.of(), Map.of(), Map.of());
    }

    /** These, and one fault more. */
    FaultCounts and(FaultKind kind, Outcome.Result result) {
        return switch (result) {
            case HAPPENED, NOT_RECOVERED -> new FaultCounts(sum(happened, Map.of(kind, 1)), missed, notRun);
            case MISSED -> new FaultCounts(happened, sum(missed, Map.of(kind, 1)), notRun);
            case NOT_RUN -> new FaultCounts(happened, missed, sum(notRun, Map.of(kind, 1)));
        };
    }

    public FaultCounts plus(FaultCounts other) {
        return new FaultCounts(sum(happened, other.happened), sum(missed, other.missed), sum(notRun, other.notRun));
    }

    /** How many took place. */
    public int total() {
        return happened.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static Map<FaultKind, Integer> sum(Map<FaultKind, Integer> some, Map<FaultKind, Integer> more) {
        Map<FaultKind, Integer> sum = new EnumMap<>(FaultKind.class);
        sum.putAll(some);
        more.forEach((kind, count) -> sum.merge(kind, count, Integer::sum));
        return sum;
    }
}
