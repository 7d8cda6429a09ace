package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.SearchQuery;
import dev.freshet.ops.client.SearchResult;
import dev.freshet.ops.client.SearchResult.Hit;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet search}: the rows whose text is nearest in meaning. */
@Command(name = "search", description = "Finds the texts that are nearest in meaning.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class SearchCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "TEXT", description = "What to look for.")
    private String text;

    @Option(
            names = {"-i", "--index"},
            required = true,
            paramLabel = "NAME",
            description = "The index.")
    private String index;

    @Option(names = "-k", defaultValue = "10", paramLabel = "N", description = "Results (default: ${DEFAULT-VALUE}).")
    private int k;

    @Option(names = "--ef", paramLabel = "N", description = "Candidates to look at (default: the index's own).")
    private @Nullable Integer ef;

    @Option(names = "--group-by-row", description = "At most one result per row, its best chunk.")
    private boolean groupByRow;

    @Option(names = "--exact", description = "Look at every vector instead of walking the graph.")
    private boolean exact;

    @Option(names = "--json", description = "Print the answer as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        FreshetClient client = server.client();
        SearchQuery query = new SearchQuery(text, k, groupByRow, exact, ef);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(client.searchJson(index, query)));
        } else {
            print(client.search(index, query), out);
        }
        return 0;
    }

    private static void print(SearchResult result, PrintWriter out) {
        TextTable table = new TextTable("rank", "score", "row", "text");
        int rank = 1;
        for (Hit hit : result.results()) {
            table.add(
                    rank, String.format(Locale.ROOT, "%.4f", hit.score()), TextWidth.fit(hit.row(), 32), snippet(hit));
            rank++;
        }
        if (result.results().isEmpty()) {
            out.println("nothing found");
        } else {
            table.print(out, Terminal.columns());
        }
        SearchResult.CoverageLine coverage = result.coverage();
        out.println(String.format(
                Locale.ROOT,
                "%.1f ms, %d of %d partitions%s, %s",
                result.tookMs(),
                coverage.answered(),
                coverage.partitions(),
                coverage.complete() ? "" : " (INCOMPLETE: results may be missing)",
                freshness(result.freshness().lagMs())));
    }

    private static String freshness(long lagMs) {
        return lagMs <= 0
                ? "fresh: nothing waits to be embedded"
                : String.format(Locale.ROOT, "%.1f s behind the newest change", lagMs / 1e3);
    }

    private static String snippet(Hit hit) {
        String title = hit.metadata().path("title").asText("");
        return title.isEmpty() || hit.text().startsWith(title) ? hit.text() : title + " — " + hit.text();
    }
}
