package dev.freshet.ops.bench.filter;

import dev.freshet.ops.bench.Median;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What a run of the filter benchmark measured.
 *
 * @param points one for each selectivity, at least one
 */
public record FilterFigures(List<Point> points) {
    public FilterFigures {
        points = List.copyOf(points);
        if (points.isEmpty()) {
            throw new IllegalArgumentException("a figure needs a measurement");
        }
    }

    /**
     * Searches with one filter. Rates are per second, one for each round, and of the same number of rounds.
     *
     * @param selectivity share of the vectors that pass
     * @param rows how many do
     * @param recall share of the {@code k} nearest that pass which searches with the filter found
     * @param postRecall the same of searches whose results were filtered afterwards
     * @param unfiltered searches for any vector
     * @param filtered searches with the filter, always the same
     * @param newlyFiltered searches with filters that let the same rows through, none of which was used before
     * @param postFiltered searches whose results were filtered afterwards
     */
    public record Point(
            double selectivity,
            int rows,
            double recall,
            double postRecall,
            List<Double> unfiltered,
            List<Double> filtered,
            List<Double> newlyFiltered,
            List<Double> postFiltered) {
        public Point {
            unfiltered = List.copyOf(unfiltered);
            filtered = List.copyOf(filtered);
            newlyFiltered = List.copyOf(newlyFiltered);
            postFiltered = List.copyOf(postFiltered);
            List<Integer> rounds =
                    List.of(unfiltered.size(), filtered.size(), newlyFiltered.size(), postFiltered.size());
            if (filtered.isEmpty() || Set.copyOf(rounds).size() > 1) {
                throw new IllegalArgumentException("rounds are " + rounds + ": as many of each, at least one");
            }
        }

        public double unfilteredPerSecond() {
            return Median.of(unfiltered);
        }

        public double filteredPerSecond() {
            return Median.of(filtered);
        }

        public double newlyFilteredPerSecond() {
            return Median.of(newlyFiltered);
        }

        public double postFilteredPerSecond() {
            return Median.of(postFiltered);
        }

        /** Searches with the filter in the time of one without, the median of the rounds. */
        public double overUnfiltered() {
            return Median.of(ratios(filtered, unfiltered));
        }

        /** Searches with the filter in the time of one whose results are filtered afterwards, the median of the rounds. */
        public double overPostFiltered() {
            return Median.of(ratios(filtered, postFiltered));
        }

        /** Searches with a new filter in the time of one whose results are filtered afterwards, the median of the rounds. */
        public double newOverPostFiltered() {
            return Median.of(ratios(newlyFiltered, postFiltered));
        }

        private static List<Double> ratios(List<Double> dividends, List<Double> divisors) {
            List<Double> ratios = new ArrayList<>();
            for (int round = 0; round < dividends.size(); round++) {
                ratios.add(dividends.get(round) / divisors.get(round));
            }
            return ratios;
        }

        private Map<String, Object> report() {
            Map<String, Object> report = new LinkedHashMap<>();
            report.put("selectivity", selectivity);
            report.put("rows", rows);
            report.put("qps", filteredPerSecond());
            report.put("recall", recall);
            report.put("qps_over_post", overPostFiltered());
            report.put("qps_over_unfiltered", overUnfiltered());
            report.put("new_filter_qps", newlyFilteredPerSecond());
            report.put("new_filter_qps_over_post", newOverPostFiltered());
            report.put("post_qps", postFilteredPerSecond());
            report.put("post_recall", postRecall);
            report.put("unfiltered_qps", unfilteredPerSecond());
            report.put("qps_rounds", filtered);
            report.put("new_filter_qps_rounds", newlyFiltered);
            report.put("post_qps_rounds", postFiltered);
            report.put("unfiltered_qps_rounds", unfiltered);
            return report;
        }
    }

    /** Where the filter gains least over filtering afterwards. */
    public double leastOverPostFiltered() {
        return points.stream().mapToDouble(Point::overPostFiltered).min().orElseThrow();
    }

    /** Where a new filter gains least over filtering afterwards. */
    public double leastNewOverPostFiltered() {
        return points.stream().mapToDouble(Point::newOverPostFiltered).min().orElseThrow();
    }

    public double leastRecall() {
        return points.stream().mapToDouble(Point::recall).min().orElseThrow();
    }

    /** As the report has it. */
    public Map<String, Object> report() {
        Map<String, Object> report = new LinkedHashMap<>();
        report.put("least_recall", leastRecall());
        report.put("least_qps_over_post", leastOverPostFiltered());
        report.put("least_new_filter_qps_over_post", leastNewOverPostFiltered());
        report.put("filters", points.stream().map(Point::report).toList());
        return report;
    }
}
