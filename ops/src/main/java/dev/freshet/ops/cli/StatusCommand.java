package dev.freshet.ops.cli;

import dev.freshet.ops.client.DatasetDescription;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.IndexDescription;
import dev.freshet.ops.client.StaleDataset;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet status}: whether it serves, what it holds, what is stale. */
@Command(name = "status", description = "Shows whether the server is ready, its indexes, and what is stale.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class StatusCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Option(names = "--json", description = "Print it as JSON.")
    private boolean json;

    /** All of it. */
    record Status(
            boolean ready,
            List<DatasetDescription> datasets,
            List<IndexDescription> indexes,
            List<StaleDataset> stale) {}

    @Override
    public Integer call() {
        FreshetClient client = server.client();
        Status status = new Status(
                client.ready(),
                client.datasets(),
                client.indexes(),
                client.stale(false).stale());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(status));
        } else {
            print(status, out);
        }
        return status.ready() ? 0 : 1;
    }

    private static String count(int number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    private static void print(Status status, PrintWriter out) {
        out.println((status.ready() ? "ready" : "not ready yet: restoring") + ", "
                + count(status.datasets().size(), "dataset", "datasets") + ", "
                + count(status.indexes().size(), "index", "indexes"));
        if (!status.indexes().isEmpty()) {
            out.println();
            IndexesCommand.table(status.indexes()).print(out, Terminal.columns());
        }
        out.println();
        if (status.stale().isEmpty()) {
            out.println("nothing is stale");
        }
        for (StaleDataset dataset : status.stale()) {
            out.println("stale: '" + dataset.dataset() + "', " + dataset.pendingRows() + " rows wait since "
                    + dataset.staleSince());
        }
    }
}
