package dev.freshet.ops.bench.suite;

import java.util.List;

/** All benchmarks there are. The quick sizes say that everything works and are good for a first look: the figures of small indexes and short rounds are not those of large ones. */
public final class BenchmarkPlans {
    private static final List<BenchmarkPlan> ALL = List.of(
            new BenchmarkPlan(
                    "index",
                    List.of(),
                    words("--vectors 5000 --dimensions 128 --query-count 200 --ef 10,20,40,80 --round-ms 100"),
                    words("build_ratio search_ratio recall_at_10 build_per_s qps bytes_per_vector"),
                    false),
            new BenchmarkPlan(
                    "restart",
                    List.of(),
                    words("--vectors 5000 --dimensions 128"),
                    words("seconds_to_complete rebuild_seconds"),
                    false),
            new BenchmarkPlan(
                    "embed",
                    List.of(),
                    words("--rows-count 200 --rounds 1 --seconds 4 --settle 1 --warm-up 2"),
                    words("pipeline_over_raw raw_chunks_per_s pipeline_chunks_per_s"),
                    false),
            new BenchmarkPlan(
                    "freshness", List.of(), words("--seconds 6 --warm-up 4"), words("p50_ms p99_ms rows_per_s"), false),
            new BenchmarkPlan(
                    "http",
                    List.of(),
                    words("--vectors 5000 --dimensions 128 --rounds 2 --seconds 1 --warm-up 2"),
                    words("http_qps inprocess_qps http_overhead_p50_us http_p99_ms"),
                    false),
            new BenchmarkPlan(
                    "filter",
                    List.of(),
                    words("--vectors 5000 --dimensions 128 --selectivity 0.01,0.5 --rounds 1 --seconds 1 --warm-up 1"),
                    words("least_recall least_qps_over_post"),
                    false),
            new BenchmarkPlan(
                    "ingest-while-search",
                    List.of(),
                    words("--vectors 5000 --dimensions 128 --rounds 2 --seconds 2 --settle 1 --warm-up 2"),
                    words("qps_ratio p99_ratio rows_per_s searchable_p50_ms searchable_p99_ms"),
                    false),
            new BenchmarkPlan(
                    "retrieval",
                    words("--own-server"),
                    List.of(),
                    words("hit_at_1 hit_at_10 mrr_at_10 questions"),
                    true));

    private BenchmarkPlans() {}

    /** In the order in which they are run. */
    public static List<BenchmarkPlan> all() {
        return ALL;
    }

    /**
     * Some of them, in their order.
     *
     * @param only names of those to run; empty: all
     * @param skip names of those not to run
     * @throws IllegalArgumentException if there is none of a name, or none is left
     */
    public static List<BenchmarkPlan> select(List<String> only, List<String> skip) {
        List<String> names = ALL.stream().map(BenchmarkPlan::name).toList();
        for (List<String> given : List.of(only, skip)) {
            given.stream().filter(name -> !names.contains(name)).findFirst().ifPresent(unknown -> {
                throw new IllegalArgumentException(
                        "unknown benchmark '" + unknown + "', there are: " + String.join(", ", names));
            });
        }
        List<BenchmarkPlan> selected = ALL.stream()
                .filter(plan -> only.isEmpty() || only.contains(plan.name()))
                .filter(plan -> !skip.contains(plan.name()))
                .toList();
        if (selected.isEmpty()) {
            throw new IllegalArgumentException("no benchmark is left to run");
        }
        return selected;
    }

    private static List<String> words(String text) {
        return List.of(text.split(" ", -1));
    }
}
