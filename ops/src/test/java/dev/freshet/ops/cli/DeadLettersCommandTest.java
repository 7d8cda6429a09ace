package dev.freshet.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.schemas.error.ErrorCode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class DeadLettersCommandTest {
    private InMemoryFreshet freshet;

    @BeforeEach
    void start() throws IOException {
        freshet = new InMemoryFreshet();
    }

    @AfterEach
    void stop() {
        freshet.close();
    }

    @Test
    void listsLettersAndCounts() throws IOException {
        addThree();
        CommandLineRun run = run("--limit", "2");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out())
                .contains("docs", "invalid_row", "0-0-1", "0-0-2", "because of invalid_row", "--cursor 2")
                .doesNotContain("0-1-7");
        assertThat(run("--cursor", "2").out()).contains("0-1-7").doesNotContain("0-0-1", "there are more");
        assertThat(run("--dataset", "notes").out()).contains("0-1-7").doesNotContain("0-0-1");
        assertThat(run("--code", "invalid_row").out()).contains("0-0-1").doesNotContain("0-0-2");
        assertThat(run("--state", "replayed").out()).contains("none of them is asked for");
        assertThat(run("--state", "closed").err()).contains("'state' is 'closed'");

        JsonNode json =
                new ObjectMapper().readTree(run("--json", "--state", "all").out());
        assertThat(json.path("dead_letters")).hasSize(3);
        assertThat(json.path("counts").path(0).path("open").asLong()).isEqualTo(5);
    }

    @Test
    void saysThatThereAreNone() {
        CommandLineRun run = run();
        assertThat(run.exitCode()).isZero();
        assertThat(run.out()).contains("there are no dead letters");
    }

    @Test
    void showsALetterWithItsRecord() throws IOException {
        addThree();
        CommandLineRun run = run("show", "0-0-1");
        assertThat(run.exitCode()).as(run.err()).isZero();
        assertThat(run.out()).contains("freshet.rows-0@1", "key: docs:a", "header trace: abc", "value: nonsense");
        assertThat(run("show", "0-0-2").out()).contains("\"columns\" : {");
        JsonNode json =
                new ObjectMapper().readTree(run("show", "0-0-2", "--json").out());
        assertThat(json.at("/record/value/json/columns").isObject()).isTrue();

        CommandLineRun unknown = run("show", "0-0-99");
        assertThat(unknown.exitCode()).isEqualTo(1);
        assertThat(unknown.err()).contains("no dead letter '0-0-99'");
    }

    @Test
    void replaysWhatItIsTold() {
        addThree();
        CommandLineRun some = run("replay", "0-0-1", "0-0-99");
        assertThat(some.exitCode()).isEqualTo(1);
        assertThat(some.out()).contains("1 sent back");
        assertThat(some.err()).contains("0-0-99: dead_letter_not_found");
        assertThat(run("replay", "--dataset", "notes").out()).contains("1 sent back");
        assertThat(run("replay", "--code", "row_too_large", "--json").out()).contains("\"sent\" : 1");

        CommandLineRun all = run("replay", "--all");
        assertThat(all.exitCode()).as(all.err()).isZero();
        assertThat(all.out()).contains("0 sent back");
    }

    @Test
    void asksWhichOnesToReplay() {
        addThree();
        for (String[] arguments :
                new String[][] {{}, {"--all", "0-0-1"}, {"--all", "--dataset", "docs"}, {"0-0-1", "--code", "x"}}) {
            List<String> all = new ArrayList<>(List.of("replay"));
            all.addAll(List.of(arguments));
            CommandLineRun run = run(all.toArray(String[]::new));
            assertThat(run.exitCode()).isEqualTo(2);
            assertThat(run.err()).contains("which ones?");
        }
        assertThat(run("--state", "all").out()).contains("0-0-1", "0-0-2", "0-1-7");
    }

    private void addThree() {
        freshet.letters.add("0-0-1", "docs", "a", ErrorCode.INVALID_ROW, "nonsense");
        freshet.letters.add("0-0-2", "docs", "b", ErrorCode.ROW_TOO_LARGE, "{\"columns\": {}}");
        freshet.letters.add("0-1-7", "notes", "c", ErrorCode.UNKNOWN_DATASET, "{}");
    }

    private CommandLineRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of("dead-letters"));
        all.addAll(List.of(arguments));
        all.addAll(List.of("--url", freshet.url()));
        return CommandLineRun.of(all.toArray(String[]::new));
    }
}
