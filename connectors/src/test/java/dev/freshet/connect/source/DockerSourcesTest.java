package dev.freshet.connect.source;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * The source files that docker-compose.yml mounts are read by the code that the worker in its container runs: a setting that is renamed ends the build, and not that container. That these are the
 * files which are mounted, and that they fit the databases there, is looked after beside that file.
 */
class DockerSourcesTest {
    private static final Path SOURCES = Path.of("..", "ops", "docker", "connect");

    @Test
    void theWorkerTakesThem() throws IOException {
        Map<String, ConnectorConfig> connectors = new TreeMap<>();
        SourceFiles.expand(files(), new SourceExpansion(ConnectTopics.of("freshet"), "kafka:9092"))
                .forEach(connector -> connectors.put(connector.name(), connector));

        assertThat(connectors).containsOnlyKeys("shop-mysql", "shop-postgres");
        connectors.values().forEach(connector -> {
            assertThat(connector.warnings()).as(connector.name()).isEmpty();
            assertThat(connector.settings())
                    .as(connector.name())
                    .containsEntry("database.user", "freshet")
                    .containsEntry("database.password", "${env:CDC_PASSWORD}");
        });
        assertThat(settings(connectors, "shop-mysql"))
                .containsEntry("connector.class", "io.debezium.connector.mysql.MySqlConnector")
                .containsEntry("database.hostname", "mysql")
                .containsEntry("table.include.list", "shop\\.article")
                .containsEntry("transforms.rows.datasets", "shop.article:articles")
                .containsEntry("transforms.rows.text.columns", "articles.title,articles.body");
        assertThat(settings(connectors, "shop-postgres"))
                .containsEntry("connector.class", "io.debezium.connector.postgresql.PostgresConnector")
                .containsEntry("database.hostname", "postgres")
                .containsEntry("publication.autocreate.mode", "disabled")
                .containsEntry("table.include.list", "public\\.product")
                .containsEntry("transforms.rows.datasets", "public.product:products")
                .containsEntry("transforms.rows.text.columns", "products.name,products.description");
    }

    private static Map<String, String> settings(Map<String, ConnectorConfig> connectors, String name) {
        ConnectorConfig connector = connectors.get(name);
        return connector == null ? Map.of() : connector.settings();
    }

    private static List<Path> files() throws IOException {
        try (Stream<Path> files = Files.list(SOURCES)) {
            return files.sorted(Comparator.naturalOrder()).toList();
        }
    }
}
