package dev.freshet.ops.cli;

import dev.freshet.ops.bench.BenchmarkReport;
import dev.freshet.ops.chaos.ChaosReport;
import dev.freshet.ops.chaos.ChaosResult;
import dev.freshet.ops.chaos.ChaosRun;
import dev.freshet.ops.chaos.ChaosSettings;
import dev.freshet.ops.chaos.Problem;
import dev.freshet.ops.chaos.fault.FaultKind;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet chaos}: does it keep its word while everything around it breaks? */
@Command(
        name = "chaos",
        description = {
            "Starts a broker, two nodes and a model of its own, breaks them at random while they are used, and checks every answer and, once all is"
                    + " healed, all data against what is true.",
            "",
            "Ends with status 1 if anything was wrong; then the directory with all logs and data is kept. docs/chaos.md says how to read it.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class ChaosCommand implements Callable<Integer> {
    private static final int DETAILS_SHOWN_MAX = 12;
    private static final int PROBLEMS_SHOWN_MAX = 10;

    @Spec
    private CommandSpec spec;

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "The first seed: what is drawn, faults and writes (default: ${DEFAULT-VALUE}).")
    private long seed;

    @Option(
            names = "--seeds",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many seeds, one run each, counting up (default: ${DEFAULT-VALUE}).")
    private int seeds;

    @Option(
            names = "--seconds",
            paramLabel = "N",
            defaultValue = "60",
            description = "How long rounds of faults begin in each run (default: ${DEFAULT-VALUE}).")
    private int seconds;

    @Option(
            names = "--faults",
            paramLabel = "KIND",
            split = ",",
            description = "Which kinds of faults: ${COMPLETION-CANDIDATES} (default: all).")
    private @Nullable List<FaultKind> faults;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Where to make the runs' directories (default: the system's place for such).")
    private @Nullable Path parent;

    @Option(names = "--keep", description = "Keep the directories of clean runs, too.")
    private boolean keep;

    @Mixin
    private ReportOption report;

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        Set<FaultKind> kinds = kinds();
        List<ChaosSettings> runs = runs(kinds);
        List<ChaosResult> results = new ArrayList<>();
        for (ChaosSettings run : runs) {
            results.add(run(run, out));
        }
        ChaosReport all = new ChaosReport(results);
        print(all, out);
        report.write(BenchmarkReport.of("chaos", seed, parameters(kinds), all.figures()));
        return all.clean() ? 0 : 1;
    }

    private Set<FaultKind> kinds() {
        return faults == null || faults.isEmpty() ? EnumSet.allOf(FaultKind.class) : EnumSet.copyOf(faults);
    }

    private List<ChaosSettings> runs(Set<FaultKind> kinds) {
        if (seeds < 1) {
            throw new ParameterException(spec.commandLine(), "--seeds is " + seeds + ", must be at least 1");
        }
        List<ChaosSettings> runs = new ArrayList<>();
        try {
            for (int i = 0; i < seeds; i++) {
                runs.add(new ChaosSettings(seed + i, Duration.ofSeconds(seconds), kinds, List.of()));
            }
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
        return runs;
    }

    private ChaosResult run(ChaosSettings settings, PrintWriter out) throws IOException {
        TemporaryDirectory directory = TemporaryDirectory.create(parent, "freshet-chaos-" + settings.seed() + "-");
        LogFile.use(directory.path().resolve("harness.log"));
        ChaosResult result;
        try (Progress progress = Progress.start("seed " + settings.seed(), seconds, " s", 1, true);
                ChaosRun run = new ChaosRun(settings, directory.path(), (second, doing) -> {
                    progress.stepTo(Math.min(second, seconds));
                    progress.note(" " + doing);
                })) {
            AtShutdown hook = AtShutdown.close(run);
            try {
                result = run.run();
            } finally {
                hook.cancel();
            }
        }
        out.printf(
                Locale.ROOT,
                "seed %d: %s; %d rounds, %d faults in %d s%n",
                settings.seed(),
                outcome(result),
                result.rounds(),
                result.faults().total(),
                result.took().toSeconds());
        if (result.clean() && !keep) {
            directory.close();
        } else {
            out.println("  kept: " + directory.path());
        }
        show(result, out);
        out.flush();
        return result;
    }

    private static String outcome(ChaosResult result) {
        int problems = result.problems().size();
        return switch (problems) {
            case 0 -> "clean";
            case 1 -> "1 finding";
            default -> problems + " findings";
        };
    }

    private void show(ChaosResult result, PrintWriter out) {
        for (Problem problem : result.problems()
                .subList(0, Math.min(PROBLEMS_SHOWN_MAX, result.problems().size()))) {
            out.println("  round " + problem.round() + ": " + problem.what());
            problem.details().stream().limit(DETAILS_SHOWN_MAX).forEach(line -> out.println("      " + line));
        }
        if (result.problems().size() > PROBLEMS_SHOWN_MAX) {
            out.println("  and " + (result.problems().size() - PROBLEMS_SHOWN_MAX) + " more, see chaos.log");
        }
        if (!result.clean()) {
            out.println("  replay: " + replay(result.seed()));
        }
    }

    /** The command that runs one seed again. */
    private String replay(long failed) {
        String kinds = faults == null || faults.isEmpty()
                ? ""
                : " --faults " + faults.stream().map(FaultKind::toString).collect(Collectors.joining(","));
        return "./freshet chaos --seed " + failed + " --seconds " + seconds + kinds;
    }

    private void print(ChaosReport all, PrintWriter out) {
        TextTable table = new TextTable("", "in all", "and");
        all.rows().forEach(row -> table.add(row.what(), String.format(Locale.ROOT, "%,d", row.count()), row.remark()));
        table.print(out, Terminal.columns());
        all.notRun().forEach(reason -> out.println("not run: " + reason));
        out.flush();
    }

    private Map<String, Object> parameters(Set<FaultKind> kinds) {
        Map<String, Object> parameters = new LinkedHashMap<>();
        parameters.put("seeds", seeds);
        parameters.put("seconds", seconds);
        parameters.put("faults", kinds.stream().map(FaultKind::toString).toList());
        return parameters;
    }
}
