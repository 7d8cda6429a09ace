package dev.freshet.ops.cli;

import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.IndexDescription;
import java.io.PrintWriter;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet indexes}: lists indexes; creates, rebuilds and deletes them. */
@Command(
        name = "indexes",
        description = "Lists the indexes.",
        subcommands = {IndexCreateCommand.class, IndexesCommand.Rebuild.class, IndexesCommand.Delete.class})
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class IndexesCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Option(names = "--json", description = "Print them as JSON.")
    private boolean json;

    @Override
    public Integer call() {
        List<IndexDescription> indexes = server.client().indexes();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(CommandJson.write(Map.of("indexes", indexes)));
        } else if (indexes.isEmpty()) {
            out.println("there are no indexes; ./freshet indexes create NAME --dataset D makes one");
        } else {
            table(indexes).print(out, Terminal.columns());
        }
        return 0;
    }

    /** Indexes as a table for people. */
    static TextTable table(List<IndexDescription> indexes) {
        TextTable table = new TextTable("index", "source", "rows", "vectors", "pending", "status", "aliases", "model");
        for (IndexDescription index : indexes) {
            IndexDescription.ModelLine model = index.model();
            Long job = index.job();
            Long pending = index.pendingRows();
            table.add(
                    index.name(),
                    index.source(),
                    index.rows(),
                    index.vectors(),
                    pending == null ? "?" : pending,
                    job == null ? index.status() : index.status() + " (job " + job + ")",
                    index.aliases().isEmpty() ? "-" : String.join(",", index.aliases()),
                    model == null ? index.dimensions() + " dimensions" : model.name());
        }
        return table;
    }

    /** {@code freshet indexes rebuild}. */
    @Command(
            name = "rebuild",
            description =
                    "Starts a job that embeds all rows of an index again, or finds one running. Searches see the old vectors until the new ones come.")
    @SuppressWarnings("NullAway.Init") // fields are set by picocli
    static final class Rebuild implements Callable<Integer> {
        @Mixin
        private ServerOption server;

        @Parameters(index = "0", paramLabel = "INDEX", description = "The index.")
        private String index;

        @Mixin
        private JobOptions options;

        @Override
        public Integer call() throws InterruptedException {
            FreshetClient client = server.client();
            return options.show(client, client.rebuild(index));
        }
    }

    /** {@code freshet indexes delete}. */
    @Command(
            name = "delete",
            description =
                    "Deletes an index, and starts a job that clears away what is stored of it. The dataset and its rows stay.")
    @SuppressWarnings("NullAway.Init") // fields are set by picocli
    static final class Delete implements Callable<Integer> {
        @Mixin
        private ServerOption server;

        @Parameters(index = "0", paramLabel = "INDEX", description = "The index.")
        private String index;

        @Mixin
        private JobOptions options;

        @Override
        public Integer call() throws InterruptedException {
            FreshetClient client = server.client();
            return options.show(client, client.dropIndex(index));
        }
    }
}
