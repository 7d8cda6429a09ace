package dev.freshet.ops.cli;

import dev.freshet.ops.client.StaleDataset;
import dev.freshet.ops.client.StaleReport;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet stale}: which indexes wait for changed rows to be embedded. */
@Command(name = "stale", description = "Shows which indexes wait for changed rows to be embedded, and since when.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class StaleCommand implements Callable<Integer> {
    private static final String NONE = "-";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Option(names = "--all", description = "Show those that wait for nothing as well.")
    private boolean all;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        StaleReport report = server.client().stale(all);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(report));
            return 0;
        }
        if (report.stale().isEmpty()) {
            out.println(all ? "there are no indexes over datasets" : "nothing is stale");
        } else {
            table(report).print(out, Terminal.columns());
        }
        StaleReport.CoverageLine coverage = report.coverage();
        if (!coverage.complete()) {
            out.println("this process knows of " + coverage.answered() + " of " + coverage.partitions()
                    + " partitions; ask the others as well");
        }
        return 0;
    }

    private static TextTable table(StaleReport report) {
        TextTable table = new TextTable(
                "dataset", "index", "pending", "oldest", "stale since", "last embedded", "policy", "next refresh");
        for (StaleDataset dataset : report.stale()) {
            for (StaleDataset.IndexLine index : dataset.indexes()) {
                table.add(
                        dataset.dataset(),
                        index.index(),
                        index.pendingRows(),
                        age(index.oldestPendingAgeMs()),
                        orNone(index.staleSince()),
                        orNone(index.lastEmbeddedAt()),
                        dataset.refreshPolicy(),
                        orNone(dataset.nextRefresh()));
            }
        }
        return table;
    }

    private static String age(@Nullable Long milliseconds) {
        if (milliseconds == null) {
            return NONE;
        }
        Duration age = Duration.ofMillis(milliseconds);
        if (age.toDays() > 0) {
            return age.toDays() + " d " + age.toHoursPart() + " h";
        }
        if (age.toHours() > 0) {
            return age.toHours() + " h " + age.toMinutesPart() + " min";
        }
        return age.toMinutes() > 0 ? age.toMinutes() + " min " + age.toSecondsPart() + " s" : age.toSeconds() + " s";
    }

    private static String orNone(@Nullable String text) {
        return text == null ? NONE : text;
    }
}
