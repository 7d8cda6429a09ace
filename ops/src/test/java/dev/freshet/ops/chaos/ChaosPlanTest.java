package dev.freshet.ops.chaos;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.fault.Fault;
import dev.freshet.ops.chaos.fault.FaultKind;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ChaosPlanTest {
    private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);
    private static final int ROUNDS = 20;

    @Test
    void shouldBeAFunctionOfTheSeed() {
        for (long seed = 0; seed < 50; seed++) {
            assertThat(rounds(seed, ALL).toString()).isEqualTo(rounds(seed, ALL).toString());
        }
        assertThat(rounds(1, ALL).toString()).isNotEqualTo(rounds(2, ALL).toString());
    }

    @Test
    void shouldNotDependOnHowTheKindsWereGiven() {
        Set<FaultKind> some = EnumSet.of(FaultKind.KILL, FaultKind.BROKER, FaultKind.MODEL);
        assertThat(rounds(7, Set.copyOf(some)).toString())
                .isEqualTo(rounds(7, some).toString());
    }

    @Test
    void shouldHaveEveryKindInAFewRounds() {
        for (long seed = 0; seed < 50; seed++) {
            Set<FaultKind> met = rounds(seed, ALL).stream()
                    .flatMap(round -> round.waves().stream())
                    .flatMap(wave -> wave.faults().stream())
                    .map(Fault::kind)
                    .collect(Collectors.toSet());
            assertThat(met).isEqualTo(ALL);
        }
    }

    @Test
    void shouldHaveOnlyTheKindsThatAreAskedFor() {
        for (FaultKind kind : FaultKind.values()) {
            Stream<Fault> faults = rounds(3, Set.of(kind)).stream()
                    .flatMap(round -> round.waves().stream())
                    .flatMap(wave -> wave.faults().stream());
            assertThat(faults)
                    .isNotEmpty()
                    .allSatisfy(fault -> assertThat(fault.kind()).isEqualTo(kind));
        }
    }

    private static List<Round> rounds(long seed, Set<FaultKind> kinds) {
        ChaosPlan plan = new ChaosPlan(seed, kinds);
        return Stream.generate(plan::next).limit(ROUNDS).toList();
    }
}
