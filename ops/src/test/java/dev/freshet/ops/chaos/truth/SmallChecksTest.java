package dev.freshet.ops.chaos.truth;

import static dev.freshet.ops.chaos.truth.Made.found;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.MissingNode;
import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import dev.freshet.ops.chaos.truth.KnownRows.Known;
import dev.freshet.ops.chaos.truth.KnownRows.Name;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The checks that need no topic. */
class SmallChecksTest {
    private static final URI NODE = URI.create("http://127.0.0.1:1");

    private static Reply reply(int status, String body) {
        return new Reply(
                NODE, "GET /", status, body.startsWith("{") ? Made.json(body) : MissingNode.getInstance(), body);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | {\"a\": 1}",
                "204 | ''",
                "404 | {\"code\": \"index_not_found\"}",
                "503 | {\"code\": \"kafka_unavailable\", \"detail\": \"java.io.IOException: broken\"}"
            })
    void shouldAcceptResultsAndProblems(int status, String body) {
        assertThat(reply(status, body).breach()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "200 | <html>",
                "500 | {\"code\": \"internal\"}",
                "500 | Server Error",
                "404 | {\"code\": \"not_ready\"}",
                "400 | {\"code\": \"what_is_this\"}",
                "400 | {\"code\": \"bad_request\", \"detail\": \"at dev.freshet.http.Routes.get(Routes.java:12)\"}"
            })
    void shouldFindAnswersThatNoRequestShouldGet(int status, String body) {
        assertThat(reply(status, body).breach())
                .hasValueSatisfying(finding -> assertThat(finding.invariant()).isEqualTo(Invariant.ANSWERS));
    }

    @Test
    void shouldFindBadRequestsThatAreTaken() {
        for (BadRequest bad : BadRequest.all()) {
            assertThat(bad.judge(reply(400, "{\"code\": \"" + bad.code() + "\"}")))
                    .isEmpty();
            assertThat(bad.judge(reply(200, "{}")))
                    .hasValueSatisfying(
                            finding -> assertThat(finding.invariant()).isEqualTo(Invariant.REFUSALS));
            assertThat(bad.judge(reply(503, "{\"code\": \"not_ready\"}"))).isPresent();
        }
        assertThat(BadRequest.all()).extracting(BadRequest::name).doesNotHaveDuplicates();
    }

    @Test
    void shouldFindTextsWithAnotherVector() {
        SameVectors vectors = new SameVectors();
        FoundRow other = new FoundRow(
                "b", 0, 1, List.of(new Chunk(0, "same", new float[] {1, 4.0000005f})), Made.json("{}"), "");

        assertThat(vectors.look("i", List.of(found("a", 1, "same")))).isEmpty();
        assertThat(vectors.look("j", List.of(found("c", 2, "same", "x")))).isEmpty();
        assertThat(vectors.look("i", List.of(other)))
                .extracting(Finding::invariant)
                .containsExactly(Invariant.SAME_VECTOR);
    }

    @Test
    void shouldFindCommandsThatDoNotHold() {
        Commands commands = new Commands();
        assertThat(commands.check("here", "live", "anything")).isEmpty();
        commands.is("live", "a");
        assertThat(commands.check("here", "live", "a")).isEmpty();
        assertThat(commands.check("here", "live", "b"))
                .extracting(Finding::invariant)
                .containsExactly(Invariant.COMMANDS);
        commands.mayBe("live", "b");
        commands.is("live", "c");
        assertThat(commands.check("here", "live", "b")).as("may come late").isEmpty();
        assertThat(commands.check("here", "live", "a")).hasSize(1);
        commands.settled("live", "b");
        assertThat(commands.check("here", "live", "c")).hasSize(1);
    }

    @Test
    void shouldKnowRowsUntilTheyAreWrittenOrDoubted() {
        Random random = Seeds.random("SmallChecksTest.known");
        KnownRows rows = new KnownRows();
        Name name = new Name("notes", "a");
        Known row = new Known(name, 0, 1, false, Map.of());

        assertThat(rows.any(random)).isEmpty();
        rows.is(row);
        assertThat(rows.any(random)).contains(row);
        assertThat(rows.still(row)).isTrue();
        rows.changes(name);
        assertThat(rows.still(row)).isFalse();
        assertThat(rows.any(random)).isEmpty();
        rows.is(row);
        rows.doubt(name);
        assertThat(rows.any(random)).isEmpty();
        rows.is(row);
        assertThat(rows.any(random)).as("a late write may still come").isEmpty();
        rows.settled();
        assertThat(rows.doubts(name)).as("not long ago").isTrue();
    }

    @Test
    void shouldFindGraphsThatMissTooMuch() {
        GraphMisses misses = new GraphMisses();
        for (int i = 0; i < 96; i++) {
            misses.found(false);
            misses.found(true);
        }
        for (int i = 0; i < 4; i++) {
            misses.missed();
        }
        assertThat(misses.take()).isEmpty();
        for (int i = 0; i < 90; i++) {
            misses.found(false);
        }
        for (int i = 0; i < 10; i++) {
            misses.missed();
        }
        assertThat(misses.take()).extracting(Finding::invariant).containsExactly(Invariant.EXACT_SEARCH);
        assertThat(misses.take()).isEmpty();
    }

    @Test
    void shouldKeepSomeFindingsOfEachKind() {
        Findings findings = new Findings();
        for (int i = 0; i < 3 * Findings.KEPT_MAX; i++) {
            findings.add(Finding.of(Invariant.WAIT, "again"));
        }
        findings.add(Finding.of(Invariant.ANSWERS, "once"));

        assertThat(findings.take()).hasSize(Findings.KEPT_MAX + 1);
        assertThat(findings.take()).isEmpty();
    }
}
