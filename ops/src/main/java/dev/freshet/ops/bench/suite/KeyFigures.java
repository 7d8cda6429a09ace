package dev.freshet.ops.bench.suite;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The few figures that sum up a report. */
public final class KeyFigures {
    private KeyFigures() {}

    /**
     * One of them.
     *
     * @param name with the engine before it, where there are several
     * @param value for people; {@code -} for one that could not be measured
     */
    public record Figure(String name, String value) {}

    /** Of a benchmark that has measured, in the order of its plan. */
    public static List<Figure> of(SuiteResult.Measured measured) {
        List<Figure> figures = new ArrayList<>();
        JsonNode all = measured.report().path("figures");
        JsonNode engines = all.path("engines");
        if (engines.isObject()) {
            for (Map.Entry<String, JsonNode> engine : engines.properties()) {
                add(figures, measured.plan(), engine.getKey() + " ", engine.getValue());
            }
        } else {
            add(figures, measured.plan(), "", all);
        }
        return figures;
    }

    private static void add(List<Figure> figures, BenchmarkPlan plan, String prefix, JsonNode values) {
        for (String name : plan.figures()) {
            figures.add(new Figure(prefix + name, format(values.path(name))));
        }
    }

    private static String format(JsonNode value) {
        if (!value.isNumber()) {
            return "-";
        }
        double number = value.asDouble();
        if (value.isIntegralNumber() || Math.abs(number) >= 1_000) {
            return String.format(Locale.ROOT, "%.0f", number);
        }
        return String.format(Locale.ROOT, Math.abs(number) >= 100 ? "%.1f" : "%.3f", number);
    }
}
