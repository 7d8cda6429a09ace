package dev.freshet.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.refresh.LineageReport;
import dev.freshet.refresh.LineageView.OriginSeen;
import dev.freshet.refresh.LineageView.PartitionLineage;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DatasetLineageCommandTest {
    private static final Instant FIRST = Instant.parse("2026-11-20T12:00:00Z");
    private static final Instant LAST = Instant.parse("2026-11-20T13:00:00Z");

    private InMemoryFreshet freshet;

    @BeforeEach
    void start() throws IOException {
        freshet = new InMemoryFreshet();
        CommandLineRun created = CommandLineRun.of(
                "datasets", "set", "albums", "--id-columns", "id", "--text-columns", "title", "--url", freshet.url());
        assertThat(created.exitCode()).as(created.err()).isZero();
    }

    @AfterEach
    void stop() {
        freshet.close();
    }

    @Test
    void showsWhereRowsComeFromAndWhatIsMadeOfThem() {
        freshet.lineage(new LineageReport(Map.of(
                0,
                new PartitionLineage(
                        true,
                        List.of(
                                new OriginSeen("http", null, null, FIRST, FIRST, 2, 1, null, null),
                                new OriginSeen(
                                        "postgresql",
                                        "chinook",
                                        "public.album",
                                        FIRST,
                                        LAST,
                                        241,
                                        239,
                                        "0/16B3748",
                                        FIRST.plusSeconds(7)))))));

        CommandLineRun run = run("albums");

        assertThat(run.exitCode()).as(run.err()).isZero();
        List<String> lines = run.out().lines().toList();
        assertThat(lines.get(0)).startsWith("from ").contains("rows", "changes", "newest change", "at position");
        assertThat(lines.get(1))
                .startsWith("postgresql chinook public.album")
                .containsPattern(" 239 +241 ")
                .contains(FIRST.toString(), LAST.toString(), "2026-11-20T12:00:07Z", "0/16B3748");
        assertThat(lines.get(2)).startsWith("http ").containsPattern(" 1 +2 ").endsWith("-");
        assertThat(run.out()).contains("albums_v1").doesNotContain("not every stored row", "partitions are told of");
    }

    @Test
    void takesTheNewestChangeOfAllPartitions() throws IOException {
        freshet.partitions(2);
        freshet.lineage(new LineageReport(Map.of(
                0, new PartitionLineage(true, List.of(seen("0/9", FIRST.plusSeconds(9)))),
                1, new PartitionLineage(true, List.of(seen("0/8", FIRST.plusSeconds(8)))))));

        assertThat(run("albums").out()).contains("0/9").doesNotContain("0/8");
        JsonNode json = new ObjectMapper().readTree(run("albums", "--json").out());
        assertThat(json.path("complete").asBoolean()).isTrue();
        assertThat(json.path("origins")
                        .path(0)
                        .path("partitions")
                        .path(1)
                        .path("position")
                        .asText())
                .isEqualTo("0/8");
    }

    @Test
    void saysWhatIsMissing() {
        assertThat(run("albums").out())
                .contains("no rows have come to 'albums' yet", "0 of 1 partitions are told of", "albums_v1");

        freshet.lineage(new LineageReport(Map.of(0, new PartitionLineage(false, List.of(seen("0/9", LAST))))));
        assertThat(run("albums").out()).contains("not every stored row is counted");

        CommandLineRun unknown = run("nope");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("dataset_not_found");
    }

    private static OriginSeen seen(String position, Instant time) {
        return new OriginSeen("mysql", "shop", "shop.album", FIRST, LAST, 3, 2, position, time);
    }

    private CommandLineRun run(String... arguments) {
        String[] all = new String[arguments.length + 4];
        all[0] = "datasets";
        all[1] = "lineage";
        System.arraycopy(arguments, 0, all, 2, arguments.length);
        all[all.length - 2] = "--url";
        all[all.length - 1] = freshet.url();
        return CommandLineRun.of(all);
    }
}
