package dev.freshet.ops.bench.filter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.index.Quantization;
import dev.freshet.index.VectorIndexes;
import dev.freshet.ops.bench.index.MeasuredEngine;
import dev.freshet.ops.bench.index.SyntheticVectors;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class FilterFiguresTest {
    @Test
    void shouldTakeMediansOfRatesAndOfTheRatiosOfEachRound() {
        FilterFigures.Point point = new FilterFigures.Point(
                0.1,
                100,
                0.99,
                1,
                List.of(100.0, 200.0, 400.0),
                List.of(50.0, 50.0, 400.0),
                List.of(20.0, 25.0, 300.0),
                List.of(10.0, 25.0, 100.0));

        assertThat(point.unfilteredPerSecond()).isEqualTo(200);
        assertThat(point.filteredPerSecond()).isEqualTo(50);
        assertThat(point.postFilteredPerSecond()).isEqualTo(25);
        assertThat(point.overUnfiltered()).isEqualTo(0.5);
        assertThat(point.overPostFiltered()).isEqualTo(4);
        assertThat(point.newlyFilteredPerSecond()).isEqualTo(25);
        assertThat(point.newOverPostFiltered()).isEqualTo(2);
    }

    @Test
    void shouldReportTheLeastOfAllFilters() {
        FilterFigures figures = new FilterFigures(List.of(
                new FilterFigures.Point(0.1, 100, 0.99, 1, List.of(1.0), List.of(8.0), List.of(6.0), List.of(2.0)),
                new FilterFigures.Point(0.5, 500, 1, 1, List.of(1.0), List.of(3.0), List.of(2.0), List.of(2.0))));

        assertThat(figures.report())
                .containsEntry("least_recall", 0.99)
                .containsEntry("least_qps_over_post", 1.5)
                .containsEntry("least_new_filter_qps_over_post", 1.0);
    }

    @Test
    void shouldRefuseAFilterThatLeavesFewerThanAreWanted() {
        assertThatThrownBy(() -> load(List.of(0.5, 0.004), 10))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("at most the 4 of 1000 vectors that a selectivity of 0.004 lets through");
        assertThatThrownBy(() -> load(List.of(0.0), 10)).hasMessageContaining("more than 0");
        assertThatThrownBy(() -> load(List.of(1.5), 10)).hasMessageContaining("at most 1");
        assertThatThrownBy(() -> load(List.of(), 10)).hasMessageContaining("at least one");
        assertThat(load(List.of(0.01), 10).rows(0.01)).isEqualTo(10);
    }

    private static FilterLoad load(List<Double> selectivities, int k) {
        return new FilterLoad(
                new MeasuredEngine(VectorIndexes.COMPACT, Quantization.NONE, false),
                new SyntheticVectors(1_000, 5, 4, 1),
                8,
                40,
                k,
                null,
                selectivities,
                1,
                Duration.ofSeconds(1),
                Duration.ZERO);
    }
}
