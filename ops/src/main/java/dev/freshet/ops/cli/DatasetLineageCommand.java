package dev.freshet.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.LineageDescription;
import dev.freshet.ops.client.LineageDescription.IndexLine;
import dev.freshet.ops.client.LineageDescription.OriginLine;
import dev.freshet.ops.client.LineageDescription.PositionLine;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet datasets lineage}: where the rows of a dataset come from, and what is made of them. */
@Command(
        name = "lineage",
        description =
                "Shows where the rows of a dataset come from: which tables of which systems, how many rows, how far each has been read, and what the indexes make of them.")
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class DatasetLineageCommand implements Callable<Integer> {
    private static final String NONE = "-";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "DATASET", description = "The dataset.")
    private String dataset;

    @Option(names = "--json", description = "Print it as JSON, with the position in each partition.")
    private boolean json;

    @Override
    public Integer call() {
        FreshetClient client = server.client();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            JsonNode lineage = client.lineageJson(dataset);
            out.println(CommandJson.write(lineage));
        } else {
            print(client.lineage(dataset), out);
        }
        return 0;
    }

    private static void print(LineageDescription lineage, PrintWriter out) {
        if (lineage.origins().isEmpty()) {
            out.println("no rows have come to '" + lineage.dataset() + "' yet");
        } else {
            origins(lineage).print(out, Terminal.columns());
        }
        if (!lineage.coverage().complete()) {
            out.println(lineage.coverage().answered() + " of "
                    + lineage.coverage().partitions()
                    + " partitions are told of: rows and changes of the others are missing");
        } else if (!lineage.complete()) {
            out.println(
                    "not every stored row is counted: some came before there was a count, or from too many origins");
        }
        if (!lineage.indexes().isEmpty()) {
            out.println();
            indexes(lineage).print(out, Terminal.columns());
        }
    }

    private static TextTable origins(LineageDescription lineage) {
        TextTable table =
                new TextTable("from", "rows", "changes", "first seen", "last seen", "newest change", "at position");
        for (OriginLine origin : lineage.origins()) {
            PositionLine newest = origin.newest().orElse(null);
            table.add(
                    ErrorLine.oneLine(origin.name()),
                    orNone(origin.rows()),
                    origin.changes(),
                    origin.firstSeen(),
                    origin.lastSeen(),
                    newest == null ? NONE : orNone(newest.time()),
                    newest == null ? NONE : ErrorLine.oneLine(orNone(newest.position())));
        }
        return table;
    }

    private static TextTable indexes(LineageDescription lineage) {
        TextTable table = new TextTable("index", "model", "dimensions", "distance", "chunks", "filled");
        for (IndexLine index : lineage.indexes()) {
            LineageDescription.ModelLine model = index.model();
            table.add(
                    index.name(),
                    model == null ? "own vectors" : model.name() + " " + model.version(),
                    index.dimensions(),
                    index.distance(),
                    orNone(index.chunkSize()),
                    orNone(index.filled()));
        }
        return table;
    }

    private static String orNone(@Nullable Object value) {
        return value == null ? NONE : value.toString();
    }
}
