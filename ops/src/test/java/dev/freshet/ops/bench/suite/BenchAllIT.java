package dev.freshet.ops.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.ops.cli.Main;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

@Timeout(300)
class BenchAllIT {
    @Test
    void runsBenchmarksInProcessesOfTheirOwn(@TempDir Path directory) throws Exception {
        Path report = directory.resolve("all.json");
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(out));
        commandLine.setErr(new PrintWriter(err));
        int exitCode = commandLine.execute("bench", "all", "--quick", "--only", "index", "--json", report.toString());

        assertThat(exitCode).as(err.toString()).isZero();
        assertThat(err.toString()).contains("index: done in");
        assertThat(out.toString())
                .contains("compact build_ratio", "hnswlib recall_at_10")
                .doesNotContain("==");
        JsonNode json = new ObjectMapper().readTree(report.toFile());
        assertThat(json).hasSize(1);
        assertThat(json.path(0).path("name").asText()).isEqualTo("index");
        assertThat(json.path(0).path("parameters").path("vectors").asInt()).isEqualTo(5_000);
        assertThat(json.path(0)
                        .path("figures")
                        .path("engines")
                        .path("compact")
                        .path("build_ratio")
                        .asDouble())
                .isPositive();
    }
}
