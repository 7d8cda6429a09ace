package dev.freshet.ops.bench.suite;

import static java.util.Objects.requireNonNull;

import java.util.ArrayList;
import java.util.List;

/**
 * How one benchmark is run among all.
 *
 * @param name as in {@code freshet bench NAME}
 * @param options that it always has
 * @param quickOptions that make it small, beside these
 * @param figures of its report that sum it up, by their names
 * @param realTexts whether it needs texts that are not part of the sources
 */
public record BenchmarkPlan(
        String name, List<String> options, List<String> quickOptions, List<String> figures, boolean realTexts) {
    public BenchmarkPlan {
        requireNonNull(name, "name is null");
        options = List.copyOf(options);
        quickOptions = List.copyOf(quickOptions);
        figures = List.copyOf(figures);
    }

    /** What follows {@code freshet}. */
    List<String> arguments(boolean quick) {
        List<String> arguments = new ArrayList<>(List.of("bench", name));
        arguments.addAll(options);
        if (quick) {
            arguments.addAll(quickOptions);
        }
        return arguments;
    }
}
