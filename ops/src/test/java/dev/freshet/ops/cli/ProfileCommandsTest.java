package dev.freshet.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.catalog.Profile;
import dev.freshet.catalog.ProfileBinding;
import dev.freshet.catalog.SearchDefaults;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code freshet profiles}, and searching by one. */
class ProfileCommandsTest {
    private InMemoryFreshet freshet;

    @BeforeEach
    void start() throws IOException {
        freshet = new InMemoryFreshet();
        run("datasets", "set", "docs", "--id-columns", "id", "--text-columns", "title");
        run("datasets", "set", "logs", "--id-columns", "id", "--text-columns", "title");
        run("indexes", "create", "docs_v2", "--dataset", "docs", "--follow");
        run("aliases", "set", "live", "docs_v2");
    }

    @AfterEach
    void stop() {
        freshet.close();
    }

    @Test
    void setsListsAndDeletes() throws IOException {
        assertThat(run("profiles").out()).contains("no profiles", "./freshet profiles set");
        CommandLineRun set = run(
                "profiles",
                "set",
                "support",
                "--bind",
                "docs=live",
                "--bind",
                "logs",
                "--description",
                "for support",
                "-k",
                "5",
                "--ef",
                "50",
                "--score-threshold",
                "0.25",
                "--group-by-row",
                "--filter",
                "{\"eq\": {\"site\": \"ams1\"}}");
        assertThat(set.exitCode()).as(set.err()).isZero();
        assertThat(set.out()).contains("support", "docs → live, logs → logs_v1", "for support");
        Profile profile = freshet.catalog.current().profiles().find("support").orElseThrow();
        assertThat(profile.search()).isEqualTo(new SearchDefaults(5, 50, 0.25, true, "{\"eq\":{\"site\":\"ams1\"}}"));
        assertThat(profile.bindings()).extracting(ProfileBinding::alias).containsExactly("live", null);

        run("profiles", "set", "support", "--bind", "logs");
        JsonNode listed = json(run("profiles", "--json")).path("profiles").path(0);
        assertThat(listed.path("bindings").toString().replaceAll("\\s", ""))
                .isEqualTo("[{\"dataset\":\"logs\",\"index\":\"logs_v1\"}]");
        assertThat(listed.path("search")).isEmpty();

        assertThat(run("profiles", "delete", "support").out()).contains("the profile 'support' is deleted");
        assertThat(run("profiles", "delete", "support").err()).contains("no profile 'support'");
        assertThat(run("profiles", "set", "support").exitCode()).isEqualTo(2);
        assertThat(run("profiles", "set", "support", "--bind", "=x").exitCode()).isEqualTo(2);
        assertThat(run("profiles", "set", "p", "--bind", "logs", "--filter", "{")
                        .exitCode())
                .isEqualTo(2);
        assertThat(run("profiles", "set", "p", "--bind", "logs", "--filter", "").err())
                .contains("--filter takes a JSON object");
        assertThat(freshet.catalog.current().profiles().all()).isEmpty();
    }

    @Test
    void activatesAndDeactivates() throws IOException {
        run("profiles", "set", "support", "--bind", "docs=live", "--bind", "logs");
        CommandLineRun activated = run("profiles", "activate", "support");
        assertThat(activated.exitCode()).as(activated.err()).isZero();
        assertThat(activated.out())
                .contains("live → docs_v2", "logs_v1", "1 of 1", "the profile 'support' is active")
                .doesNotContain("not everything");
        assertThat(run("profiles").out()).contains("yes");
        assertThat(json(run("profiles", "activate", "support", "--json"))
                        .path("bindings")
                        .path(0)
                        .path("alias")
                        .asText())
                .isEqualTo("live");
        run("indexes", "rebuild", "logs_v1");
        assertThat(run("profiles", "activate", "support").out()).contains("building (job", "not everything is ready");
        assertThat(run("profiles", "deactivate", "support").out()).contains("'support' is not active");
        assertThat(freshet.catalog.current().profiles().active()).isEmpty();
    }

    @Test
    void searchesByAProfileOrTheActiveOne() throws IOException {
        CommandLineRun none = run("search", "word");
        assertThat(none.exitCode()).isEqualTo(2);
        assertThat(none.err()).contains("no profile is active", "--index", "--profile", "freshet search --help");

        run("profiles", "set", "support", "--bind", "docs=live", "--bind", "logs");
        run("profiles", "set", "one", "--bind", "logs");
        assertThat(json(run("search", "word", "--profile", "one", "--json"))
                        .path("index")
                        .asText())
                .isEqualTo("logs_v1");
        assertThat(run("search", "word", "--profile", "none").err()).contains("no profile 'none'");
        assertThat(run("search", "word", "--profile", "one", "--index", "docs_v1")
                        .err())
                .contains("no index or alias 'docs_v1' in the scope of the profile 'one'", "(profile_scope)");

        run("profiles", "activate", "support");
        assertThat(run("search", "word").err()).contains("several datasets", "'docs' (live)");
        JsonNode found = json(run("search", "word", "--dataset", "docs", "-k", "3", "--json"));
        assertThat(found.path("index").asText()).isEqualTo("docs_v2");
        assertThat(found.path("alias").asText()).isEqualTo("live");
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
