package dev.freshet.ops.chaos.planted;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.truth.Invariant;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** A bug that fits no method any more would make its test say that nothing was found, which takes long to understand. */
class PlantedBugTest {
    private static final int NUMBERED = 10;

    @Test
    void shouldFitMethodsOfTheProduct() throws ClassNotFoundException {
        for (PlantedBug bug : PlantedBug.values()) {
            Class<?> type = Class.forName(bug.className(), false, getClass().getClassLoader());
            assertThat(Arrays.stream(type.getDeclaredMethods()).map(Method::getName))
                    .as(bug.toString())
                    .contains(bug.method());
        }
    }

    @Test
    void shouldBreachEachOfTheFirstTenInvariants() {
        Set<Invariant> breached = Arrays.stream(PlantedBug.values())
                .map(PlantedBug::invariant)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Invariant.class)));
        Set<Invariant> numbered = Arrays.stream(Invariant.values())
                .filter(invariant -> invariant.number() >= 1 && invariant.number() <= NUMBERED)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(Invariant.class)));
        assertThat(breached).isEqualTo(numbered);
    }
}
