package dev.freshet.ops.bench.suite;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SuiteTest {
    private static final BenchmarkPlan ONE = plan("one", false);
    private static final BenchmarkPlan BAD = plan("bad", false);
    private static final BenchmarkPlan TEXTS = plan("texts", true);
    private static final BenchmarkPlan LAST = plan("last", false);

    private final List<String> told = new ArrayList<>();

    @Test
    void goesOnAfterOneThatFails() throws Exception {
        List<SuiteResult> results = run(false);

        assertThat(told)
                .containsExactly("one", "1 Measured", "bad", "2 Failed", "texts", "3 Skipped", "last", "4 Measured");
        assertThat(results.get(0).json().path("figures").path("qps").asDouble()).isEqualTo(1_234.5);
        assertThat(results.get(1).json()).isEqualTo(json("{'name': 'bad', 'error': 'the server ended by itself'}"));
        assertThat(results.get(2).json().path("name").asText()).isEqualTo("texts");
        assertThat(results.get(2).json().path("skipped").asText()).contains("no real texts", "-Dfreshet.shared");
        assertThat(results.get(3).json().path("name").asText()).isEqualTo("last");
    }

    @Test
    void runsWhatNeedsRealTextsWhereTheyAre() throws Exception {
        assertThat(run(true).get(2)).isInstanceOf(SuiteResult.Measured.class);
    }

    private List<SuiteResult> run(boolean realTexts) throws IOException, InterruptedException {
        Suite.Runner runner = plan -> {
            if (plan.equals(BAD)) {
                throw new IOException("the server ended by itself");
            }
            return new Suite.Run(json("{'name': '" + plan.name() + "', 'figures': {'qps': 1234.5}}"), "a table");
        };
        return new Suite(List.of(ONE, BAD, TEXTS, LAST), runner, realTexts).run(new Suite.Listener() {
            @Override
            public void begins(BenchmarkPlan plan) {
                told.add(plan.name());
            }

            @Override
            public void ended(List<SuiteResult> soFar) {
                told.add(soFar.size() + " "
                        + soFar.get(soFar.size() - 1).getClass().getSimpleName());
            }
        });
    }

    @Test
    void sumsAReportUp() throws IOException {
        BenchmarkPlan plan = new BenchmarkPlan("index", List.of(), List.of(), List.of("qps", "recall", "rows"), false);
        assertThat(KeyFigures.of(measured(plan, "{'figures': {'rows': 12, 'qps': 1234.56, 'recall': null, 'p': 1}}")))
                .containsExactly(figure("qps", "1235"), figure("recall", "-"), figure("rows", "12"));
        assertThat(KeyFigures.of(measured(
                        plan,
                        "{'figures': {'engines': {'a': {'qps': 0.12345, 'recall': 123.456, 'rows': 1}, 'b': {}}}}")))
                .containsExactly(
                        figure("a qps", "0.123"),
                        figure("a recall", "123.5"),
                        figure("a rows", "1"),
                        figure("b qps", "-"),
                        figure("b recall", "-"),
                        figure("b rows", "-"));
    }

    private static KeyFigures.Figure figure(String name, String value) {
        return new KeyFigures.Figure(name, value);
    }

    private static SuiteResult.Measured measured(BenchmarkPlan plan, String report) throws IOException {
        return new SuiteResult.Measured(plan, json(report), "", 1);
    }

    private static BenchmarkPlan plan(String name, boolean realTexts) {
        return new BenchmarkPlan(name, List.of(), List.of(), List.of("qps"), realTexts);
    }

    private static JsonNode json(String text) throws IOException {
        return new ObjectMapper().readTree(text.replace('\'', '"'));
    }
}
