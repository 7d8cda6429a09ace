package dev.freshet.ops.cli;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.ops.client.FreshetClient;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet export}: the items of an index, one line of JSON each. A file appears when it is complete. */
@Command(
        name = "export",
        description = {
            "Writes the items of an index as NDJSON, one line each, to standard output or into a file.",
            "",
            "Items that change meanwhile are written as they were or as they are.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class ExportCommand implements Callable<Integer> {
    private static final String PART = ".part";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Option(
            names = {"-i", "--index"},
            required = true,
            paramLabel = "NAME",
            description = "The index, or an alias of one.")
    private String index;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write into this file (default: standard output).")
    private @Nullable Path output;

    @Option(
            names = "--filter",
            paramLabel = "JSON",
            description = "Only items whose metadata it holds for, for example '{\"eq\": {\"site\": \"ams1\"}}'.")
    private @Nullable String filter;

    @Option(names = "--include-vector", description = "With the vectors.")
    private boolean includeVector;

    @Option(names = "--json", description = "Print the outcome as JSON; with --output.")
    private boolean json;

    /** What was written, as {@code --json} shows it. */
    private record Outcome(String index, String file, long items, double seconds) {}

    @Override
    public Integer call() throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        if (output == null) {
            if (json) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--json is for the outcome, and standard output has the items: give --output");
            }
            export(out, false);
            out.flush();
            return 0;
        }
        long start = System.nanoTime();
        long items = exportInto(output);
        double seconds = (System.nanoTime() - start) / 1e9;
        out.println(
                json
                        ? CommandJson.write(new Outcome(index, output.toString(), items, seconds))
                        : String.format(
                                Locale.ROOT, "%,d items of '%s' in %.1f s into %s", items, index, seconds, output));
        return 0;
    }

    private long exportInto(Path file) throws IOException {
        Path part = file.resolveSibling(file.getFileName() + PART);
        try {
            long items;
            try (BufferedWriter writer = Files.newBufferedWriter(part, UTF_8)) {
                items = export(writer, !json);
            }
            Files.move(part, file, StandardCopyOption.REPLACE_EXISTING);
            return items;
        } finally {
            Files.deleteIfExists(part);
        }
    }

    private long export(Writer out, boolean visible) throws IOException {
        FreshetClient client = server.client();
        long total = filter == null ? client.rows(index) : -1;
        long items = 0;
        try (Progress progress = Progress.start("export", total, " items", 1, visible)) {
            String cursor = null;
            do {
                JsonNode page = client.items(index, cursor, filter, includeVector);
                for (JsonNode item : page.path("items")) {
                    out.write(item.toString());
                    out.write('\n');
                    items++;
                }
                progress.stepTo(items);
                JsonNode next = page.path("next_cursor");
                cursor = next.isTextual() ? next.textValue() : null;
            } while (cursor != null);
        }
        return items;
    }
}
