package dev.freshet.ops.cli;

import dev.freshet.ops.client.DatasetDescription;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** {@code freshet datasets}: the datasets and their columns. */
@Command(name = "datasets", description = "Lists the datasets.")
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
            TextTable table = new TextTable("dataset", "id", "text", "metadata", "indexes");
            for (DatasetDescription dataset : datasets) {
                List<String> metadata = dataset.metadataColumns();
                table.add(
                        dataset.name(),
                        String.join(",", dataset.idColumns()),
                        String.join(",", dataset.textColumns()),
                        metadata == null ? "(all others)" : String.join(",", metadata),
                        dataset.indexes().stream()
                                .map(DatasetDescription.IndexLine::name)
                                .collect(Collectors.joining(",")));
            }
            table.print(out, Terminal.columns());
        }
        return 0;
    }
}
