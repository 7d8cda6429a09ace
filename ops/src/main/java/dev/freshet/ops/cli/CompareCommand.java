package dev.freshet.ops.cli;

import dev.freshet.ops.client.ComparisonResult;
import dev.freshet.ops.client.FreshetClient;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet compare}: how far two indexes over one dataset agree. */
@Command(
        name = "compare",
        description = {
            "Asks two indexes over one dataset the same queries.",
            "Shows how well each finds what an exact search finds, and how many rows both return: look at it before an alias moves from one to the other."
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class CompareCommand implements Callable<Integer> {
    private static final int ROWS_SHOWN = 5;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "INDEX", description = "The first index.")
    private String index;

    @Parameters(index = "1", paramLabel = "OTHER", description = "The second index.")
    private String other;

    @Option(
            names = "--query",
            paramLabel = "TEXT",
            description = "A query to ask; may be repeated (default: sentences drawn from the rows).")
    private @Nullable List<String> queries;

    @Option(
            names = "--sample",
            paramLabel = "N",
            description = "Queries to draw from the rows, 1 to 1000 (default: 50).")
    private @Nullable Integer sample;

    @Option(names = "--seed", paramLabel = "N", description = "Seed of the drawing (default: 0).")
    private @Nullable Integer seed;

    @Option(
            names = "-k",
            defaultValue = "10",
            paramLabel = "N",
            description = "Rows per query (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(names = "--ef", paramLabel = "N", description = "Candidates to look at (default: each index's own).")
    private @Nullable Integer ef;

    @Option(
            names = "--timeout",
            defaultValue = "60",
            paramLabel = "SECONDS",
            description = "How long it may take, 1 to 600 (default: ${DEFAULT-VALUE}).")
    private int timeout;

    @Option(names = "--json", description = "Print the answer as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        FreshetClient client = server.client();
        Map<String, Object> request = new LinkedHashMap<>();
        request.put("with", other);
        request.put("k", k);
        putIfGiven(request, "queries", queries);
        putIfGiven(request, "sample", sample);
        putIfGiven(request, "seed", seed);
        putIfGiven(request, "ef", ef);
        PrintWriter out = spec.commandLine().getOut();
        ComparisonResult result = client.compare(index, request, Duration.ofSeconds(timeout));
        if (json) {
            out.println(CommandJson.write(result));
        } else {
            print(result, out);
        }
        return 0;
    }

    private static void putIfGiven(Map<String, Object> request, String name, @Nullable Object value) {
        if (value != null) {
            request.put(name, value);
        }
    }

    private static void print(ComparisonResult result, PrintWriter out) {
        String recall = "recall@" + result.k();
        TextTable table = new TextTable("index", "model", "rows", recall, "ms");
        for (ComparisonResult.Side side : result.indexes()) {
            table.add(
                    side.index(),
                    side.model(),
                    String.valueOf(side.rows()),
                    number("%.4f", side.recall()),
                    number("%.2f", side.searchMs()));
        }
        table.print(out, Terminal.columns());
        out.println(String.format(
                Locale.ROOT,
                "%d queries: %.1f %% of the rows found by both, the nearest row the same for %.1f %%%s",
                result.queries(),
                100 * result.overlap(),
                100 * result.sameFirst(),
                result.coverage().complete() ? "" : " (INCOMPLETE: not all partitions answered)"));
        if (!result.mostDifferent().isEmpty()) {
            out.println("most different:");
        }
        for (ComparisonResult.Difference difference : result.mostDifferent()) {
            out.println(number("  %3.0f %%  ", 100 * difference.overlap())
                    + TextWidth.fit(difference.query(), Math.max(20, Terminal.columns() - 10)));
            difference
                    .rows()
                    .forEach((name, rows) -> out.println("         " + name + ": " + String.join(", ", first(rows))));
        }
    }

    private static List<String> first(List<String> rows) {
        return rows.subList(0, Math.min(ROWS_SHOWN, rows.size()));
    }

    private static String number(String format, double value) {
        return String.format(Locale.ROOT, format, value);
    }
}
