package dev.freshet.schemas.registry;

import java.util.Locale;

/** Which earlier schemas of a subject a new one is checked against, and in which direction. The names are Confluent's. */
public enum CompatibilityLevel {
    /** Nothing is checked. */
    NONE(false, false, false),
    /** The new schema reads what the latest one wrote. */
    BACKWARD(true, false, false),
    /** The new schema reads what any earlier one wrote. */
    BACKWARD_TRANSITIVE(true, false, true),
    /** The latest schema reads what the new one writes. */
    FORWARD(false, true, false),
    /** Every earlier schema reads what the new one writes. */
    FORWARD_TRANSITIVE(false, true, true),
    /** Both directions, against the latest schema. */
    FULL(true, true, false),
    /** Both directions, against every earlier schema. */
    FULL_TRANSITIVE(true, true, true);

    private final boolean backward;
    private final boolean forward;
    private final boolean transitive;

    CompatibilityLevel(boolean backward, boolean forward, boolean transitive) {
        this.backward = backward;
        this.forward = forward;
        this.transitive = transitive;
    }

    boolean backward() {
        return backward;
    }

    boolean forward() {
        return forward;
    }

    boolean transitive() {
        return transitive;
    }

    /**
     * The level with this name, in any case.
     *
     * @throws SchemaRefusedException with code 42203 when there is none
     */
    public static CompatibilityLevel of(String name) {
        for (CompatibilityLevel level : values()) {
            if (level.name().equals(name.toUpperCase(Locale.ROOT))) {
                return level;
            }
        }
        throw new SchemaRefusedException(
                SchemaStore.INVALID_COMPATIBILITY_LEVEL,
                "Invalid compatibility level '" + name + "'. Use one of NONE, BACKWARD, BACKWARD_TRANSITIVE, FORWARD,"
                        + " FORWARD_TRANSITIVE, FULL, FULL_TRANSITIVE");
    }
}
