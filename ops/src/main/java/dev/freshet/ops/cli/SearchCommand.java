package dev.freshet.ops.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.ops.client.ClientException;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.ProfileQuery;
import dev.freshet.ops.client.SearchQuery;
import dev.freshet.ops.client.SearchResult;
import dev.freshet.ops.client.SearchResult.Hit;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.function.BiFunction;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet search}: the rows whose text is nearest in meaning. */
@Command(name = "search", description = "Finds the texts that are nearest in meaning.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class SearchCommand implements Callable<Integer> {
    private static final int DEFAULT_K = 10;

    /** Stands for the active profile. */
    private static final String ACTIVE = "active";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "TEXT", description = "What to look for.")
    private String text;

    @Option(
            names = {"-i", "--index"},
            paramLabel = "NAME",
            description = "The index, or an alias of one (default: what the active profile searches).")
    private @Nullable String index;

    @Option(
            names = {"-p", "--profile"},
            paramLabel = "PROFILE",
            description = "Search within this reader profile.")
    private @Nullable String profile;

    @Option(
            names = "--dataset",
            paramLabel = "DATASET",
            description = "Which of the profile's datasets to search, if it has several.")
    private @Nullable String dataset;

    @Option(names = "-k", paramLabel = "N", description = "Results (default: the profile's, or 10).")
    private @Nullable Integer k;

    @Option(names = "--ef", paramLabel = "N", description = "Candidates to look at (default: the index's own).")
    private @Nullable Integer ef;

    @Option(names = "--group-by-row", description = "At most one result per row, its best chunk.")
    private boolean groupByRow;

    @Option(names = "--exact", description = "Look at every vector instead of walking the graph.")
    private boolean exact;

    @Option(
            names = "--filter",
            paramLabel = "JSON",
            description = "Only rows whose metadata it holds for, for example '{\"eq\": {\"site\": \"ams1\"}}'.")
    private @Nullable String filter;

    @Option(names = "--require-complete", description = "Fail rather than answer without some partitions.")
    private boolean requireComplete;

    @Option(names = "--json", description = "Print the answer as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        if (index != null && profile == null && dataset != null) {
            throw new ParameterException(
                    spec.commandLine(), "--dataset goes with a profile; an index says by itself what it holds");
        }
        FreshetClient client = server.client();
        PrintWriter out = spec.commandLine().getOut();
        if (index != null && profile == null) {
            SearchQuery query = new SearchQuery(
                    text, k == null ? DEFAULT_K : k, groupByRow, exact, ef, filterJson(), requireComplete);
            if (json) {
                out.println(CommandJson.write(client.searchJson(index, query)));
            } else {
                print(client.search(index, query), out);
            }
        } else if (json) {
            out.println(CommandJson.write(withProfile(client::searchProfileJson)));
        } else {
            print(withProfile(client::searchProfile), out);
        }
        return 0;
    }

    private @Nullable JsonNode filterJson() {
        if (filter == null) {
            return null;
        }
        try {
            return CommandJson.read(filter);
        } catch (JsonProcessingException e) {
            throw new ParameterException(
                    spec.commandLine(), "--filter is not valid JSON: " + e.getOriginalMessage(), e);
        }
    }

    /** Searches within the profile that was named, or the active one. */
    private <T> T withProfile(BiFunction<String, ProfileQuery, T> search) {
        // What is not asked for is left to the profile.
        ProfileQuery query = new ProfileQuery(
                text,
                dataset,
                index,
                k,
                groupByRow ? true : null,
                exact ? true : null,
                ef,
                filterJson(),
                requireComplete ? true : null);
        try {
            return search.apply(profile == null ? ACTIVE : profile, query);
        } catch (ClientException e) {
            if (profile == null && e.code().equals("profile_not_found")) {
                throw new ParameterException(
                        spec.commandLine(),
                        "no profile is active: name an index with --index, or a profile with --profile",
                        e);
            }
            throw e;
        }
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
