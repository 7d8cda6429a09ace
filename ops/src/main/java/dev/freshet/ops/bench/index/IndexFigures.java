package dev.freshet.ops.bench.index;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * An engine beside stock hnswlib-core.
 *
 * @param buildRatio vectors per second while building ÷ stock's
 * @param equalRecall where searches are compared: {@value #RECALL_WANTED}, or more if one of them is above that with the smallest {@code ef} already
 * @param qps searches per second at {@code equalRecall}; null if it was not reached
 * @param stockQps the same of stock
 * @param recallEf the {@code ef} by which stock reaches {@value #RECALL_WANTED}, or else the largest
 * @param recall the engine's, with that {@code ef}
 */
public record IndexFigures(
        double buildRatio,
        double equalRecall,
        @Nullable Double qps,
        @Nullable Double stockQps,
        int recallEf,
        double recall,
        Measured engine) {
    /** What searches are compared at. */
    public static final double RECALL_WANTED = 0.99;

    static IndexFigures compare(Measured engine, Measured stock) {
        double equalRecall = Math.max(
                RECALL_WANTED,
                Math.max(engine.curve().firstRecall(), stock.curve().firstRecall()));
        int ef = stock.curve().reaching(RECALL_WANTED).ef();
        return new IndexFigures(
                engine.buildPerSecond() / stock.buildPerSecond(),
                equalRecall,
                orNull(engine.curve().qpsAt(equalRecall)),
                orNull(stock.curve().qpsAt(equalRecall)),
                ef,
                engine.curve().at(ef).recall(),
                engine);
    }

    /** {@link #qps} ÷ {@link #stockQps}; null if one of them never reached the recall. */
    public @Nullable Double searchRatio() {
        return qps == null || stockQps == null ? null : (Double) (qps / stockQps);
    }

    /** As design §10 names them. */
    Map<String, @Nullable Object> report(int k) {
        Map<String, @Nullable Object> report = new LinkedHashMap<>();
        report.put("build_ratio", buildRatio);
        report.put("search_ratio", searchRatio());
        report.put("recall_at_" + k, recall);
        report.put("recall_ef", recallEf);
        report.put("equal_recall", equalRecall);
        report.put("qps", qps);
        report.put("stock_qps", stockQps);
        report.putAll(engine.report());
        return report;
    }

    private static @Nullable Double orNull(OptionalDouble value) {
        return value.isPresent() ? (Double) value.getAsDouble() : null;
    }
}
