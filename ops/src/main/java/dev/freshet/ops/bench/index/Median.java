package dev.freshet.ops.bench.index;

import java.util.List;

/** The middle of several measurements. */
final class Median {
    private Median() {}

    /** Of an even number of values, the mean of the middle two. At least one. */
    static double of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("there is no median of nothing");
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
