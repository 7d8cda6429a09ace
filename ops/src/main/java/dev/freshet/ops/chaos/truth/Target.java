package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.function.Function;

/**
 * A Freshet that is put to the test.
 *
 * @param nodes where its processes answer, each with all roles; at least one
 * @param bootstrap of its brokers, by a way that no fault troubles
 * @param prefix of its topics
 * @param model the vector of a text as the default model gives it: a function of the text alone, of length 1. Thread-safe
 */
public record Target(List<URI> nodes, String bootstrap, String prefix, Function<String, float[]> model) {
    /** How long one call may take that waits for nothing. A process that is stopped answers after this at the latest, for a caller. */
    static final Duration CALL = Duration.ofSeconds(6);

    public Target {
        nodes = List.copyOf(nodes);
        requireNonNull(bootstrap, "bootstrap is null");
        requireNonNull(prefix, "prefix is null");
        requireNonNull(model, "model is null");
        if (nodes.isEmpty()) {
            throw new IllegalArgumentException("there is no node to test");
        }
    }
}
