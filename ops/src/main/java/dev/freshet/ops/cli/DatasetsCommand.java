package dev.freshet.ops.cli;

import dev.freshet.ops.client.DatasetDescription;
import dev.freshet.ops.client.FreshetClient;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet datasets}: the datasets and their columns. */
@Command(
        name = "datasets",
        description = "Lists the datasets.",
        subcommands = {DatasetSetCommand.class, DatasetsCommand.Delete.class})
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class DatasetsCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Option(names = "--json", description = "Print them as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        List<DatasetDescription> datasets = server.client().datasets();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(datasets));
        } else if (datasets.isEmpty()) {
            out.println("there are no datasets; ./freshet ingest FILE --dataset D --id-columns … --text-columns …"
                    + " creates one");
        } else {
            table(datasets).print(out, Terminal.columns());
        }
        return 0;
    }

    /** Datasets as a table for people. */
    static TextTable table(List<DatasetDescription> datasets) {
        TextTable table = new TextTable("dataset", "id", "text", "metadata", "policy", "indexes");
        for (DatasetDescription dataset : datasets) {
            List<String> metadata = dataset.metadataColumns();
            String schedule = dataset.schedule();
            table.add(
                    dataset.name(),
                    String.join(",", dataset.idColumns()),
                    String.join(",", dataset.textColumns()),
                    metadata == null ? "(all others)" : String.join(",", metadata),
                    schedule == null
                            ? dataset.refreshPolicy()
                            : dataset.refreshPolicy() + " " + schedule + " " + dataset.timeZone(),
                    dataset.indexes().stream()
                            .map(DatasetDescription.IndexLine::name)
                            .collect(Collectors.joining(",")));
        }
        return table;
    }

    /** {@code freshet datasets delete}. */
    @Command(
            name = "delete",
            description =
                    "Deletes a dataset with its indexes, and starts a job that clears away what is stored of them.")
    @SuppressWarnings("NullAway.Init") // fields are set by picocli
    static final class Delete implements Callable<Integer> {
        @Mixin
        private ServerOption server;

        @Parameters(index = "0", paramLabel = "DATASET", description = "The dataset.")
        private String dataset;

        @Mixin
        private JobOptions options;

        @Override
        public Integer call() throws InterruptedException {
            FreshetClient client = server.client();
            return options.show(client, client.dropDataset(dataset));
        }
    }
}
