package dev.freshet.ops.chaos.world;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.chaos.world.LogCheck.Unexpected;
import dev.freshet.ops.chaos.world.LogFile.Source;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LogCheckTest {
    private static final LogCheck CHECK = new LogCheck(List.of(
            AllowedLog.always(Source.NODE, "^WARN a\\.B harmless \\d+", "it is only an example"),
            AllowedLog.during(
                    Source.NODE,
                    "Streams failed",
                    "the broker was away",
                    Circumstance.BROKER_RESTARTED,
                    Circumstance.BROKER_LINK),
            AllowedLog.always(Source.NODE, "known (NullPointerException)", "it is only an example"),
            AllowedLog.always(Source.BROKER, "^WARN k\\.", "it is only an example")));

    private final Path file;

    LogCheckTest(@TempDir Path directory) {
        this.file = directory.resolve("node.log");
    }

    private List<Unexpected> check(Set<Circumstance> happened, String... lines) throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n");
        return CHECK.check(List.of(new LogFile(Source.NODE, file)), happened);
    }

    private List<Unexpected> check(String... lines) throws IOException {
        return check(Set.of(), lines);
    }

    private static String line(String level, String message) {
        return "2026-01-31T23:59:59.999 " + level + " [freshet-search-1 [x]] a.B " + message;
    }

    @Test
    void findsNothingInWhatIsExpected() throws Exception {
        assertThat(check(
                        LogEntry.MARK + "node-1 is started",
                        line("INFO ", "something went well"),
                        "which takes a second line",
                        line("WARN ", "harmless 12"),
                        "2026-01-31 23:59:59.999 WARN  a.B harmless 13",
                        ""))
                .isEmpty();
    }

    @Test
    void findsAWarningAnErrorAndAStackTraceWithTheirPlaces() throws Exception {
        List<Unexpected> found = check(
                line("INFO ", "something went well"),
                line("WARN ", "unheard of"),
                line("ERROR", "worse"),
                line("INFO ", "not so well"),
                "java.lang.IllegalStateException: no",
                "\tat a.B.c(B.java:12)",
                "Caused by: x");
        assertThat(found).extracting(Unexpected::line).containsExactly(2, 3, 4);
        assertThat(found).extracting(Unexpected::file).containsOnly(file);
        assertThat(found.get(0).text()).isEqualTo("WARN a.B unheard of");
        assertThat(found.get(2).text()).contains("IllegalStateException", "Caused by: x");
    }

    @Test
    void findsWhatIsPrintedPastTheLog() throws Exception {
        List<Unexpected> found = check(
                line("INFO ", "something went well"),
                "Exception in thread \"main\" java.lang.Error: x",
                "\tat a.B.c(B.java:12)",
                LogEntry.MARK + "node-1 is started",
                "Error occurred during initialization of VM",
                "# A fatal error has been detected by the Java Runtime Environment:");
        assertThat(found).extracting(Unexpected::line).containsExactly(2, 5, 6);
        assertThat(found.get(0).text()).contains("a.B.c");
    }

    @Test
    void countsWhatIsTheSameButForItsNumbers() throws Exception {
        List<Unexpected> found = check(
                line("WARN ", "task 0_1 failed at 1700000000000"),
                line("WARN ", "another"),
                line("WARN ", "task 1_3 failed at 1700000000001"));
        assertThat(found).extracting(Unexpected::line).containsExactly(1, 2);
        assertThat(found).extracting(Unexpected::times).containsExactly(2, 1);
    }

    @Test
    void allowsSomeThingsOnlyUnderTheirCircumstances() throws Exception {
        String failure = line("ERROR", "Streams failed");
        assertThat(check(failure)).hasSize(1);
        assertThat(check(Set.of(Circumstance.MODEL), failure)).hasSize(1);
        assertThat(check(Set.of(Circumstance.MODEL, Circumstance.BROKER_LINK), failure))
                .isEmpty();
    }

    @Test
    void allowsNoMistakeThatIsNotNamed() throws Exception {
        String[] failure = {
            line("ERROR", "Streams failed"), "java.lang.NullPointerException: null", "\tat a.B.c(B.java:12)"
        };
        assertThat(check(Set.of(Circumstance.BROKER_LINK), failure)).hasSize(1);
        assertThat(check(line("WARN ", "known NullPointerException"))).isEmpty();
    }

    @Test
    void allowsNothingOfOneProcessInTheLogOfAnother() throws Exception {
        assertThat(check(line("WARN ", "k.Log"))).hasSize(1);
        Files.writeString(
                file, "2026-01-31 23:59:59.999 WARN  k.Log recovers\n2026-01-31 23:59:59.999 WARN  a.B harmless 1\n");
        assertThat(CHECK.check(List.of(new LogFile(Source.BROKER, file)), Set.of()))
                .extracting(Unexpected::line)
                .containsExactly(2);
    }

    @Test
    void readsTheOlderPartsFirstAndWhatIsNoText() throws Exception {
        Files.writeString(file.resolveSibling("node.log.2"), line("WARN ", "first") + "\n");
        Files.writeString(file.resolveSibling("node.log.1"), line("WARN ", "second") + "\n");
        byte[] torn = (line("WARN ", "third") + "x").getBytes(StandardCharsets.UTF_8);
        torn[torn.length - 1] = (byte) 0xc3;
        Files.write(file, torn);
        assertThat(CHECK.check(List.of(new LogFile(Source.NODE, file)), Set.of()))
                .extracting(Unexpected::text)
                .containsExactly("WARN a.B first", "WARN a.B second", "WARN a.B third\ufffd");
    }

    @Test
    void aLogThatIsNotThereYetIsEmpty() throws Exception {
        assertThat(CHECK.check(List.of(new LogFile(Source.NODE, file)), Set.of()))
                .isEmpty();
    }

    @Test
    void theUsualListSaysWhyAndAllowsNoMistake() throws Exception {
        assertThat(ExpectedLogs.all()).isNotEmpty();
        Files.writeString(
                file,
                line("ERROR", "x")
                                .replace(
                                        "a.B x",
                                        "dev.freshet.app.StreamsRunner The search application failed and goes on in 250 ms from its last commit")
                        + "\norg.apache.kafka.common.errors.TimeoutException: x\n\tat a.B.c(B.java:12)\n"
                        + line("ERROR", "x").replace("a.B x", "org.apache.kafka.streams.KafkaStreams closed")
                        + "\njava.lang.NullPointerException\n\tat a.B.c(B.java:12)\n");
        List<LogFile> logs = List.of(new LogFile(Source.NODE, file));
        assertThat(LogCheck.usual().check(logs, Set.of())).hasSize(2);
        assertThat(LogCheck.usual().check(logs, EnumSet.allOf(Circumstance.class)))
                .extracting(Unexpected::line)
                .containsExactly(4);
    }
}
