package dev.freshet.ops.chaos;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * Why a run failed.
 *
 * @param round in which it was seen, from 1; 0: before the first
 * @param what one line
 * @param details more lines; may be empty
 */
public record Problem(int round, String what, List<String> details) {
    public Problem {
        requireNonNull(what, "what is null");
        details = List.copyOf(details);
    }
}
