package dev.freshet.ops.bench.index;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.List;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * How recall and speed of an index change with {@code ef}.
 *
 * @param points at least one, in ascending order of {@code ef}
 */
public record SearchCurve(@JsonValue List<Point> points) {
    /**
     * Searches with one {@code ef}.
     *
     * @param recall share of the nearest vectors that were found
     * @param qps searches per second, the median of all rounds
     * @param visited vectors compared per search; null if the engine does not tell
     */
    public record Point(
            int ef, double recall, double qps, @Nullable Double visited) {}

    public SearchCurve {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("a curve needs a point");
        }
    }

    double firstRecall() {
        return points.get(0).recall();
    }

    /** The first point that has this recall, or else the last point. */
    Point reaching(double recall) {
        return points.stream()
                .filter(point -> point.recall() >= recall)
                .findFirst()
                .orElse(points.get(points.size() - 1));
    }

    /** The point measured with this {@code ef}. */
    public Point at(int ef) {
        return points.stream().filter(point -> point.ef() == ef).findFirst().orElseThrow();
    }

    /**
     * Searches per second at this recall, between the two points around it in proportion to the logarithm of the speed. Empty if it was not reached. What the first
     * point exceeds, it has with its own speed: faster ones were not measured.
     */
    OptionalDouble qpsAt(double recall) {
        for (int i = 0; i < points.size(); i++) {
            Point point = points.get(i);
            if (point.recall() >= recall) {
                return OptionalDouble.of(i == 0 ? point.qps() : between(points.get(i - 1), point, recall));
            }
        }
        return OptionalDouble.empty();
    }

    private static double between(Point below, Point above, double recall) {
        double share = (recall - below.recall()) / (above.recall() - below.recall());
        return below.qps() * Math.pow(above.qps() / below.qps(), share);
    }
}
