package dev.freshet.ops.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.http.access.ApiKeys;
import dev.freshet.http.access.KeyRole;
import dev.freshet.http.access.Principal;
import dev.freshet.ops.client.ClientException;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.ServerAccess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KeysCommandTest {
    private Path file;

    @BeforeEach
    void choose(@TempDir Path directory) {
        file = directory.resolve("keys");
    }

    @Test
    void makesKeysThatServersKnowAndShowsThemOnce() throws IOException {
        CommandLineRun run = run("create", "--name", "ci", "--role", "write");
        assertThat(run.exitCode()).as(run.err()).isZero();
        String key = run.out().strip();
        assertThat(key).matches("fk_[A-Za-z0-9_-]{43}");
        assertThat(run.err())
                .contains("'ci'", "not shown again", file.toString())
                .doesNotContain(key);
        assertThat(Files.readString(file)).doesNotContain(key);
        assertThat(ApiKeys.of(null, file).find(key)).contains(new Principal("ci", KeyRole.WRITE, null));

        JsonNode tied = new ObjectMapper()
                .readTree(run("create", "--name", "desk", "--role", "READ", "--profile", "support", "--json")
                        .out());
        assertThat(ApiKeys.of(null, file).find(tied.path("key").asText()))
                .contains(new Principal("desk", KeyRole.READ, "support"));

        assertThat(run().out())
                .contains("ci", "write", "desk", "read", "support")
                .doesNotContain("sha256", key);
        assertThat(new ObjectMapper().readTree(run("--json").out()).path("keys"))
                .hasSize(2);

        assertThat(run("delete", "ci").out()).contains("'ci' is deleted");
        assertThat(ApiKeys.of(null, file).find(key)).isEmpty();
        assertThat(run("delete", "ci").err()).contains("there is no key 'ci'");
    }

    @Test
    void refusesWhatIsNoKey() throws IOException {
        assertThat(run("create", "--name", "a b", "--role", "read").err()).contains("the name of a key");
        assertThat(run("create", "--name", "a", "--role", "write", "--profile", "p")
                        .err())
                .contains("has the role read, not write");
        assertThat(run("create", "--name", "a", "--role", "cook").err()).contains("cook");
        assertThat(file).doesNotExist();
        assertThat(run().err()).contains("there is no file " + file);
        assertThat(run("create", "--name", "a", "--role", "read").exitCode()).isZero();
        assertThat(run("create", "--name", "a", "--role", "admin").err()).contains("two keys with the name 'a'");
    }

    @Test
    void keepsAKeyOutOfMessages() {
        assertThatThrownBy(() -> new FreshetClient("http://127.0.0.1:1", new ServerAccess("canary\nx", null)))
                .isInstanceOf(ClientException.class)
                .hasMessageNotContaining("canary");
        assertThat(new ServerAccess("canary", null).toString()).doesNotContain("canary");
        CommandLineRun run = CommandLineRun.of("status", "--url", "http://127.0.0.1:1", "--api-key", "canary", "-v");
        assertThat(run.exitCode()).isEqualTo(1);
        assertThat(run.out() + run.err()).contains("nothing answers").doesNotContain("canary");
        CommandLineRun help = CommandLineRun.of("status", "--help");
        assertThat(help.out()).contains("--api-key", "--cacert", "FRESHET_API_KEY");
    }

    private CommandLineRun run(String... arguments) {
        return CommandLineRun.of(Stream.concat(
                        Stream.concat(Stream.of("keys"), Stream.of(arguments)), Stream.of("--file", file.toString()))
                .toArray(String[]::new));
    }
}
