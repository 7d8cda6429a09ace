package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import java.util.List;

/**
 * A breach.
 *
 * @param what happened, in one line
 * @param details lines that show it; may be empty
 */
public record Finding(Invariant invariant, String what, List<String> details) {
    public Finding {
        requireNonNull(invariant, "invariant is null");
        requireNonNull(what, "what is null");
        details = List.copyOf(details);
    }

    static Finding of(Invariant invariant, String what, String... details) {
        return new Finding(invariant, what, List.of(details));
    }

    /** The invariant, what happened, and the details, a line each. */
    @Override
    public String toString() {
        String number = invariant.number() == 0 ? "" : invariant.number() + " ";
        StringBuilder text = new StringBuilder(number + invariant + ": " + what);
        details.forEach(detail -> text.append("\n    ").append(detail));
        return text.toString();
    }
}
