package dev.freshet.ops.bench.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.ops.bench.server.ThreadTimes;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class EmbedFiguresTest {
    @Test
    void dividesTheMediansOfTheRounds() {
        EmbedFigures figures = new EmbedFigures(
                List.of(new Rate(1_000, 10, 20), new Rate(2_000, 10, 20), new Rate(1_200, 10, 20)),
                List.of(round(900), round(990), round(10)),
                400);
        assertThat(figures.rawChunksPerSecond()).isEqualTo(120);
        assertThat(figures.pipelineChunksPerSecond()).isEqualTo(90);
        assertThat(figures.report())
                .containsEntry("pipeline_over_raw", 0.75)
                .containsEntry("raw_chunks_per_s", 120.0)
                .containsEntry("pipeline_chunks_per_s", 90.0)
                .containsEntry("raw_rounds", List.of(100.0, 200.0, 120.0))
                .containsEntry("waiting_rows_min", 77L);
    }

    @Test
    void tellsWhatTheTimeWasUsedForMostFirst() {
        EmbedFigures figures = new EmbedFigures(List.of(new Rate(1, 1, 1)), List.of(round(1_000), round(1_000)), 400);
        assertThat(figures.parts()).extracting(EmbedFigures.Part::name).containsExactly("model", "broker");
        EmbedFigures.Part model = figures.parts().get(0);
        assertThat(model.cpuMsPerChunk()).isCloseTo(12, within(1e-9));
        assertThat(model.share()).isCloseTo(0.8, within(1e-9));
        assertThat(figures.report()).containsEntry("cpu_share_model", model.share());
    }

    @Test
    void hasNoPartsWhereNobodyTells() {
        PipelineRound untold = new PipelineRound(new Rate(10, 1, 0), 5, 10, 77, 10, Optional.empty());
        EmbedFigures figures = new EmbedFigures(List.of(new Rate(20, 1, 1)), List.of(untold), 400);
        assertThat(figures.parts()).isEmpty();
        assertThat(figures.report()).containsEntry("pipeline_over_raw", 0.5).doesNotContainKey("cpu_share_model");
    }

    @Test
    void refusesToTellOfNothing() {
        assertThatThrownBy(() -> new EmbedFigures(List.of(), List.of(round(1)), 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Rate(1, 0, 0)).isInstanceOf(IllegalArgumentException.class);
    }

    private static PipelineRound round(long chunks) {
        return new PipelineRound(
                new Rate(chunks, 10, 15),
                chunks / 2,
                chunks,
                77,
                5_000,
                Optional.of(new ThreadTimes(Map.of("broker", 3.0, "model", 12.0))));
    }
}
