package dev.freshet.ops.chaos.world;

/** Something that was done to a {@link World}, and explains what is in its logs. */
public enum Circumstance {
    /** A node was killed or stopped, and started again. */
    NODE_RESTARTED,
    /** A node was paused. */
    NODE_PAUSED,
    /** The broker was killed or stopped, and started again. */
    BROKER_RESTARTED,
    /** A link to the broker was faulty. */
    BROKER_LINK,
    /** A link between nodes was faulty. */
    NODE_LINK,
    /** A link from clients to a node was faulty. */
    CLIENT_LINK,
    /** A link to the registry was faulty. */
    REGISTRY_LINK,
    /** A link to the model was faulty, or the model misbehaved. */
    MODEL,
    /** The disk of a state directory was full. */
    DISK_FULL,
    /** A snapshot was damaged, removed or replaced. */
    SNAPSHOT_DAMAGED,
    /** A state directory was copied back from the past, or removed. */
    OLD_STATE,
    /** A node's clock jumped. */
    CLOCK_JUMPED,
    /** Rows were written that can never succeed. */
    BAD_ROWS
}
