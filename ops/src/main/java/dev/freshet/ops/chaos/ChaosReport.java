package dev.freshet.ops.chaos;

import dev.freshet.ops.chaos.fault.FaultKind;
import dev.freshet.ops.chaos.truth.Counts;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * What came of all seeds.
 *
 * @param results one for each seed, at least one
 */
public record ChaosReport(List<ChaosResult> results) {
    public ChaosReport {
        results = List.copyOf(results);
        if (results.isEmpty()) {
            throw new IllegalArgumentException("a report of no run");
        }
    }

    /** A line of the table. */
    public record Row(String what, long count, String remark) {}

    public boolean clean() {
        return results.stream().allMatch(ChaosResult::clean);
    }

    /** Why faults could not be run here, each reason once. */
    public List<String> notRun() {
        return results.stream()
                .flatMap(result -> result.notRun().stream())
                .distinct()
                .toList();
    }

    /** The table: faults by kind, what was checked, and findings. */
    public List<Row> rows() {
        List<Row> rows = new ArrayList<>();
        FaultCounts faults = faults();
        for (FaultKind kind : FaultKind.values()) {
            rows.add(new Row(kind.plural(), count(faults.happened(), kind), remark(faults, kind)));
        }
        Counts checked = checked();
        rows.add(new Row(
                "acknowledged writes checked",
                checked.acknowledged(),
                number(checked.waited()) + " of them waited for, " + number(checked.inDoubt()) + " more in doubt"));
        rows.add(new Row(
                "searches checked",
                checked.complete() + checked.incomplete(),
                number(checked.complete()) + " complete, " + number(checked.incomplete()) + " incomplete; "
                        + number(checked.refused()) + " more refused"));
        rows.add(new Row("rows compared with the topics", checked.rows(), ""));
        rows.add(new Row("searches compared with brute force", checked.queries(), ""));
        rows.add(new Row("nodes that ended by themselves", ended(), ""));
        rows.add(new Row("seeds", results.size(), rounds() + " rounds"));
        rows.add(new Row("findings", findings(), clean() ? "clean" : ""));
        return rows;
    }

    /** The same as figures of a report, with the findings of each seed. */
    public Map<String, Object> figures() {
        FaultCounts faults = faults();
        Map<String, Object> byKind = new LinkedHashMap<>();
        for (FaultKind kind : FaultKind.values()) {
            Map<String, Object> counts = new LinkedHashMap<>();
            counts.put("happened", count(faults.happened(), kind));
            counts.put("missed", count(faults.missed(), kind));
            counts.put("not_run", count(faults.notRun(), kind));
            byKind.put(kind.toString(), counts);
        }
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("rounds", rounds());
        figures.put("faults", byKind);
        figures.putAll(checked().byName());
        figures.put("nodes_ended", ended());
        figures.put("findings", findings());
        figures.put("not_run", notRun());
        figures.put("seeds", results.stream().map(ChaosReport::seed).toList());
        return figures;
    }

    private static Map<String, Object> seed(ChaosResult result) {
        Map<String, Object> seed = new LinkedHashMap<>();
        seed.put("seed", result.seed());
        seed.put("rounds", result.rounds());
        seed.put("faults", result.faults().total());
        seed.put("seconds", result.took().toMillis() / 1e3);
        seed.put(
                "findings",
                result.problems().stream()
                        .map(problem ->
                                Map.of("round", problem.round(), "what", problem.what(), "details", problem.details()))
                        .toList());
        return seed;
    }

    private FaultCounts faults() {
        return results.stream().map(ChaosResult::faults).reduce(FaultCounts.none(), FaultCounts::plus);
    }

    private Counts checked() {
        return results.stream().map(ChaosResult::checked).reduce(Counts::plus).orElseThrow();
    }

    private int rounds() {
        return results.stream().mapToInt(ChaosResult::rounds).sum();
    }

    private int ended() {
        return results.stream().mapToInt(ChaosResult::ended).sum();
    }

    private int findings() {
        return results.stream().mapToInt(result -> result.problems().size()).sum();
    }

    private static int count(Map<FaultKind, Integer> counts, FaultKind kind) {
        return counts.getOrDefault(kind, 0);
    }

    private static String remark(FaultCounts faults, FaultKind kind) {
        List<String> remarks = new ArrayList<>();
        if (count(faults.missed(), kind) > 0) {
            remarks.add(count(faults.missed(), kind) + " more missed");
        }
        if (count(faults.notRun(), kind) > 0) {
            remarks.add(count(faults.notRun(), kind) + " more could not be run");
        }
        return String.join(", ", remarks);
    }

    private static String number(long count) {
        return String.format(Locale.ROOT, "%,d", count);
    }
}
