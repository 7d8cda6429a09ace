package dev.freshet.ops.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.joran.spi.JoranException;
import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.http.access.KeyEntry;
import dev.freshet.http.access.KeyRole;
import dev.freshet.http.access.KeysFile;
import dev.freshet.ops.broker.EmbeddedBroker;
import dev.freshet.ops.broker.HeldPorts;
import dev.freshet.ops.cli.Main;
import dev.freshet.ops.client.ClientException;
import dev.freshet.ops.client.DatasetDefinition;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.SearchQuery;
import dev.freshet.ops.client.ServerAccess;
import dev.freshet.ops.registry.EmbeddedRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/**
 * Freshet against a broker that asks every client for a password, behind TLS and API keys. Every secret is a canary, and comes out nowhere: not in the log, at
 * DEBUG, nor in answers, metrics and what commands print.
 */
@Timeout(600)
class SecretsIT {
    private static final String CANARY = "canary";
    private static final String ADMIN_KEY = "canary-admin-key-0123456789";
    private static final String READ_KEY = "canary-read-key";
    private static final String STORE_PASSWORD = "canary-store";

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedBroker broker;

    @SuppressWarnings("NullAway.Init")
    private static EmbeddedRegistry registry;

    @SuppressWarnings("NullAway.Init")
    private static HeldPorts saslPort;

    private final Path directory;

    SecretsIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @BeforeAll
    static void start(@TempDir Path directory) {
        saslPort = HeldPorts.hold(1);
        broker = EmbeddedBroker.start(directory.resolve("kafka"), 0, SecretsIT::ask);
        registry = EmbeddedRegistry.start(new EmbeddedRegistry.Config(
                broker.bootstrapServers(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                "_schemas",
                (short) 1));
    }

    @AfterAll
    static void stop() {
        registry.close();
        broker.close();
        saslPort.close();
    }

    /** A second listener, on which clients need a password. */
    private static void ask(Map<String, String> settings) {
        for (String name : List.of("listeners", "advertised.listeners")) {
            settings.merge(name, ",CLIENT://127.0.0.1:" + saslPort.port(0), String::concat);
        }
        settings.merge("listener.security.protocol.map", ",CLIENT:SASL_PLAINTEXT", String::concat);
        settings.put("listener.name.client.sasl.enabled.mechanisms", "PLAIN");
        settings.put(
                "listener.name.client.plain.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required user_freshet=\"canary-sasl\";");
    }

    @Test
    void shouldServeASecuredClusterAndShowNoSecret() throws Exception {
        LoggerContext context = (LoggerContext) LoggerFactory.getILoggerFactory();
        Leaks leaks = new Leaks();
        listen(context, leaks);
        List<String> shown = new ArrayList<>();
        try {
            FreshetConfig config = config();
            shown.add(config.values() + " " + config.registryAuth());
            try (Freshet.Running freshet = Cluster.ready(Freshet.start(
                    config,
                    Embedders.builder()
                            .add(HashingEmbedder.of(Cluster.HASHING_DIMENSIONS))
                            .build()))) {
                shown.add(freshet.toString());
                assertThat(freshet.uri().getScheme()).isEqualTo("https");
                use(freshet.uri(), shown);
            }
        } finally {
            configure(context, "/logback-test.xml");
        }
        System.out.println(
                "SecretsIT: looked at " + leaks.seen.get() + " lines of the log and " + shown.size() + " outputs");
        assertThat(leaks.seen.get()).isGreaterThan(1_000);
        assertThat(leaks.found).isEmpty();
        assertThat(shown)
                .hasSizeGreaterThan(15)
                .allSatisfy(text -> assertThat(text).doesNotContain(CANARY));
    }

    /** Everything that is written to the log as the product configures it, at DEBUG where that leaves the choice. */
    private static void listen(LoggerContext context, Leaks leaks) throws JoranException {
        configure(context, "/logback.xml");
        leaks.setContext(context);
        leaks.start();
        Logger root = context.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        root.detachAndStopAllAppenders();
        root.addAppender(leaks);
        root.setLevel(Level.DEBUG);
        context.getLogger("dev.freshet").setLevel(Level.DEBUG);
    }

    private static void configure(LoggerContext context, String resource) throws JoranException {
        context.reset();
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(requireNonNull(SecretsIT.class.getResource(resource), resource));
    }

    private void use(URI uri, List<String> shown) throws IOException {
        Path authorities = authorities();
        FreshetClient admin = new FreshetClient(uri.toString(), new ServerAccess(ADMIN_KEY, authorities));
        shown.add(String.valueOf(admin.putDataset(
                "docs", new DatasetDefinition(List.of("id"), List.of("text"), null, null, null, null, null))));
        byte[] rows = "[{\"id\": 1, \"text\": \"a river\"}]".getBytes(StandardCharsets.UTF_8);
        shown.add(String.valueOf(admin.ingest("docs", "application/json", rows, Duration.ofSeconds(60))));
        FreshetClient reader = new FreshetClient(uri.toString(), new ServerAccess(READ_KEY, authorities));
        assertThat(reader.searchJson("docs_v1", new SearchQuery("a river", 1, false, false, null))
                        .toString())
                .contains("a river");
        for (String path : List.of(
                "/", "/v1/catalog/datasets", "/v1/vectors/index", "/v1/vectors/jobs", "/v1/dead-letters", "/readyz")) {
            shown.add(admin.get(path).toString());
        }
        shown.add(admin.metrics());
        for (String key : List.of("canary-wrong-key", READ_KEY)) {
            FreshetClient refused = new FreshetClient(uri.toString(), new ServerAccess(key, authorities));
            assertThatThrownBy(() -> refused.get("/v1/dead-letters"))
                    .isInstanceOf(ClientException.class)
                    .satisfies(e -> shown.add(String.valueOf(e)));
        }
        String[] server = {"--url", uri.toString(), "--api-key", READ_KEY, "--cacert", authorities.toString(), "-v"};
        for (String command : List.of("status", "datasets", "indexes", "jobs", "stale", "dead-letters")) {
            shown.add(command(command, server));
        }
        shown.add(command("status", "--url", uri.toString(), "--api-key", READ_KEY, "-v"));
        assertThat(shown.get(shown.size() - 1)).contains("--cacert names the authorities");
        shown.add(command("serve", "--set", "http.port=none", "--set", "http.admin.key=" + ADMIN_KEY, "-v"));
        String[] nowhere = {"--bootstrap-servers", "127.0.0.1:1", "--schema-registry", "http://u:canary@ no url", "-v"};
        shown.add(command("serve", nowhere));
        assertThat(shown.get(shown.size() - 1)).contains("schema.registry.url is no URL");
        shown.add(command("up", "--dir", directory.resolve("up").toString(), "--set", "http.admin.key"));
    }

    private FreshetConfig config() throws Exception {
        KeysFile keys = new KeysFile(directory.resolve("keys"));
        keys.add(KeyEntry.of("reader", KeyRole.READ, null, READ_KEY));
        Path modelKey = Files.writeString(directory.resolve("model-key"), "canary-model-key");
        Map<String, String> settings = new HashMap<>();
        settings.put("bootstrap.servers", "127.0.0.1:" + saslPort.port(0));
        settings.put("schema.registry.url", registry.uri().toString().replace("http://", "http://user:canary-url@"));
        settings.put("topic.replication.factor", "1");
        settings.put("state.dir", directory.resolve("state").toString());
        settings.put("default.model", Cluster.HASHING);
        settings.put("http.port", "0");
        settings.put("http.api.keys.file", keys.path().toString());
        settings.put("http.admin.key", ADMIN_KEY);
        settings.put("http.tls.keystore", keyStore().toString());
        settings.put("http.tls.keystore.password", STORE_PASSWORD);
        settings.put("kafka.security.protocol", "SASL_PLAINTEXT");
        settings.put("kafka.sasl.mechanism", "PLAIN");
        settings.put(
                "kafka.sasl.jaas.config",
                "org.apache.kafka.common.security.plain.PlainLoginModule required"
                        + " username=\"freshet\" password=\"canary-sasl\";");
        settings.put("kafka.ssl.keystore.password", "canary-kafka-store");
        settings.put("kafka.ssl.key.password", "canary-kafka-key");
        settings.put("kafka.some.other.secret", "canary-unknown");
        settings.put("privacy.hash.key", "canary-hash-key-0123456789");
        settings.put("models", "remote");
        settings.put("model.remote.type", "openai");
        settings.put("model.remote.url", "http://127.0.0.1:1/v1");
        settings.put("model.remote.model", "m");
        settings.put("model.remote.dimensions", "8");
        settings.put("model.remote.max.tokens", "100");
        settings.put("model.remote.api.key.file", modelKey.toString());
        if (FreshetConfig.definition().names().contains("cluster.secret")) {
            settings.put("cluster.secret", "canary-cluster-secret-0123456789");
        }
        return new FreshetConfig(settings);
    }

    private Path keyStore() throws IOException, InterruptedException {
        Path file = directory.resolve("server.p12");
        keytool("-genkeypair", "-alias", "key", "-keyalg", "EC", "-dname", "CN=freshet", "-ext", "san=ip:127.0.0.1");
        keytool("-exportcert", "-alias", "key", "-rfc", "-file", authorities().toString());
        return file;
    }

    private Path authorities() {
        return directory.resolve("server.pem");
    }

    private void keytool(String... arguments) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "keytool").toString());
        command.addAll(List.of(arguments));
        command.addAll(List.of("-keystore", directory.resolve("server.p12").toString()));
        command.addAll(List.of("-storetype", "PKCS12", "-storepass", STORE_PASSWORD));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String output = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).as(output).isZero();
    }

    private static String command(String name, String... arguments) {
        StringWriter output = new StringWriter();
        CommandLine commandLine = Main.commandLine();
        commandLine.setOut(new PrintWriter(output));
        commandLine.setErr(new PrintWriter(output));
        List<String> all = new ArrayList<>(List.of(name));
        all.addAll(List.of(arguments));
        commandLine.execute(all.toArray(String[]::new));
        return output.toString();
    }

    /** Keeps the lines of the log that hold a canary. */
    private static final class Leaks extends AppenderBase<ILoggingEvent> {
        private final AtomicLong seen = new AtomicLong();
        private final Queue<String> found = new ConcurrentLinkedQueue<>();

        @Override
        protected void append(ILoggingEvent event) {
            seen.incrementAndGet();
            String trace =
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy());
            String line = event.getLevel() + " " + event.getLoggerName() + " " + event.getFormattedMessage() + trace;
            if (line.contains(CANARY)) {
                found.add(line);
            }
        }
    }
}
