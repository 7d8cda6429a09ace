package dev.freshet.ops.cli;

import dev.freshet.ops.bench.retrieval.RealTexts;
import dev.freshet.ops.bench.suite.BenchmarkPlan;
import dev.freshet.ops.bench.suite.BenchmarkPlans;
import dev.freshet.ops.bench.suite.BenchmarkProcess;
import dev.freshet.ops.bench.suite.KeyFigures;
import dev.freshet.ops.bench.suite.Suite;
import dev.freshet.ops.bench.suite.SuiteResult;
import java.io.IOException;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet bench all}: all benchmarks, one after the other. */
@Command(
        name = "all",
        description = {
            "Runs all benchmarks one after the other, each in a process of its own with this command's JVM options, and prints their main figures in one table.",
            "",
            "One that fails does not stop the others; the exit code is then 1. --json has the reports of all as an array, and is written anew after each.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class BenchAllCommand implements Callable<Integer> {
    private static final int MINUTES = 120;
    private static final int QUICK_MINUTES = 5;

    @Spec
    private CommandSpec spec;

    @Option(names = "--quick", description = "With small sizes: all of them together take a few minutes.")
    private boolean quick;

    @Option(names = "--only", split = ",", paramLabel = "NAME", description = "Run these only.")
    private List<String> only = List.of();

    @Option(names = "--skip", split = ",", paramLabel = "NAME", description = "Run all but these.")
    private List<String> skip = List.of();

    @Option(
            names = "--minutes-max",
            paramLabel = "N",
            description = "How long one may take before it counts as failed (default: " + MINUTES + ", with --quick "
                    + QUICK_MINUTES + ").")
    private @Nullable Integer minutesMax;

    @Option(names = "--details", description = "Print the tables of each, too.")
    private boolean details;

    @Mixin
    private ReportOption report;

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<BenchmarkPlan> plans = plans();
        BenchmarkProcess.Settings settings = settings();
        List<SuiteResult> results;
        try (TemporaryDirectory directory = TemporaryDirectory.create(null, "freshet-bench-all");
                BenchmarkProcess process = new BenchmarkProcess(Main.class.getName(), settings, directory.path())) {
            AtShutdown hook = AtShutdown.close(process, directory);
            try {
                results = new Suite(plans, process, RealTexts.find().isPresent()).run(new Telling());
            } finally {
                hook.cancel();
            }
        }
        print(results);
        return results.stream().anyMatch(SuiteResult.Failed.class::isInstance)
                ? CommandLine.ExitCode.SOFTWARE
                : CommandLine.ExitCode.OK;
    }

    private List<BenchmarkPlan> plans() {
        try {
            return BenchmarkPlans.select(only, skip);
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private BenchmarkProcess.Settings settings() {
        int minutes = minutesMax != null ? minutesMax : quick ? QUICK_MINUTES : MINUTES;
        if (minutes < 1) {
            throw new ParameterException(spec.commandLine(), "--minutes-max is " + minutes + ", must be at least 1");
        }
        boolean visible = Terminal.interactive();
        return new BenchmarkProcess.Settings(
                quick,
                Duration.ofMinutes(minutes),
                visible,
                visible ? List.of("-D" + Terminal.PROPERTY + "=true") : List.of());
    }

    private void print(List<SuiteResult> results) {
        PrintWriter out = spec.commandLine().getOut();
        TextTable table = new TextTable("benchmark", "seconds", "figure", "value");
        for (SuiteResult result : results) {
            String name = result.plan().name();
            if (result instanceof SuiteResult.Measured measured) {
                for (KeyFigures.Figure figure : KeyFigures.of(measured)) {
                    table.add(name, seconds(measured.seconds()), figure.name(), figure.value());
                }
            } else if (result instanceof SuiteResult.Failed failed) {
                table.add(name, seconds(failed.seconds()), "FAILED", ErrorLine.oneLine(failed.reason()));
            } else if (result instanceof SuiteResult.Skipped skipped) {
                table.add(name, "", "skipped", ErrorLine.oneLine(skipped.reason()));
            }
        }
        table.print(out, Terminal.columns());
        out.flush();
    }

    private static String seconds(double value) {
        return String.format(Locale.ROOT, "%.1f", value);
    }

    /** Says on standard error how it goes, and keeps the report up to date. */
    private final class Telling implements Suite.Listener {
        @Override
        public void begins(BenchmarkPlan plan) {
            say(plan.name() + " ...");
        }

        @Override
        public void ended(List<SuiteResult> soFar) throws IOException {
            SuiteResult last = soFar.get(soFar.size() - 1);
            String name = last.plan().name();
            if (last instanceof SuiteResult.Measured measured) {
                say(name + ": done in " + seconds(measured.seconds()) + " s");
                if (details) {
                    PrintWriter out = spec.commandLine().getOut();
                    out.println("== " + name);
                    out.println(measured.text());
                    out.flush();
                }
            } else if (last instanceof SuiteResult.Failed failed) {
                say(name + ": failed after " + seconds(failed.seconds()) + " s: " + ErrorLine.oneLine(failed.reason()));
            } else if (last instanceof SuiteResult.Skipped skipped) {
                say(name + ": skipped: " + ErrorLine.oneLine(skipped.reason()));
            }
            report.writeAll(soFar.stream().map(SuiteResult::json).toList());
        }

        private void say(String text) {
            PrintWriter err = spec.commandLine().getErr();
            err.println(text);
            err.flush();
        }
    }
}
