package dev.freshet.ops.bench.suite;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.ops.cli.Main;
import java.util.List;
import org.junit.jupiter.api.Test;
import picocli.CommandLine;

class BenchmarkPlansTest {
    @Test
    void haveAllBenchmarksThatThereAre() {
        CommandLine bench = requireNonNull(Main.commandLine().getSubcommands().get("bench"), "there is no bench");
        assertThat(names(BenchmarkPlans.all()))
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(bench.getSubcommands().keySet().stream()
                        .filter(name -> !name.equals("all"))
                        .toList());
    }

    @Test
    void haveOptionsThatTheBenchmarksKnow() {
        for (BenchmarkPlan plan : BenchmarkPlans.all()) {
            for (boolean quick : new boolean[] {true, false}) {
                CommandLine.ParseResult parsed =
                        Main.commandLine().parseArgs(plan.arguments(quick).toArray(String[]::new));
                assertThat(parsed.subcommand().subcommand().commandSpec().name())
                        .isEqualTo(plan.name());
            }
            assertThat(plan.figures()).as(plan.name()).isNotEmpty();
        }
    }

    @Test
    void areSelectedInTheirOrder() {
        assertThat(BenchmarkPlans.select(List.of(), List.of())).isEqualTo(BenchmarkPlans.all());
        assertThat(names(BenchmarkPlans.select(List.of("http", "index"), List.of())))
                .containsExactly("index", "http");
        assertThat(names(BenchmarkPlans.select(List.of("http", "index"), List.of("index"))))
                .containsExactly("http");
        assertThat(names(BenchmarkPlans.select(List.of(), List.of("index")))).doesNotContain("index");
        assertThatThrownBy(() -> BenchmarkPlans.select(List.of(), List.of("indexes")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("'indexes'")
                .hasMessageContaining("ingest-while-search");
        assertThatThrownBy(() -> BenchmarkPlans.select(List.of("index"), List.of("index")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private static List<String> names(List<BenchmarkPlan> plans) {
        return plans.stream().map(BenchmarkPlan::name).toList();
    }
}
