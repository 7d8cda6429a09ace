package dev.freshet.http;

import java.util.ArrayList;
import java.util.List;

/**
 * What a process still waits for before it can serve.
 *
 * @param applications of the stream applications, those that do not run yet
 * @param restoring partitions that are assigned to this process, or about to be, and do not answer yet
 * @param loadingGraphs graphs of answering partitions that are not loaded
 */
public record Readiness(List<String> applications, List<Integer> restoring, int loadingGraphs) {
    /** Waits for nothing. */
    public static final Readiness READY = new Readiness(List.of(), List.of(), 0);

    public Readiness {
        applications = List.copyOf(applications);
        restoring = List.copyOf(restoring);
        if (loadingGraphs < 0) {
            throw new IllegalArgumentException("loadingGraphs is " + loadingGraphs);
        }
    }

    /** As a sentence. */
    String detail() {
        List<String> parts = new ArrayList<>();
        if (!applications.isEmpty()) {
            parts.add("the application" + (applications.size() == 1 ? " " : "s ") + String.join(", ", applications)
                    + (applications.size() == 1 ? " does" : " do") + " not run yet");
        }
        if (!restoring.isEmpty()) {
            parts.add("partitions are being restored: " + restoring);
        }
        if (loadingGraphs > 0) {
            parts.add("graphs are being loaded: " + loadingGraphs);
        }
        return parts.isEmpty() ? "not everything has started" : String.join("; ", parts);
    }
}
