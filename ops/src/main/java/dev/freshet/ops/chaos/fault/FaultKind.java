package dev.freshet.ops.chaos.fault;

import static java.util.Objects.requireNonNull;

import java.util.Locale;

/** The kinds of faults. {@code --faults} takes their names in lower case. */
public enum FaultKind {
    /** Nodes are killed with SIGKILL at a random moment. */
    KILL("kills"),
    /** A node is killed when it comes to a {@link KillPoint}. */
    POINT("kill points"),
    /** A node is stopped for longer than its session lasts, and goes on as if nothing had been. */
    PAUSE("pauses"),
    /** The broker is stopped or killed, and started again. */
    BROKER("broker bounces"),
    /** A connection between two parts is delayed, broken or cut. */
    NETWORK("network faults"),
    /** The disk of a node's state is full. */
    DISK("full disks"),
    /** Snapshots of a node are damaged while it is down. */
    SNAPSHOT("snapshot damages"),
    /** A node gets the local state back that it had some time before. */
    PAST("states from the past"),
    /** A node's clock jumps. */
    CLOCK("clock jumps"),
    /** The model refuses, hangs or answers nonsense. */
    MODEL("model faults");

    private final String plural;

    FaultKind(String plural) {
        this.plural = requireNonNull(plural, "plural is null");
    }

    /** What a table calls them. */
    public String plural() {
        return plural;
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
