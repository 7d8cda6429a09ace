package dev.freshet.ops.chaos.fault;

import java.io.IOException;

/** A fault that takes place. For the thread that injected it. */
@FunctionalInterface
public interface Injected {
    /** Ends it, and says what came of it. Nodes that it has down are started, and not waited for. */
    Outcome heal() throws IOException, InterruptedException;

    /** Gives back what would outlive the processes, which are gone already: {@link #heal} was not reached, or failed. */
    default void abandon() throws IOException {}
}
