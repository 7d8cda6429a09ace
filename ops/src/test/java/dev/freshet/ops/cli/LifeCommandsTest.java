package dev.freshet.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.refresh.StaleView.IndexFreshness;
import dev.freshet.schemas.privacy.PiiFinding;
import dev.freshet.schemas.privacy.PiiKind;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The commands for the life of datasets and indexes: policies, refreshes, rebuilds, upgrades by alias. */
class LifeCommandsTest {
    private InMemoryFreshet freshet;

    @BeforeEach
    void start() throws IOException {
        freshet = new InMemoryFreshet();
        CommandLineRun created = run(
                "datasets", "set", "docs", "--id-columns", "id", "--text-columns", "title,body", "--policy", "manual");
        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(created.out()).contains("docs", "title,body", "manual", "docs_v1");
    }

    @AfterEach
    void stop() {
        freshet.close();
    }

    @Test
    void changesOnlyWhatIsGivenOfADataset() throws IOException {
        run("datasets", "set", "docs", "--schedule", "0 3 * * *", "--time-zone", "Europe/Amsterdam");
        Dataset scheduled = dataset();
        assertThat(scheduled.refreshPolicy()).isEqualTo(RefreshPolicy.SCHEDULED);
        assertThat(scheduled.textColumns()).containsExactly("title", "body");
        assertThat(run("datasets").out()).contains("scheduled 0 3 * * * Europe/Amsterdam");

        JsonNode later = json(run("datasets", "set", "docs", "--schedule", "0 4 * * *", "--json"));
        assertThat(later.path("time_zone").asText()).isEqualTo("Europe/Amsterdam");
        assertThat(later.path("next_refresh").asText()).isNotEmpty();

        CommandLineRun manual = run("datasets", "set", "docs", "--policy", "manual");
        assertThat(manual.exitCode()).as(manual.err()).isZero();
        assertThat(dataset().schedule()).isNull();

        CommandLineRun columns = run("datasets", "set", "docs", "--text-columns", "body", "--follow");
        assertThat(columns.exitCode()).as(columns.err()).isZero();
        assertThat(columns.out()).contains("backfill", "done", "docs: docs_v1", "40");
        assertThat(dataset().refreshPolicy()).isEqualTo(RefreshPolicy.MANUAL);

        CommandLineRun bare = run("datasets", "set", "bare", "--id-columns", "id", "--text-columns", "t", "--no-index");
        assertThat(bare.exitCode()).as(bare.err()).isZero();
        assertThat(freshet.catalog.current().indexes()).hasSize(1);
        CommandLineRun unknown = run("datasets", "set", "none", "--policy", "manual");
        assertThat(unknown.exitCode()).isEqualTo(2);
        assertThat(unknown.err()).contains("there is no dataset 'none'; --id-columns and --text-columns create it");
        CommandLineRun wrong = run("datasets", "set", "docs", "--schedule", "0 99 * * *");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err()).contains("99 not in range", "(invalid_schedule)");
    }

    @Test
    void setsPoliciesOfColumnsAndShowsWhatSeemsPersonal() throws IOException {
        CommandLineRun set = run("datasets", "set", "docs", "--column-policy", "email=mask,phone=drop");
        assertThat(set.exitCode()).as(set.err()).isZero();
        assertThat(dataset().privacy().policies().names()).isEqualTo(Map.of("email", "mask", "phone", "drop"));
        run("datasets", "set", "docs", "--column-policy", "phone=keep");
        assertThat(dataset().privacy().policies().names()).isEqualTo(Map.of("email", "mask", "phone", "keep"));
        run("datasets", "set", "docs", "--policy", "on_append");
        assertThat(dataset().privacy().policies().names()).hasSize(2);

        freshet.catalog.flagColumns(
                dataset().id(),
                List.of(PiiFinding.byName("email", PiiKind.EMAIL), new PiiFinding("body", PiiKind.PHONE, 0.9)));
        CommandLineRun shown = run("datasets");
        assertThat(shown.out())
                .contains("body (phone, withheld), email (email, mask), phone (keep)")
                .contains("./freshet datasets set docs --column-policy body=keep|drop|mask|hash");
        JsonNode json = json(run("datasets", "--json")).path(0);
        assertThat(json.path("withheld").toString()).isEqualTo("[\"body\"]");
        assertThat(json.path("flags").path(1).path("by").asText()).isEqualTo("values");

        CommandLineRun wrong = run("datasets", "set", "docs", "--column-policy", "email=encrypt");
        assertThat(wrong.exitCode()).isEqualTo(1);
        assertThat(wrong.err()).contains("keep, drop, mask, hash");
    }

    @Test
    void refreshesAndFollows() throws IOException {
        CommandLineRun started = run("refresh", "docs");
        assertThat(started.exitCode()).as(started.err()).isZero();
        assertThat(started.out()).contains("refresh", "running", "docs", "2.5", "0:08", "./freshet jobs 3 --follow");
        JsonNode followed = json(run("refresh", "docs", "--follow", "--json"));
        assertThat(followed.path("state").asText()).isEqualTo("done");
        assertThat(followed.path("done").asInt()).isEqualTo(SimpleCatalog.ROWS);
        assertThat(run("refresh", "none").err()).contains("no dataset 'none'");
    }

    @Test
    void showsWhatIsStale() throws IOException {
        assertThat(run("stale").out()).contains("nothing is stale");
        long index = freshet.catalog.current().index("docs_v1").orElseThrow().id();
        Instant since = Instant.parse("2024-05-01T10:00:00Z");
        freshet.freshness(new IndexFreshness(index, dataset().id(), 12, since, since, null));
        CommandLineRun stale = run("stale");
        assertThat(stale.exitCode()).isZero();
        assertThat(stale.out()).contains("docs", "docs_v1", "12", "2024-05-01T10:00:00Z", "manual", " d ");
        assertThat(stale.out()).doesNotContain("ask the others");
        JsonNode json = json(run("stale", "--json"));
        assertThat(json.path("stale")
                        .path(0)
                        .path("indexes")
                        .path(0)
                        .path("pending_rows")
                        .asInt())
                .isEqualTo(12);
        assertThat(json.path("coverage").path("complete").asBoolean()).isTrue();
        assertThat(run("status").out()).contains("stale: 'docs', 12 rows wait since 2024-05-01T10:00:00Z");

        freshet.freshness(new IndexFreshness(index, dataset().id(), 0, null, null, since));
        assertThat(run("stale").out()).contains("nothing is stale");
        assertThat(run("stale", "--all").out()).contains("docs_v1", "2024-05-01T10:00:00Z");
    }

    @Test
    void upgradesToAnotherIndexByAlias() throws IOException {
        assertThat(run("aliases").out()).contains("no aliases");
        CommandLineRun live = run("aliases", "set", "live", "docs_v1");
        assertThat(live.exitCode()).as(live.err()).isZero();

        CommandLineRun created =
                run("indexes", "create", "docs_v2", "--dataset", "docs", "--chunk-size", "400", "--follow");
        assertThat(created.exitCode()).as(created.err()).isZero();
        assertThat(created.out()).contains("backfill", "done", "docs_v2");
        assertThat(run("indexes").out()).contains("docs_v1", "docs_v2", "live");

        JsonNode moved = json(run("aliases", "set", "live", "docs_v2", "--json"));
        assertThat(moved.path("previous").asText()).isEqualTo("docs_v1");
        assertThat(run("aliases").out()).contains("live", "docs_v2", "docs_v1");
        CommandLineRun deleted = run("indexes", "delete", "docs_v1", "--follow");
        assertThat(deleted.exitCode()).as(deleted.err()).isZero();
        assertThat(deleted.out()).contains("deletion", "done", "docs_v1");
        assertThat(json(run("indexes", "--json")).path("indexes")).hasSize(1);
        assertThat(run("aliases", "delete", "live").out()).contains("the alias 'live' is deleted");
        assertThat(run("aliases", "delete", "live").err()).contains("no alias 'live'");
        assertThat(run("aliases", "set", "live").exitCode()).isEqualTo(2);
    }

    @Test
    void createsRebuildsAndDeletes() throws IOException {
        assertThat(run("indexes", "create", "own", "--dimension", "3").out()).contains("own", "3 dimensions");
        assertThat(json(run("indexes", "create", "more", "--dimension", "2", "--json"))
                        .path("name")
                        .asText())
                .isEqualTo("more");
        assertThat(json(run("indexes", "create", "small", "--dimension", "2", "--quantization", "int8", "--json"))
                        .path("quantization")
                        .asText())
                .isEqualTo("int8");
        assertThat(json(run(
                                "indexes",
                                "create",
                                "smaller",
                                "--dimension",
                                "2",
                                "--quantization",
                                "int8",
                                "--vectors-on-disk",
                                "--json"))
                        .path("vectors_on_disk")
                        .asBoolean())
                .isTrue();
        assertThat(run("indexes", "create", "both", "--dimension", "3", "--dataset", "docs")
                        .exitCode())
                .isEqualTo(2);
        assertThat(run("indexes", "create", "neither").exitCode()).isEqualTo(2);
        JsonNode rebuild = json(run("indexes", "rebuild", "docs_v1", "--json"));
        assertThat(rebuild.path("kind").asText()).isEqualTo("rebuild");
        assertThat(run("indexes").out())
                .contains("building (job " + rebuild.path("id").asLong() + ")");
        assertThat(freshet.catalog
                        .current()
                        .job(rebuild.path("id").asLong())
                        .orElseThrow()
                        .work())
                .isInstanceOf(Fill.class);
        JsonNode dropped = json(run("datasets", "delete", "docs", "--json"));
        assertThat(dropped.path("kind").asText()).isEqualTo("deletion");
        assertThat(run("datasets").out()).contains("no datasets");
    }

    @Test
    void cancelsAJob() throws IOException {
        long job = json(run("refresh", "docs", "--json")).path("id").asLong();
        CommandLineRun cancelled = run("jobs", Long.toString(job), "--cancel");
        assertThat(cancelled.exitCode()).as(cancelled.err()).isZero();
        assertThat(cancelled.out()).contains("cancelled");
        assertThat(run("jobs", "--cancel").exitCode()).isEqualTo(2);
        assertThat(run("jobs", Long.toString(job), "--cancel", "--follow").exitCode())
                .isEqualTo(2);
        assertThat(run("jobs", Long.toString(job), "--follow").exitCode()).isZero();
    }

    private Dataset dataset() {
        return freshet.catalog.current().dataset("docs").orElseThrow();
    }

    private static JsonNode json(CommandLineRun run) throws JsonProcessingException {
        assertThat(run.exitCode()).as(run.err()).isZero();
        return new ObjectMapper().readTree(run.out());
    }

    private CommandLineRun run(String... arguments) {
        List<String> all = new ArrayList<>(List.of(arguments));
        all.add("--url");
        all.add(freshet.url());
        return CommandLineRun.of(all.toArray(String[]::new));
    }
}
