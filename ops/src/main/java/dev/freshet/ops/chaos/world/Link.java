package dev.freshet.ops.chaos.world;

/** A way from one part of a {@link World} to another: who opens connections, and to whom. Each goes through a {@link FaultyProxy} of its own. */
public enum Link {
    NODE_1_BROKER,
    NODE_2_BROKER,
    NODE_1_TO_NODE_2,
    NODE_2_TO_NODE_1,
    NODE_1_MODEL,
    NODE_2_MODEL,
    CLIENT_NODE_1,
    CLIENT_NODE_2,
    NODE_1_REGISTRY,
    NODE_2_REGISTRY
}
