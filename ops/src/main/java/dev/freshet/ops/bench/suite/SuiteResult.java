package dev.freshet.ops.bench.suite;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;

/** What became of one benchmark. */
public sealed interface SuiteResult {
    BenchmarkPlan plan();

    /** Of the report of all: the benchmark's own, or why there is none. */
    JsonNode json();

    /**
     * It has measured.
     *
     * @param report as the benchmark writes it
     * @param text what it printed
     * @param seconds from start to end
     */
    record Measured(BenchmarkPlan plan, JsonNode report, String text, double seconds) implements SuiteResult {
        public Measured {
            requireNonNull(plan, "plan is null");
            requireNonNull(report, "report is null");
            requireNonNull(text, "text is null");
        }

        @Override
        public JsonNode json() {
            return report;
        }
    }

    /** It was started, but measured nothing. */
    record Failed(BenchmarkPlan plan, String reason, double seconds) implements SuiteResult {
        public Failed {
            requireNonNull(plan, "plan is null");
            requireNonNull(reason, "reason is null");
        }

        @Override
        public JsonNode json() {
            return nameAnd(plan, "error", reason);
        }
    }

    /** It was not started, because something that it needs is not here. */
    record Skipped(BenchmarkPlan plan, String reason) implements SuiteResult {
        public Skipped {
            requireNonNull(plan, "plan is null");
            requireNonNull(reason, "reason is null");
        }

        @Override
        public JsonNode json() {
            return nameAnd(plan, "skipped", reason);
        }
    }

    private static ObjectNode nameAnd(BenchmarkPlan plan, String field, String value) {
        return JsonNodeFactory.instance.objectNode().put("name", plan.name()).put(field, value);
    }
}
