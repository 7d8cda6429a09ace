package dev.freshet.ops.monitoring;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What docs/metrics.md says there is. A metric is a row {@code | `name` | type | labels | meaning |} of a table; those under a heading that ends in "(not always)" need
 * not be there in every process.
 */
public final class MetricsPage {
    /** Where the page is, seen from this module. */
    public static final Path PAGE = Path.of("..", "docs", "metrics.md");

    private static final Pattern ROW =
            Pattern.compile("\\| `([a-zA-Z0-9_]+)` \\| (counter|gauge|histogram|summary) \\|([^|]*)\\| [^|]+ \\|");
    private static final Pattern LABEL = Pattern.compile("`([a-z_]+)`");
    private static final String NOT_ALWAYS = "(not always)";

    private final Map<String, Family> families;

    private MetricsPage(Map<String, Family> families) {
        this.families = families;
    }

    /**
     * A metric as it is documented, or exposed.
     *
     * @param labels without {@code le} of buckets
     * @param always whether every process that does everything has it once it has done some work
     */
    public record Family(String name, String type, Set<String> labels, boolean always) {
        public Family {
            labels = Set.copyOf(labels);
        }

        /** The names of its series. */
        public Set<String> series() {
            return switch (type) {
                case "histogram" -> Set.of(name + "_bucket", name + "_count", name + "_sum");
                case "summary" -> Set.of(name + "_count", name + "_sum");
                default -> Set.of(name);
            };
        }
    }

    /** The page as it is now. */
    public static MetricsPage read() {
        Map<String, Family> families = new TreeMap<>();
        boolean always = true;
        try {
            for (String line : Files.readAllLines(PAGE, UTF_8)) {
                if (line.startsWith("#")) {
                    always = !line.endsWith(NOT_ALWAYS);
                }
                Matcher row = ROW.matcher(line);
                if (row.matches() && families.put(row.group(1), family(row, always)) != null) {
                    throw new AssertionError(row.group(1) + " stands twice in " + PAGE);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new MetricsPage(families);
    }

    private static Family family(Matcher row, boolean always) {
        Set<String> labels = new HashSet<>();
        Matcher label = LABEL.matcher(row.group(3));
        while (label.find()) {
            labels.add(label.group(1));
        }
        return new Family(row.group(1), row.group(2), labels, always);
    }

    /** All metrics by name. */
    public Map<String, Family> families() {
        return Map.copyOf(families);
    }

    /** The metric that a series belongs to: one that PromQL may name. The maximum of a summary or histogram is a metric of its own to Prometheus, and not listed. */
    public Optional<Family> ofSeries(String series) {
        return families.values().stream()
                .filter(family ->
                        family.series().contains(series) || maximum(family).equals(series))
                .findFirst();
    }

    /** The name of the metric with the maximum of a timer; of any other metric one that there is not. */
    public static String maximum(Family family) {
        boolean timer = (family.type().equals("histogram") || family.type().equals("summary"))
                && family.name().endsWith("_seconds");
        return timer ? family.name() + "_max" : "";
    }

    /** All names that may be labels in a query. */
    public Set<String> labels() {
        return families.values().stream()
                .flatMap(family -> family.labels().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }
}
