package dev.freshet.ops.bench.restart;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a run of the restart benchmark measured.
 *
 * @param restarts after a kill, at least one
 * @param rebuilds after a kill with the snapshots deleted, at least one
 * @param snapshotFiles how many were there to be deleted
 * @param snapshotBytes their size
 * @param fillSeconds from the first vector sent until all were searchable
 * @param saveSeconds from then until all were in snapshots
 * @param selfRecall share of vectors that an approximate search for themselves returned first, after the restarts
 */
public record RestartFigures(
        List<Phases> restarts,
        List<Phases> rebuilds,
        int snapshotFiles,
        long snapshotBytes,
        double fillSeconds,
        double saveSeconds,
        double selfRecall) {
    public RestartFigures {
        restarts = List.copyOf(restarts);
        rebuilds = List.copyOf(rebuilds);
        if (restarts.isEmpty() || rebuilds.isEmpty()) {
            throw new IllegalArgumentException("a figure needs a measurement");
        }
    }

    /** The restart that took the median time until it was complete; of an even number the slower of the middle two. */
    public Phases restart() {
        return middle(restarts);
    }

    /** The same of the rebuilds. */
    public Phases rebuild() {
        return middle(rebuilds);
    }

    private static Phases middle(List<Phases> phases) {
        List<Phases> sorted = phases.stream()
                .sorted((a, b) -> Double.compare(a.complete(), b.complete()))
                .toList();
        return sorted.get(sorted.size() / 2);
    }

    /** As design §10 names them. */
    public Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("seconds_to_complete", restart().complete());
        report.put("rebuild_seconds", rebuild().complete());
        report.put("restarts", restarts.stream().map(RestartFigures::report).toList());
        report.put("rebuilds", rebuilds.stream().map(RestartFigures::report).toList());
        report.put("snapshot_files", snapshotFiles);
        report.put("snapshot_bytes", snapshotBytes);
        report.put("fill_seconds", fillSeconds);
        report.put("save_seconds", saveSeconds);
        report.put("self_recall", selfRecall);
        return report;
    }

    private static Map<String, Object> report(Phases phases) {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("listens", phases.listens());
        report.put("first_answer", phases.firstAnswer());
        report.put("complete", phases.complete());
        return report;
    }
}
