package dev.freshet.ops.bench.mixed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.ops.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(300)
class IngestWhileSearchBenchmarkIT {
    @Test
    void searchesWhileRowsArriveAndLeavesNoProcessBehind(@TempDir Path directory) throws Exception {
        Path report = directory.resolve("report.json");
        String sizes = "--vectors 500 --dimensions 16 --connections 2 --rate 400 --batch-rows 10 --updates 0.25"
                + " --rounds 1 --seconds 1 --settle 0 --warm-up 1";
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        int exitCode = commandLine.execute(
                ("bench ingest-while-search --dir " + directory.resolve("data") + " --json " + report + " " + sizes)
                        .split(" ", -1));

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(out.toString()).contains("while rows arrive", "qps_ratio", "25 % of them updates");
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json.path("name").asText()).isEqualTo("ingest-while-search");
        assertThat(json.path("parameters").path("updates").asDouble()).isEqualTo(0.25);
        JsonNode figures = json.path("figures");
        assertThat(figures.properties().stream().map(Map.Entry::getKey))
                .contains("qps_ratio", "p99_ratio", "rows_per_s", "searchable_p99_ms", "catch_up_s", "rounds");
        assertThat(figures.path("qps_ratio").asDouble()).isPositive();
        assertThat(figures.path("rows_per_s").asDouble()).isPositive();
        assertThat(figures.path("rounds")).hasSize(1);
        long rows = figures.path("rows").asLong();
        assertThat(rows).as("of two seconds").isBetween(600L, 1_000L);
        assertThat(figures.path("vectors").asLong())
                .as("new rows, and at most 64 probes")
                .isBetween(500 + rows * 3 / 4, 500 + rows * 3 / 4 + 65);
        assertThat(ProcessHandle.current()
                        .descendants()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(directory.toString())))
                .isEmpty();
    }
}
