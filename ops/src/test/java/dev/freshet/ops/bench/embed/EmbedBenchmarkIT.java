package dev.freshet.ops.bench.embed;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.bench.server.ThreadTimes;
import dev.freshet.ops.cli.Main;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
class EmbedBenchmarkIT {
    @Test
    void measuresTheModelAloneAndThePipelineAndLeavesNoProcessBehind(@TempDir Path directory) throws Exception {
        EmbedBenchmark.Settings settings = new EmbedBenchmark.Settings(
                // Short rows, or a slow machine works long on those that wait in the end.
                List.of("The pump failed.", "Was the valve closed?", "A sensor was replaced at night.", "All is well."),
                1,
                1,
                Duration.ofSeconds(2),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1));
        List<String> phases = new ArrayList<>();
        EmbedFigures figures;
        try (EmbedBenchmark benchmark =
                new EmbedBenchmark(settings, directory, Main.class.getName(), new Phases(phases))) {
            figures = benchmark.run();
        }

        assertThat(phases).containsExactly("chunks", "model alone", "start", "pipeline", "index");
        assertThat(figures.rawRounds()).hasSize(1).allMatch(rate -> rate > 0);
        assertThat(figures.pipelineRounds()).hasSize(1).allMatch(rate -> rate > 0);
        assertThat(figures.pipelineOverRaw()).isPositive();
        assertThat(figures.vectors()).as("one chunk per row").isGreaterThanOrEqualTo(600);
        assertThat(figures.parts())
                .extracting(EmbedFigures.Part::name)
                .contains(ThreadTimes.MODEL, ThreadTimes.BROKER, "refresh", "search", "chunker");
        assertThat(ProcessHandle.current()
                        .descendants()
                        .filter(process ->
                                process.info().commandLine().orElse("").contains(directory.toString())))
                .isEmpty();
    }

    private record Phases(List<String> names) implements BenchmarkProgress {
        @Override
        public void begin(String phase, long steps) {
            names.add(phase);
        }

        @Override
        public void stepTo(long step) {}
    }
}
