package dev.freshet.ops.bench;

import java.util.List;

/** The middle of several measurements. */
public final class Median {
    private Median() {}

    /** Of an even number of values, the mean of the middle two. At least one. */
    public static double of(List<Double> values) {
        if (values.isEmpty()) {
            throw new IllegalArgumentException("there is no median of nothing");
        }
        double[] sorted =
                values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
