package dev.freshet.ops.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.ops.bench.BenchmarkReport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --json}: where a benchmark writes its report. */
final class ReportOption {
    @Option(names = "--json", paramLabel = "FILE", description = "Where to write the figures as JSON.")
    private @Nullable Path json;

    /** Writes it, if that was asked for. */
    void write(BenchmarkReport report) throws IOException {
        if (json != null) {
            report.write(json);
        }
    }

    /** Writes several as an array, if that was asked for. */
    void writeAll(List<JsonNode> reports) throws IOException {
        if (json != null) {
            BenchmarkReport.writeAll(json, reports);
        }
    }
}
