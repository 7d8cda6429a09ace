package dev.freshet.ops.monitoring;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Holds the dashboard and the alert rules to docs/metrics.md, which {@code MetricsIT} holds to what a process exposes. */
class MonitoringFilesTest {
    private static final Path DASHBOARD = Path.of("grafana", "freshet.json");
    private static final Path ALERTS = Path.of("prometheus", "alerts.yml");
    private static final Path PROMETHEUS = Path.of("prometheus", "prometheus.yml");
    private static final Path RUNBOOK = Path.of("..", "docs", "metrics.md");
    /** What Prometheus adds to every series, and the labels of buckets. */
    private static final Set<String> ALWAYS = Set.of("instance", "job", "le");

    private final MetricsPage page = MetricsPage.read();

    @Test
    void theDashboardAsksForMetricsThatThereAre() throws IOException {
        List<String> expressions = new ArrayList<>();
        for (JsonNode panel : panels(dashboard())) {
            for (JsonNode target : panel.path("targets")) {
                expressions.add(target.path("expr").asText());
            }
        }
        assertThat(expressions).hasSizeGreaterThan(20);
        expressions.forEach(this::asksForWhatThereIs);
        for (JsonNode variable : dashboard().at("/templating/list")) {
            if (variable.path("type").asText().equals("query")) {
                String query = variable.at("/query/query").asText();
                assertThat(query).matches("label_values\\([a-z_]+, [a-z_]+\\)");
                String[] parts = query.substring("label_values(".length(), query.length() - 1)
                        .split(", ", 2);
                assertThat(page.ofSeries(parts[0])).as(query).isPresent();
                assertThat(known(parts[1])).as(query).isTrue();
            }
        }
    }

    @Test
    void theDashboardIsWhole() throws IOException {
        JsonNode dashboard = dashboard();
        assertThat(dashboard.path("uid").asText()).isEqualTo("freshet");
        assertThat(dashboard.path("id").isNull())
                .as("an id of its own clashes on import")
                .isTrue();
        List<String> variables = new ArrayList<>();
        dashboard
                .at("/templating/list")
                .forEach(variable -> variables.add(variable.path("name").asText()));
        assertThat(variables).containsExactly("datasource", "instance", "index");
        Set<Integer> ids = new HashSet<>();
        List<String> rows = new ArrayList<>();
        for (JsonNode panel : panels(dashboard)) {
            String title = panel.path("title").asText();
            assertThat(title).isNotBlank();
            assertThat(ids.add(panel.path("id").asInt()))
                    .as("the id of " + title)
                    .isTrue();
            if (panel.path("type").asText().equals("row")) {
                rows.add(title);
                continue;
            }
            assertThat(panel.at("/datasource/uid").asText()).as(title).isEqualTo("${datasource}");
            assertThat(panel.path("targets")).as(title).isNotEmpty();
            assertThat(panel.at("/gridPos/x").asInt() + panel.at("/gridPos/w").asInt())
                    .as(title)
                    .isLessThanOrEqualTo(24);
            assertThat(panel.path("description").asText()).as(title).isNotBlank();
        }
        assertThat(rows)
                .containsExactly(
                        "Overview",
                        "Freshness",
                        "Embedding",
                        "Search",
                        "Index store",
                        "Refresh pipeline",
                        "Kafka Streams",
                        "JVM");
    }

    @Test
    void theAlertsAreWholeAndAskForMetricsThatThereAre() throws IOException {
        Set<String> names = new HashSet<>();
        String runbook = java.nio.file.Files.readString(RUNBOOK);
        JsonNode groups = yaml(ALERTS).path("groups");
        assertThat(groups).isNotEmpty();
        for (JsonNode group : groups) {
            assertThat(group.path("name").asText()).isNotBlank();
            assertThat(group.path("rules")).isNotEmpty();
            for (JsonNode rule : group.path("rules")) {
                String alert = rule.path("alert").asText();
                assertThat(alert).matches("Freshet[A-Z][A-Za-z]+");
                assertThat(names.add(alert)).as(alert).isTrue();
                assertThat(rule.path("for").asText()).as(alert).matches("[0-9]+[smh]");
                assertThat(rule.at("/labels/severity").asText()).as(alert).isIn("warning", "critical");
                assertThat(rule.at("/annotations/summary").asText()).as(alert).isNotBlank();
                assertThat(rule.at("/annotations/description").asText())
                        .as(alert)
                        .isNotBlank();
                assertThat(runbook).as("what to do about " + alert).contains("\n### " + alert + "\n");
                asksForWhatThereIs(rule.path("expr").asText());
            }
        }
        assertThat(names).hasSizeGreaterThan(8);
    }

    @Test
    void prometheusReadsTheAlerts() throws IOException {
        JsonNode prometheus = yaml(PROMETHEUS);
        assertThat(prometheus.at("/rule_files/0").asText()).isEqualTo("alerts.yml");
        assertThat(prometheus.at("/scrape_configs/0/job_name").asText()).isEqualTo("freshet");
        assertThat(prometheus.at("/scrape_configs/0/metrics_path").asText()).isEqualTo("/metrics");
    }

    private void asksForWhatThereIs(String expression) {
        PromQl query = PromQl.parse(expression);
        assertThat(query.metrics()).as(expression).isNotEmpty();
        Set<String> labels = new HashSet<>(ALWAYS);
        for (String metric : query.metrics()) {
            if (metric.equals("up")) {
                continue; // Prometheus' own.
            }
            assertThat(page.ofSeries(metric)).as(metric + " in " + expression).isPresent();
            labels.addAll(page.ofSeries(metric).orElseThrow().labels());
        }
        assertThat(labels).as(expression).containsAll(query.labels());
    }

    private boolean known(String label) {
        return ALWAYS.contains(label) || page.labels().contains(label);
    }

    private static List<JsonNode> panels(JsonNode dashboard) {
        List<JsonNode> panels = new ArrayList<>();
        dashboard.path("panels").forEach(panels::add);
        return panels;
    }

    private static JsonNode dashboard() throws IOException {
        return new ObjectMapper().readTree(DASHBOARD.toFile());
    }

    private static JsonNode yaml(Path file) throws IOException {
        return new YAMLMapper().readTree(file.toFile());
    }
}
