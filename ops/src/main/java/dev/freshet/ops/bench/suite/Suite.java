package dev.freshet.ops.bench.suite;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.ops.bench.retrieval.RealTexts;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Runs benchmarks one after the other; one that fails does not stop the others. For one thread. */
public final class Suite {
    private final List<BenchmarkPlan> plans;
    private final Runner runner;
    private final boolean realTexts;

    /** Runs one benchmark. */
    @FunctionalInterface
    public interface Runner {
        /** Throws, with the reason, if it measures nothing. */
        Run run(BenchmarkPlan plan) throws IOException, InterruptedException;
    }

    /**
     * One that went well.
     *
     * @param report as the benchmark writes it
     * @param text what it printed
     */
    public record Run(JsonNode report, String text) {
        public Run {
            requireNonNull(report, "report is null");
            requireNonNull(text, "text is null");
        }
    }

    /** Is told how it goes. */
    public interface Listener {
        void begins(BenchmarkPlan plan);

        /**
         * One is over.
         *
         * @param soFar the results up to its own, which is the last
         */
        void ended(List<SuiteResult> soFar) throws IOException;
    }

    /**
     * @param realTexts whether {@link RealTexts} are here
     */
    public Suite(List<BenchmarkPlan> plans, Runner runner, boolean realTexts) {
        this.plans = List.copyOf(plans);
        this.runner = requireNonNull(runner, "runner is null");
        this.realTexts = realTexts;
    }

    /** Runs them all, and returns what became of each. Only the listener's failures and an interruption end it early. */
    public List<SuiteResult> run(Listener listener) throws IOException, InterruptedException {
        List<SuiteResult> results = new ArrayList<>();
        for (BenchmarkPlan plan : plans) {
            listener.begins(plan);
            results.add(plan.realTexts() && !realTexts ? new SuiteResult.Skipped(plan, RealTexts.absent()) : run(plan));
            listener.ended(List.copyOf(results));
        }
        return results;
    }

    private SuiteResult run(BenchmarkPlan plan) throws InterruptedException {
        long began = System.nanoTime();
        try {
            Run run = runner.run(plan);
            return new SuiteResult.Measured(plan, run.report(), run.text(), seconds(began));
        } catch (IOException e) {
            String reason = e.getMessage() == null ? e.toString() : e.getMessage();
            return new SuiteResult.Failed(plan, reason, seconds(began));
        }
    }

    private static double seconds(long began) {
        return (System.nanoTime() - began) / 1e9;
    }
}
