package dev.freshet.ops.bench.index;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What one index was measured to do.
 *
 * @param bytesPerVector of heap: vector, links and tables
 * @param bytesPerVectorTold as the engine counts them itself; null if it does not
 * @param bytesPerVectorWalked of these, what searches walk through: the vectors as they came are not in it where these are compared in another form
 */
public record Measured(
        double buildSeconds,
        double buildPerSecond,
        double bytesPerVector,
        @Nullable Double bytesPerVectorTold,
        @Nullable Double bytesPerVectorWalked,
        SearchCurve curve) {

    Map<String, @Nullable Object> report() {
        Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("build_seconds", buildSeconds);
        report.put("build_per_s", buildPerSecond);
        report.put("bytes_per_vector", bytesPerVector);
        report.put("bytes_per_vector_told", bytesPerVectorTold);
        report.put("bytes_per_vector_walked", bytesPerVectorWalked);
        report.put("curve", curve);
        return report;
    }
}
