package dev.freshet.ops.bench.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.freshet.ops.bench.Median;
import java.util.List;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class IndexFiguresTest {
    private static final Offset<Double> EXACT = within(1e-9);

    @Test
    void comparesSearchesAtEqualRecallBetweenMeasuredPoints() {
        Measured stock = measured(100, point(10, 0.90, 1_000), point(50, 0.98, 400), point(100, 1.0, 100));
        Measured engine = measured(300, point(10, 0.95, 4_000), point(50, 0.99, 900), point(100, 0.999, 300));
        IndexFigures figures = IndexFigures.compare(engine, stock);
        assertThat(figures.equalRecall()).isEqualTo(0.99);
        // Half way from 0.98 to 1.0, in the logarithm: the geometric mean of 400 and 100.
        assertThat(figures.stockQps()).isCloseTo(200, EXACT);
        assertThat(figures.qps()).isCloseTo(900, EXACT);
        assertThat(figures.searchRatio()).isCloseTo(4.5, EXACT);
        assertThat(figures.buildRatio()).isCloseTo(3, EXACT);
        assertThat(figures.recallEf()).isEqualTo(100);
        assertThat(figures.recall()).isEqualTo(0.999);
    }

    @Test
    void comparesAtAHigherRecallWhereOneIsAboveTheWantedFromTheStart() {
        Measured stock = measured(100, point(10, 0.994, 500), point(50, 1.0, 100));
        Measured engine = measured(100, point(10, 0.98, 2_000), point(50, 0.994, 800));
        IndexFigures figures = IndexFigures.compare(engine, stock);
        assertThat(figures.equalRecall()).isEqualTo(0.994);
        assertThat(figures.searchRatio()).isCloseTo(1.6, EXACT);
        assertThat(figures.recallEf()).isEqualTo(10);
        assertThat(figures.recall()).isEqualTo(0.98);
    }

    @Test
    void givesNoRatioWhereTheRecallWasNotReached() {
        Measured good = measured(100, point(10, 0.9, 500), point(50, 1.0, 100));
        Measured bad = measured(100, point(10, 0.8, 900), point(50, 0.9, 300));
        IndexFigures figures = IndexFigures.compare(bad, good);
        assertThat(figures.qps()).isNull();
        assertThat(figures.searchRatio()).isNull();
        assertThat(figures.recall()).isEqualTo(0.9);
        assertThat(IndexFigures.compare(good, bad).searchRatio()).isNull();
        assertThat(IndexFigures.compare(good, bad).recallEf()).isEqualTo(50);
        assertThat(figures.report(10)).containsEntry("search_ratio", null).containsEntry("recall_at_10", 0.9);
    }

    @Test
    void putsASingleEngineOnTopOfTheReportAndSeveralUnderTheirNames() {
        Measured measured = measured(100, point(10, 1.0, 500));
        assertThat(comparison(Map.of("one", measured)).report())
                .containsEntry("build_ratio", 1.0)
                .containsKeys("search_ratio", "recall_at_5", "build_per_s", "qps", "bytes_per_vector", "curve", "stock")
                .doesNotContainKey("engines");
        Map<String, ?> report =
                comparison(Map.of("one", measured, "two", measured)).report();
        assertThat(report).containsOnlyKeys("engines", "stock");
        assertThat(report.get("engines"))
                .asInstanceOf(InstanceOfAssertFactories.MAP)
                .containsOnlyKeys("one", "two");
    }

    @Test
    void takesTheMiddleOfSeveralMeasurements() {
        assertThat(Median.of(List.of(5.0, 1.0, 3.0))).isEqualTo(3);
        assertThat(Median.of(List.of(4.0, 1.0, 3.0, 9.0))).isEqualTo(3.5);
        assertThatThrownBy(() -> Median.of(List.of())).isInstanceOf(IllegalArgumentException.class);
    }

    private static IndexComparison comparison(Map<String, Measured> engines) {
        return new IndexComparison(1_000, 10, 5, "FLOAT_INNER_PRODUCT", measured(100, point(10, 1.0, 500)), engines);
    }

    private static Measured measured(double buildPerSecond, SearchCurve.Point... points) {
        return new Measured(
                1_000 / buildPerSecond, buildPerSecond, 3_500, null, null, new SearchCurve(List.of(points)));
    }

    private static SearchCurve.Point point(int ef, double recall, double qps) {
        return new SearchCurve.Point(ef, recall, qps, null);
    }
}
