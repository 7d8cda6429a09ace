package dev.freshet.ops.chaos;

import dev.freshet.ops.chaos.fault.Fault;
import dev.freshet.ops.chaos.fault.FaultDraw;
import dev.freshet.ops.chaos.fault.FaultKind;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a run breaks, and when: a function of the seed and the kinds of faults, the same on every machine. What a fault meets is up to the machine's time. Kinds come in turn, in random
 * order. For one thread.
 */
final class ChaosPlan {
    private static final int WAVES_MIN = 2;
    private static final int WAVES_MAX = 3;
    private static final int FAULTS_MAX = 3;
    /** In percent: a fault more in the same wave. */
    private static final int COMPANY = 40;

    private static final int CALM_MS_MIN = 500;
    private static final int CALM_MS_MAX = 2_500;

    private final Random random;
    private final FaultDraw faults;
    private final FaultDraw.Deck<FaultKind> kinds;
    private @Nullable Fault held;
    private int rounds;

    /** @param kinds at least one */
    ChaosPlan(long seed, Set<FaultKind> kinds) {
        this.random = new Random(seed);
        this.faults = new FaultDraw(random);
        this.kinds = new FaultDraw.Deck<>(random, List.copyOf(EnumSet.copyOf(kinds)));
    }

    /** The next round. */
    Round next() {
        rounds++;
        Duration calm = Duration.ofMillis(CALM_MS_MIN + random.nextInt(CALM_MS_MAX - CALM_MS_MIN + 1));
        int count = WAVES_MIN + random.nextInt(WAVES_MAX - WAVES_MIN + 1);
        List<Wave> waves = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            waves.add(wave());
        }
        return new Round(rounds, calm, waves);
    }

    private Wave wave() {
        int wanted = 1;
        while (wanted < FAULTS_MAX && random.nextInt(100) < COMPANY) {
            wanted++;
        }
        List<Fault> together = new ArrayList<>();
        Set<String> parts = new HashSet<>();
        while (together.size() < wanted) {
            Fault fault = held == null ? faults.draw(kinds.next()) : held;
            held = null;
            if (!Collections.disjoint(parts, fault.holds())) {
                // It begins the next wave.
                held = fault;
                break;
            }
            together.add(fault);
            parts.addAll(fault.holds());
        }
        return new Wave(together);
    }
}
