package dev.freshet.ops.cli;

import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The searches of a benchmark of a server, and how often each kind is measured. */
final class SearchOptions {
    @Option(
            names = "--k",
            paramLabel = "N",
            defaultValue = "10",
            description = "Neighbours (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(
            names = "--ef",
            paramLabel = "N",
            description = "Candidates while searching, per partition (default: the index's own).")
    private @Nullable Integer ef;

    @Option(
            names = "--rounds",
            paramLabel = "N",
            defaultValue = "5",
            description = "Rounds of each kind, in turns, of which the median counts (default: ${DEFAULT-VALUE}).")
    private int rounds;

    int k() {
        return k;
    }

    /** Null: the index's own. */
    @Nullable
    Integer ef() {
        return ef;
    }

    int rounds() {
        return rounds;
    }

    /** Adds what is searched for to a report. */
    void describe(Map<String, Object> parameters) {
        parameters.put("k", k);
        parameters.put("ef", ef == null ? "default" : ef);
    }
}
