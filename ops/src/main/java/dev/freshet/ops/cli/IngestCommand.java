package dev.freshet.ops.cli;

import dev.freshet.ops.client.ClientException;
import dev.freshet.ops.client.DatasetDefinition;
import dev.freshet.ops.client.DatasetDescription;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.IngestResult.FailedRow;
import dev.freshet.ops.client.IngestResult.RejectedRow;
import dev.freshet.ops.client.RowFileFormat;
import dev.freshet.ops.client.RowUpload;
import dev.freshet.ops.client.UploadSummary;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet ingest}: rows of a file into a dataset. */
@Command(
        name = "ingest",
        description = {
            "Writes the rows of a file into a dataset.",
            "",
            "With --id-columns and --text-columns the dataset is created first, if there is none. Rows that cannot be taken are told by"
                    + " line, the others go through; the exit code is 1 then.",
            ""
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class IngestCommand implements Callable<Integer> {
    private static final Duration WAIT = Duration.ofMinutes(10);
    private static final int SHOWN_ERRORS = 20;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ServerOption server;

    @Parameters(index = "0", paramLabel = "FILE", description = "A file of rows; - for standard input.")
    private String file;

    @Option(
            names = {"-d", "--dataset"},
            required = true,
            paramLabel = "NAME",
            description = "The dataset.")
    private String dataset;

    @Option(names = "--id-columns", split = ",", paramLabel = "COLUMN", description = "Columns that make a row's key.")
    private @Nullable List<String> idColumns;

    @Option(names = "--text-columns", split = ",", paramLabel = "COLUMN", description = "Columns to search in.")
    private @Nullable List<String> textColumns;

    @Option(
            names = "--metadata-columns",
            split = ",",
            paramLabel = "COLUMN",
            description = "Columns that results carry (default: all that are not text columns).")
    private @Nullable List<String> metadataColumns;

    @Option(
            names = "--format",
            defaultValue = "auto",
            description = "One of json (an array), ndjson, csv (with a header line), auto (default: ${DEFAULT-VALUE}).")
    private RowFileFormat format;

    @Option(names = "--wait", description = "Return when the rows are searchable.")
    private boolean wait;

    @Option(
            names = "--batch-rows",
            defaultValue = "500",
            paramLabel = "N",
            description = "Rows per request (default: ${DEFAULT-VALUE}).")
    private int batchRows;

    @Option(names = "--json", description = "Print the outcome as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException {
        if (batchRows < 1 || batchRows > 100_000) {
            throw new ParameterException(spec.commandLine(), "--batch-rows is " + batchRows + ", must be 1 to 100000");
        }
        if ((idColumns == null) != (textColumns == null) || (idColumns == null && metadataColumns != null)) {
            throw new ParameterException(
                    spec.commandLine(), "--id-columns and --text-columns go together: they create the dataset");
        }
        FreshetClient client = server.client();
        try (InputStream in = open()) {
            createDataset(client);
            UploadSummary summary = upload(client, in);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(CommandJson.write(summary));
            } else {
                print(summary, out, spec.commandLine().getErr());
            }
            return summary.complete() ? 0 : 1;
        }
    }

    private InputStream open() throws IOException {
        if (file.equals("-")) {
            return System.in;
        }
        if (Files.isDirectory(Path.of(file))) {
            throw new IOException(file + " is a directory, not a file of rows");
        }
        return Files.newInputStream(Path.of(file));
    }

    private void createDataset(FreshetClient client) {
        if (idColumns == null || textColumns == null) {
            return;
        }
        Optional<DatasetDescription> existing = client.dataset(dataset);
        if (existing.isEmpty()) {
            client.putDataset(dataset, new DatasetDefinition(idColumns, textColumns, metadataColumns));
            return;
        }
        DatasetDescription found = existing.get();
        boolean same = found.idColumns().equals(idColumns)
                && found.textColumns().equals(textColumns)
                && (metadataColumns == null || metadataColumns.equals(found.metadataColumns()));
        if (!same) {
            throw new ClientException(
                    409,
                    "dataset_exists",
                    "the dataset '" + dataset + "' exists with id columns " + String.join(",", found.idColumns())
                            + " and text columns " + String.join(",", found.textColumns())
                            + "; leave the column options out, or choose another name",
                    null);
        }
    }

    private UploadSummary upload(FreshetClient client, InputStream in) throws IOException {
        CountedInput counted = new CountedInput(in);
        long size = file.equals("-") ? -1 : Files.size(Path.of(file));
        try (Progress progress = Progress.overBytes("ingest", size, !json)) {
            return new RowUpload(client, dataset, wait ? WAIT : null)
                    .run(format.batches(counted, file, batchRows), rows -> {
                        progress.stepTo(counted.count());
                        progress.rows(rows);
                    });
        }
    }

    private void print(UploadSummary summary, PrintWriter out, PrintWriter err) {
        List<RejectedRow> errors = summary.errors();
        String unit = format == RowFileFormat.JSON ? "row " : "line ";
        errors.stream()
                .limit(SHOWN_ERRORS)
                .forEach(error -> err.println(unit + error.line() + ": " + error.code() + ": " + error.message()));
        if (summary.rejected() > SHOWN_ERRORS) {
            err.println("… and " + (summary.rejected() - Math.min(SHOWN_ERRORS, errors.size())) + " more");
        }
        for (FailedRow row : summary.failed()) {
            err.println("row " + row.row() + " cannot be embedded: " + row.code() + ": " + row.message());
        }
        if (summary.pendingRows() > 0) {
            err.println(summary.pendingRows() + " rows are written but not searchable yet; see ./freshet status");
        }
        out.println(String.format(
                Locale.ROOT,
                "%,d rows into '%s' in %.1f s (%,.0f rows/s)%s%s",
                summary.accepted(),
                summary.dataset(),
                summary.seconds(),
                summary.rowsPerSecond(),
                wait && summary.pendingRows() == 0 ? ", searchable" : "",
                summary.rejected() == 0 ? "" : String.format(Locale.ROOT, "; %,d rejected", summary.rejected())));
    }
}
