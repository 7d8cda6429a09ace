package dev.freshet.ops.compose;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.freshet.app.FreshetConfig;
import dev.freshet.schemas.key.TopicNames;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.kafka.server.config.AbstractKafkaConfig;
import org.junit.jupiter.api.Test;

/** Holds docker-compose.yml, the Dockerfile and the files that they mount to the code, because no Docker engine runs where the tests do. */
class ComposeFileTest {
    private static final Path ROOT = Path.of("..");
    private static final Path DOCKERFILE = ROOT.resolve("ops/docker/Dockerfile");
    private static final Path SOURCES = ROOT.resolve("ops/docker/connect");
    private static final Pattern PORT = Pattern.compile("127\\.0\\.0\\.1:(\\d+):(\\d+)");
    private static final Pattern PINNED =
            Pattern.compile("[a-z0-9./-]+:v?[0-9]+\\.[0-9]+(\\.[0-9]+)?([.-][A-Za-z0-9.-]+)?");
    private static final Pattern REFERENCE = Pattern.compile("\\$\\{env:([A-Z_]+)}");

    /** What a source file may say besides settings of the connector. */
    private static final Set<String> SOURCE_SETTINGS =
            Set.of("name", "type", "host", "port", "database", "user", "password", "tables", "text.columns");

    private final Map<String, JsonNode> services = services();

    private static Map<String, JsonNode> services() {
        Map<String, JsonNode> services = new TreeMap<>();
        compose().path("services").properties().forEach(entry -> services.put(entry.getKey(), entry.getValue()));
        return services;
    }

    private static JsonNode compose() {
        try {
            return new YAMLMapper().readTree(ROOT.resolve("docker-compose.yml").toFile());
        } catch (IOException e) {
            throw new AssertionError("docker-compose.yml cannot be read", e);
        }
    }

    private static Map<String, String> environment(JsonNode service) {
        Map<String, String> environment = new TreeMap<>();
        service.path("environment")
                .properties()
                .forEach(entry ->
                        environment.put(entry.getKey(), entry.getValue().asText()));
        return environment;
    }

    private static List<String> texts(JsonNode array) {
        List<String> texts = new ArrayList<>();
        array.forEach(element -> texts.add(element.asText()));
        return texts;
    }

    private JsonNode service(String name) {
        return requireNonNull(services.get(name), "there is no service " + name);
    }

    @Test
    void hasEverythingThatFreshetMeets() {
        assertThat(services)
                .containsOnlyKeys(
                        "connect", "freshet", "grafana", "kafka", "mysql", "postgres", "prometheus", "schema-registry");
    }

    @Test
    void everyImageIsPinnedOrBuiltHere() throws IOException {
        String dockerfile = Files.readString(DOCKERFILE);
        services.forEach((name, service) -> {
            assertThat(service.path("image").asText()).as(name).matches(PINNED);
            if (service.has("build")) {
                assertThat(ROOT.resolve(service.at("/build/dockerfile").asText()))
                        .exists();
                assertThat(dockerfile)
                        .contains(" AS " + service.at("/build/target").asText() + "\n");
            }
        });
        assertThat(service("kafka").path("image").asText())
                .isEqualTo("apache/kafka:" + org.apache.kafka.common.utils.AppInfoParser.getVersion());
    }

    @Test
    void everyServiceTellsWhetherItIsWell() {
        services.forEach((name, service) -> {
            assertThat(service.at("/healthcheck/test")).as(name).isNotEmpty();
            service.path("depends_on").properties().forEach(entry -> {
                assertThat(services).containsKey(entry.getKey());
                assertThat(entry.getValue().path("condition").asText())
                        .as(name + " waits for " + entry.getKey())
                        .isEqualTo("service_healthy");
            });
        });
    }

    @Test
    void portsAreOfThisMachineAloneAndDifferent() {
        Set<String> taken = new HashSet<>();
        services.forEach((name, service) -> texts(service.path("ports")).forEach(port -> {
            Matcher matcher = PORT.matcher(port);
            assertThat(matcher.matches()).as("%s of %s", port, name).isTrue();
            assertThat(taken.add(matcher.group(1))).as("%s of %s", port, name).isTrue();
        }));
        String http = String.valueOf(FreshetConfig.definition().defaultValues().get(FreshetConfig.HTTP_PORT));
        assertThat(texts(service("freshet").path("ports"))).containsExactly("127.0.0.1:" + http + ":" + http);
        assertThat(String.join(" ", texts(service("freshet").at("/healthcheck/test"))))
                .contains("127.0.0.1/" + http, "/readyz");
    }

    @Test
    void freshetTakesItsSettings() {
        Map<String, String> settings = new HashMap<>();
        Map<String, String> byVariable = new HashMap<>();
        FreshetConfig.definition()
                .names()
                .forEach(name -> byVariable.put(
                        "FRESHET_" + name.toUpperCase(Locale.ROOT).replace('.', '_'), name));
        environment(service("freshet")).forEach((variable, value) -> {
            assertThat(byVariable).containsKey(variable);
            settings.put(byVariable.get(variable), value);
        });
        FreshetConfig config = new FreshetConfig(settings);
        assertThat(config.kafkaClient()).containsEntry("bootstrap.servers", "kafka:9092");
        assertThat(config.registryUrls()).hasToString("[http://schema-registry:8081]");
        assertThat(config.getString(FreshetConfig.HTTP_ADVERTISED_HOST))
                .as("the name of the service, which others reach it by")
                .isEqualTo("freshet");
    }

    @Test
    void kafkaTakesItsSettings() {
        Map<String, String> environment = environment(service("kafka"));
        environment.keySet().forEach(variable -> {
            String name = variable.substring("KAFKA_".length())
                    .toLowerCase(Locale.ROOT)
                    .replace('_', '.');
            assertThat(AbstractKafkaConfig.CONFIG_DEF.names()).as(variable).contains(name);
        });
        assertThat(environment.get("KAFKA_ADVERTISED_LISTENERS"))
                .contains("INTERNAL://kafka:9092", "HOST://127.0.0.1:19092");
        assertThat(texts(service("kafka").path("ports"))).containsExactly("127.0.0.1:19092:19092");
    }

    @Test
    void whatIsMountedIsThere() {
        Set<String> volumes = new TreeSet<>();
        compose().path("volumes").fieldNames().forEachRemaining(volumes::add);
        Set<String> used = new TreeSet<>();
        services.forEach((name, service) -> texts(service.path("volumes")).forEach(mount -> {
            String from = mount.substring(0, mount.indexOf(':'));
            if (from.startsWith("./")) {
                assertThat(ROOT.resolve(from)).as(name).exists();
            } else {
                assertThat(volumes).as(name).contains(from);
                used.add(from);
            }
        }));
        assertThat(used).isEqualTo(volumes);
    }

    /** The images of databases run scripts that are executable, and source all others: their options would then be the entry point's. */
    @Test
    void scriptsThatAreMountedAreExecutable() throws IOException {
        List<Path> scripts = new ArrayList<>();
        for (JsonNode service : services.values()) {
            for (String mount : texts(service.path("volumes"))) {
                if (mount.startsWith("./")) {
                    try (Stream<Path> files = Files.walk(ROOT.resolve(mount.substring(0, mount.indexOf(':'))))) {
                        files.filter(file -> file.toString().endsWith(".sh")).forEach(scripts::add);
                    }
                }
            }
        }
        assertThat(scripts).hasSizeGreaterThanOrEqualTo(2).allMatch(Files::isExecutable);
    }

    @Test
    void theWorkerGetsTheSourcesThatItIsToldAndTheirPasswords() throws IOException {
        JsonNode connect = service("connect");
        String mount = texts(connect.path("volumes")).get(0);
        assertThat(mount).isEqualTo("./ops/docker/connect:/etc/freshet/sources:ro");
        List<String> told = texts(connect.path("command")).stream()
                .filter(argument -> argument.startsWith("/etc/freshet/sources/"))
                .map(argument -> argument.substring("/etc/freshet/sources/".length()))
                .toList();
        try (Stream<Path> files = Files.list(SOURCES)) {
            assertThat(files.map(file -> file.getFileName().toString())).containsExactlyInAnyOrderElementsOf(told);
        }
        for (String file : told) {
            Properties source = source(file);
            Matcher reference = REFERENCE.matcher(source.getProperty("password"));
            assertThat(reference.matches())
                    .as("%s refers to its password", file)
                    .isTrue();
            assertThat(environment(connect)).containsKey(reference.group(1));
        }
    }

    @Test
    void theSourcesAreOfTheDatabasesThatAreMade() throws IOException {
        for (Map.Entry<String, String> each : Map.of(
                        "postgres", "CREATE TABLE public.product (", "mysql", "CREATE TABLE article (")
                .entrySet()) {
            String database = each.getKey();
            Properties source = source(database + ".properties");
            String script = Files.readString(ROOT.resolve("ops/docker/" + database + "/10-shop.sh"));
            for (String setting : source.stringPropertyNames()) {
                assertThat(setting.startsWith("debezium.") || SOURCE_SETTINGS.contains(setting))
                        .as(setting)
                        .isTrue();
            }
            Map<String, String> environment = environment(service(database));
            assertThat(source.getProperty("host")).isEqualTo(database);
            assertThat(source.getProperty("database"))
                    .isEqualTo(environment.getOrDefault("POSTGRES_DB", environment.get("MYSQL_DATABASE")));
            assertThat(texts(service(database).path("ports")).get(0)).endsWith(":" + source.getProperty("port"));
            assertThat(script).contains(each.getValue(), "CDC_PASSWORD", source.getProperty("user"));
            String table = source.getProperty("tables").replaceAll("^[a-z]+\\.|:.*$", "");
            assertThat(script).contains(table + " (");
            for (String column : source.getProperty("text.columns").split(",")) {
                assertThat(script).containsPattern("\n    " + column.substring(column.indexOf('.') + 1) + " ");
            }
            assertThat(environment.get("CDC_PASSWORD"))
                    .isEqualTo(environment(service("connect")).get("CDC_PASSWORD"));
        }
        assertThat(Files.readString(ROOT.resolve("ops/docker/postgres/10-shop.sh")))
                .as("the publication that the source looks for")
                .contains("CREATE PUBLICATION " + new TopicNames("freshet").prefix() + "_"
                        + source("postgres.properties").getProperty("name").replace('-', '_') + " FOR TABLE");
        assertThat(texts(service("postgres").path("command"))).contains("wal_level=logical");
    }

    @Test
    void theDockerfileCopiesWhatTheBuildMakes() throws IOException {
        String dockerfile = Files.readString(DOCKERFILE);
        assertThat(dockerfile)
                .contains(
                        "-pl ops,connectors -am package",
                        "COPY --from=build /src/ops/target/lib /opt/freshet/lib",
                        "COPY --from=build /src/connectors/target/worker/lib /opt/freshet/worker/lib",
                        "COPY --from=build /src/connectors/target/plugins /opt/freshet/plugins",
                        "-cp '/opt/freshet/worker/lib/*' dev.freshet.connect.worker.ConnectWorker",
                        "--set plugin.path=/opt/freshet/plugins",
                        "dev.freshet.ops.cli.Main");
        assertThat(String.join(" ", texts(service("connect").path("command"))))
                .contains("bootstrap.servers=kafka:9092");
    }

    @Test
    void prometheusLooksAtFreshet() throws IOException {
        JsonNode prometheus = new YAMLMapper()
                .readTree(ROOT.resolve("ops/prometheus/prometheus.yml").toFile());
        assertThat(prometheus.at("/scrape_configs/0/static_configs/0/targets/0").asText())
                .isEqualTo("freshet:3110");
    }

    private static Properties source(String file) throws IOException {
        Properties properties = new Properties();
        try (Reader reader = Files.newBufferedReader(SOURCES.resolve(file))) {
            properties.load(reader);
        }
        return properties;
    }
}
