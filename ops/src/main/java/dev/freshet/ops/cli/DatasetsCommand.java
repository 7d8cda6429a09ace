package dev.freshet.ops.cli;

import dev.freshet.ops.client.DatasetDescription;
import dev.freshet.ops.client.DatasetDescription.OriginLine;
import dev.freshet.ops.client.FreshetClient;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
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
        subcommands = {DatasetSetCommand.class, DatasetLineageCommand.class, DatasetsCommand.Delete.class})
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
            print(datasets, out);
        }
        return 0;
    }

    /** Datasets as a table for people, and what is to be decided about them. */
    static void print(List<DatasetDescription> datasets, PrintWriter out) {
        table(datasets).print(out, Terminal.columns());
        for (DatasetDescription dataset : datasets) {
            String personal = personalData(dataset);
            if (!personal.isEmpty()) {
                out.println();
                out.println(dataset.name() + ": personal data in " + personal);
            }
            if (!dataset.withheld().isEmpty()) {
                out.println("  withheld columns are not embedded before you say what is to be done with them:"
                        + " ./freshet datasets set " + dataset.name() + " --column-policy "
                        + dataset.withheld().get(0) + "=keep|drop|mask|hash");
            }
            explain(dataset, out);
        }
    }

    private static TextTable table(List<DatasetDescription> datasets) {
        TextTable table = new TextTable("dataset", "id", "text", "metadata", "policy", "indexes", "from");
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
                            .collect(Collectors.joining(",")),
                    dataset.origin() == null ? "" : dataset.origin().name());
        }
        return table;
    }

    /** Flagged columns and columns with a policy, with what is done to them: {@code name (name, withheld), email (email, mask)}. */
    private static String personalData(DatasetDescription dataset) {
        Map<String, List<String>> byColumn = new TreeMap<>();
        dataset.flags()
                .forEach(flag -> byColumn.computeIfAbsent(flag.column(), column -> new ArrayList<>())
                        .add(flag.kind()));
        dataset.withheld()
                .forEach(withheld -> byColumn.computeIfAbsent(withheld, column -> new ArrayList<>())
                        .add("withheld"));
        dataset.columnPolicies()
                .forEach((named, policy) -> byColumn.computeIfAbsent(named, column -> new ArrayList<>())
                        .add(policy));
        return byColumn.entrySet().stream()
                .map(entry -> entry.getKey() + " (" + String.join(", ", entry.getValue()) + ")")
                .collect(Collectors.joining(", "));
    }

    /** What nobody has decided yet. */
    private static void explain(DatasetDescription dataset, PrintWriter out) {
        OriginLine origin = dataset.origin();
        if (origin == null || !origin.textColumns().equals("proposed")) {
            return;
        }
        out.println();
        out.println(dataset.name() + ": the text columns are proposed by their types. The table has "
                + origin.columns().stream()
                        .map(column -> column.name() + " " + column.type() + (column.text() ? " (text)" : ""))
                        .collect(Collectors.joining(", "))
                + ".");
        out.println("  ./freshet datasets set " + dataset.name() + " --text-columns "
                + String.join(",", dataset.textColumns()) + " confirms them, or others");
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
