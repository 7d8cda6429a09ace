package dev.freshet.ops.cli;

import dev.freshet.ops.bench.index.IndexComparison;
import dev.freshet.ops.bench.index.IndexFigures;
import dev.freshet.ops.bench.index.Measured;
import dev.freshet.ops.bench.index.SearchCurve;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code bench index} measured, for people. */
final class IndexTables {
    private static final String NONE = "-";

    private final IndexComparison comparison;
    private final Map<String, Measured> all = new LinkedHashMap<>();

    IndexTables(IndexComparison comparison) {
        this.comparison = comparison;
        all.put("stock", comparison.stock());
        all.putAll(comparison.engines());
    }

    void print(PrintWriter out, int columns) {
        builds().print(out, columns);
        out.println();
        searches().print(out, columns);
        out.println();
        comparison.figures().forEach((name, figures) -> out.println(sentence(name, figures)));
        out.println("Stock is hnswlib-core with its own " + comparison.stockDistance()
                + ". Bytes are of heap, the vectors included.");
        out.flush();
    }

    private TextTable builds() {
        TextTable table = new TextTable("engine", "build s", "vectors/s", "of stock", "bytes/vector", "told", "walked");
        all.forEach((name, measured) -> table.add(
                name,
                number("%.1f", measured.buildSeconds()),
                number("%.0f", measured.buildPerSecond()),
                number("%.2f", measured.buildPerSecond() / comparison.stock().buildPerSecond()),
                number("%.0f", measured.bytesPerVector()),
                number("%.0f", measured.bytesPerVectorTold()),
                number("%.0f", measured.bytesPerVectorWalked())));
        return table;
    }

    private TextTable searches() {
        List<String> header = new ArrayList<>(List.of("ef"));
        all.keySet().forEach(name -> header.addAll(List.of(name + " recall", "QPS", "visited")));
        TextTable table = new TextTable(header.toArray(String[]::new));
        for (SearchCurve.Point stock : comparison.stock().curve().points()) {
            List<Object> row = new ArrayList<>(List.of(stock.ef()));
            for (Measured measured : all.values()) {
                SearchCurve.Point point = measured.curve().at(stock.ef());
                row.add(number("%.4f", point.recall()));
                row.add(number("%.0f", point.qps()));
                row.add(number("%.0f", point.visited()));
            }
            table.add(row.toArray());
        }
        return table;
    }

    private String sentence(String name, IndexFigures figures) {
        String search = figures.searchRatio() == null
                ? "not both reached recall " + number("%.4f", figures.equalRecall())
                : number("%.2f", figures.searchRatio()) + " x stock's searches per second at recall "
                        + number("%.4f", figures.equalRecall()) + " (" + number("%.0f", figures.qps()) + " to "
                        + number("%.0f", figures.stockQps()) + ")";
        return name + ": builds " + number("%.2f", figures.buildRatio()) + " x as fast as stock; " + search
                + "; recall@" + comparison.k() + " " + number("%.4f", figures.recall()) + " with ef "
                + figures.recallEf() + ".";
    }

    private static String number(String format, @Nullable Double value) {
        return value == null ? NONE : String.format(Locale.ROOT, format, value);
    }
}
