package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.broker.HeldPorts;
import dev.freshet.ops.cli.Main;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** {@code freshet connect} as a command: what it shows, and how it fails. */
@Timeout(600)
class ConnectIT {
    private final Path directory;

    ConnectIT(@TempDir Path directory) {
        this.directory = directory;
    }

    /** How a command ended, and all that it printed. */
    private record Ended(int status, String output) {}

    @Test
    void shouldShowWhatConnectWouldGet() throws Exception {
        Path file = source("url=mysql://app@db/shop?ssl-mode=VERIFY_IDENTITY\npassword=canary-1\n");
        Ended plain = connect(file.toString(), "--dry-run", "--set", "topic.prefix=test");
        assertThat(plain.status()).as(plain.output()).isZero();
        assertThat(plain.output())
                .contains(
                        "connector.class=io.debezium.connector.mysql.MySqlConnector",
                        "database.password=***",
                        "database.ssl.mode=verify_identity",
                        "transforms.rows.rows.topic=test.rows",
                        "source 'shop' has its password in the file itself")
                .doesNotContain("canary");
        Ended json = connect(file.toString(), "--dry-run", "--json");
        assertThat(json.output()).contains("\"database.password\" : \"***\"").doesNotContain("canary");
    }

    @Test
    void shouldSayWhatIsWrongWithAFile() throws Exception {
        Ended ended = connect(
                source("url=postgresql://app:canary@db/shop\ntabels=a:b\n").toString());
        assertThat(ended.status()).isEqualTo(1);
        assertThat(ended.output())
                .contains("shop.properties", "there is no setting tabels")
                .doesNotContain("canary");
        assertThat(connect(directory.resolve("nowhere").toString()).output()).contains("there is no file");
    }

    @Test
    void shouldEndWithWhatToDoIfTheDatabaseIsNotThere() throws Exception {
        try (HeldPorts nobody = HeldPorts.hold(1);
                Cluster cluster = Cluster.start(directory.resolve("kafka"))) {
            Path file = source("url=postgresql://app:canary-2@127.0.0.1:" + nobody.port(0) + "/shop\n");
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
                admin.createTopics(List.of(new NewTopic("freshet.rows", Optional.of(4), Optional.empty())))
                        .all()
                        .get(30, TimeUnit.SECONDS);
            }
            Ended ended =
                    connect(file.toString(), "--bootstrap-servers", cluster.bootstrapServers(), "--rest-port", "0");
            assertThat(ended.status()).as(ended.output()).isEqualTo(1);
            assertThat(ended.output())
                    .contains("source 'shop' (postgresql) failed", "What to do: check host and port")
                    .doesNotContain("canary");
        }
        assertThat(Files.readString(directory.resolve("home").resolve("connect.log")))
                .isNotEmpty()
                .doesNotContain("canary");
    }

    private Path source(String settings) throws IOException {
        return Files.writeString(directory.resolve("shop.properties"), "name=shop\ntables=album:albums\n" + settings);
    }

    private Ended connect(String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve("output.txt");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Dfreshet.connect=" + WorkerProcess.built(),
                "-cp",
                System.getProperty("java.class.path"),
                Main.class.getName(),
                "connect",
                "--dir",
                directory.resolve("home").toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        if (!process.waitFor(200, TimeUnit.SECONDS)) {
            process.destroyForcibly();
        }
        return new Ended(process.waitFor(), Files.readString(output, StandardCharsets.UTF_8));
    }
}
