package dev.freshet.ops.bench.index;

import static java.util.Objects.requireNonNull;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * All that a run of the index benchmark measured.
 *
 * @param vectors how many were indexed
 * @param queries how many different ones there were
 * @param k neighbours asked for
 * @param stockDistance the library's name of the distances that stock used
 * @param engines at least one, by name, in the order in which they were asked for
 */
public record IndexComparison(
        int vectors, int queries, int k, String stockDistance, Measured stock, Map<String, Measured> engines) {
    public IndexComparison {
        requireNonNull(stock, "stock is null");
        engines = new LinkedHashMap<>(engines);
        if (engines.isEmpty()) {
            throw new IllegalArgumentException("there is no engine to compare");
        }
    }

    /** Each engine beside stock, by name. */
    public Map<String, IndexFigures> figures() {
        Map<String, IndexFigures> figures = new LinkedHashMap<>();
        engines.forEach((name, measured) -> figures.put(name, IndexFigures.compare(measured, stock)));
        return figures;
    }

    /** For the JSON report: the figures of a single engine stand on top, those of several under {@code engines}. Beside them stock's. */
    public Map<String, @Nullable Object> report() {
        Map<String, @Nullable Object> reports = new LinkedHashMap<>();
        figures().forEach((name, figures) -> reports.put(name, figures.report(k)));
        Map<String, @Nullable Object> report = new LinkedHashMap<>();
        if (engines.size() == 1) {
            figures().values().forEach(figures -> report.putAll(figures.report(k)));
        } else {
            report.put("engines", reports);
        }
        report.put("stock", stock.report());
        return report;
    }
}
