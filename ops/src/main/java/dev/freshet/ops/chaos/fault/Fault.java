package dev.freshet.ops.chaos.fault;

import dev.freshet.ops.chaos.world.Circumstance;
import java.io.IOException;
import java.time.Duration;
import java.util.Set;

/** Something that goes wrong. A value: all that is random about it was drawn before. Its {@link Object#toString} says it to people. */
public sealed interface Fault
        permits BrokerBounce,
                ClockJump,
                DiskFull,
                LinkBreak,
                ModelTrouble,
                NodeKill,
                NodePause,
                PointKill,
                SnapshotDamage,
                StateFromThePast {
    FaultKind kind();

    /** From its injection to its healing. */
    Duration lasting();

    /** The parts of the world that it needs for itself: faults that hold the same part are never injected at the same time. */
    Set<String> holds();

    /** What it explains in the logs of the processes. */
    Set<Circumstance> circumstances();

    /** Whether nothing may be written meanwhile, because what it waits for comes only then. */
    default boolean quiet() {
        return false;
    }

    /**
     * Makes it happen.
     *
     * @throws IOException if the world does not do as it is told, which is no finding but a failed run
     */
    Injected inject(Site site) throws IOException, InterruptedException;
}
