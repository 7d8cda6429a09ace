package dev.freshet.connect.source;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.common.config.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SourceExpansionTest {
    private static final SourceExpansion EXPANSION = new SourceExpansion(ConnectTopics.of("freshet"), "kafka:9092");

    private static final Map<String, String> SMALL = Map.of(
            "name", "my-shop",
            "url", "postgresql://app@db/shop",
            "password", "${env:PGPASSWORD}",
            "tables", "public.album:albums, track:tracks");

    @Test
    void aSmallPostgresFileBecomesAWholeConfiguration() {
        Map<String, String> expected = new TreeMap<>();
        expected.put("name", "my-shop");
        expected.put("connector.class", "io.debezium.connector.postgresql.PostgresConnector");
        expected.put("tasks.max", "1");
        expected.put("topic.prefix", "my-shop");
        expected.put("database.hostname", "db");
        expected.put("database.port", "5432");
        expected.put("database.user", "app");
        expected.put("database.password", "${env:PGPASSWORD}");
        expected.put("database.dbname", "shop");
        expected.put("plugin.name", "pgoutput");
        expected.put("slot.name", "freshet_my_shop");
        expected.put("publication.name", "freshet_my_shop");
        expected.put("publication.autocreate.mode", "filtered");
        expected.put("publish.via.partition.root", "true");
        expected.put("table.include.list", "public\\.album,public\\.track");
        expected.put("snapshot.mode", "initial");
        expected.put("skipped.operations", "none");
        expected.put("tombstones.on.delete", "false");
        expected.put("decimal.handling.mode", "string");
        expected.put("event.converting.failure.handling.mode", "fail");
        expected.put("time.precision.mode", "adaptive");
        expected.put("interval.handling.mode", "string");
        expected.put("column.propagate.source.type", ".*");
        expected.put("heartbeat.interval.ms", "10000");
        expected.put("poll.interval.ms", "100");
        expected.put("max.queue.size.in.bytes", "67108864");
        expected.put("errors.tolerance", "none");
        expected.put("post.processors", "reselect");
        expected.put("reselect.type", "io.debezium.processors.reselect.ReselectColumnsPostProcessor");
        expected.put("reselect.reselect.unavailable.values", "true");
        expected.put("reselect.reselect.null.values", "false");
        expected.put("signal.enabled.channels", "kafka");
        expected.put("notification.enabled.channels", "sink");
        expected.put("notification.sink.topic.name", "freshet-connect-notifications");
        expected.put("signal.kafka.topic", "freshet-connect-signals");
        expected.put("signal.kafka.bootstrap.servers", "kafka:9092");
        expected.put("signal.kafka.groupId", "freshet-connect-signals-my-shop");
        expected.put("transforms", "rows,heartbeats");
        expected.put("transforms.rows.type", "dev.freshet.connect.transform.RowChangeTransform");
        expected.put("transforms.rows.predicate", "isHeartbeat");
        expected.put("transforms.rows.negate", "true");
        expected.put("transforms.rows.rows.topic", "freshet.rows");
        expected.put("transforms.rows.datasets", "public.album:albums,public.track:tracks");
        expected.put("transforms.heartbeats.type", "dev.freshet.connect.transform.HeartbeatTransform");
        expected.put("transforms.heartbeats.predicate", "isHeartbeat");
        expected.put("transforms.heartbeats.topic", "freshet-connect-heartbeats");
        expected.put("predicates", "isHeartbeat");
        expected.put("predicates.isHeartbeat.type", "org.apache.kafka.connect.transforms.predicates.TopicNameMatches");
        expected.put("predicates.isHeartbeat.pattern", "__debezium-heartbeat\\..*");
        expected.put("key.converter", "org.apache.kafka.connect.storage.StringConverter");
        expected.put("value.converter", "org.apache.kafka.connect.converters.ByteArrayConverter");
        expected.put("producer.override.acks", "all");
        expected.put("producer.override.enable.idempotence", "true");
        expected.put("producer.override.max.request.size", "16777216");
        expected.put("producer.override.compression.type", "lz4");

        ConnectorConfig connector = expand(Map.of());
        assertThat(connector.settings()).containsExactlyEntriesOf(new TreeMap<>(expected));
        assertThat(connector.warnings()).isEmpty();
        assertThat(connector.schemaHistoryTopic()).isEmpty();
    }

    @Test
    void mysqlAndMariadbNeedMore() {
        for (String type : List.of("mysql", "mariadb")) {
            Map<String, String> settings = new HashMap<>();
            settings.put("name", "shop");
            settings.put("type", type);
            settings.put("host", "10.0.0.7");
            settings.put("database", "Chinook");
            settings.put("user", "app");
            settings.put("tables", "Album:albums,other.t$x:more");
            ConnectorConfig connector = EXPANSION.expand(new SourceConfig(settings));
            assertThat(connector.settings())
                    .containsEntry(
                            "connector.class",
                            type.equals("mysql")
                                    ? "io.debezium.connector.mysql.MySqlConnector"
                                    : "io.debezium.connector.mariadb.MariaDbConnector")
                    .containsEntry("database.port", "3306")
                    .containsEntry("database.include.list", "Chinook,other")
                    .containsEntry("table.include.list", "Chinook\\.Album,other\\.t\\$x")
                    .containsEntry("transforms.rows.datasets", "Chinook.Album:albums,other.t$x:more")
                    .containsEntry("schema.history.internal.kafka.topic", "freshet-connect-schema-history-shop")
                    .containsEntry("schema.history.internal.kafka.bootstrap.servers", "kafka:9092")
                    .containsEntry("include.schema.changes", "false")
                    .containsEntry("bigint.unsigned.handling.mode", "precise")
                    .containsEntry("decimal.handling.mode", "precise")
                    .containsEntry("time.precision.mode", "adaptive_time_microseconds")
                    .containsEntry(
                            "boolean.type", "io.debezium.connector.binlog.converters.TinyIntOneToBooleanConverter")
                    .doesNotContainKeys("database.password", "slot.name", "post.processors");
            assertThat(connector.schemaHistoryTopic()).contains("freshet-connect-schema-history-shop");
            assertThat(Long.parseLong(connector.settings().get("database.server.id")))
                    .isBetween(1_000_000L, 4_294_967_295L)
                    .isEqualTo(Long.parseLong(EXPANSION
                            .expand(new SourceConfig(settings))
                            .settings()
                            .get("database.server.id")));
        }
    }

    @Test
    void theOperatorsOwnSettingsWin() {
        assertThat(expand(Map.of("debezium.snapshot.mode", "no_data", "connect.tasks.max.enforce", "false"))
                        .settings())
                .containsEntry("snapshot.mode", "no_data")
                .containsEntry("tasks.max.enforce", "false");
        for (String setting : List.of("debezium.topic.prefix", "connect.name", "debezium.connector.class")) {
            refused(Map.of(setting, "x"), setting + " cannot be set");
        }
    }

    @ParameterizedTest
    @CsvSource({"snapshot.select.statement.overrides,public.album", "snapshot.query.mode,custom", "errors.tolerance,all"
    })
    void aSnapshotThatMayLeaveRowsOutSweepsNothing(String setting, String value) {
        ConnectorConfig connector = expand(Map.of("debezium." + setting, value));

        assertThat(connector.settings()).doesNotContainKey("notification.enabled.channels");
        assertThat(connector.warnings())
                .singleElement()
                .asString()
                .contains("debezium." + setting, "may leave rows out");
        assertThat(expand(Map.of("debezium.errors.tolerance", "none")).settings())
                .containsEntry("notification.enabled.channels", "sink");
    }

    @Test
    void aSignalTableAllowsSnapshotsByThatTooAndItsRowsGoNowhere() {
        assertThat(expand(Map.of("signal.table", "public.signals")).settings())
                .containsEntry("signal.enabled.channels", "source,kafka")
                .containsEntry("signal.data.collection", "public.signals")
                .containsEntry("transforms", "signals,rows,heartbeats")
                .containsEntry("predicates", "isHeartbeat,isSignal")
                .containsEntry("transforms.signals.type", "org.apache.kafka.connect.transforms.Filter")
                .containsEntry("predicates.isSignal.pattern", "\\Qmy-shop.public.signals\\E");
        refused(Map.of("signal.table", "signals"), "signal.table is 'signals'");
    }

    @Test
    void columnsMustBeOfItsDatasets() {
        assertThat(expand(Map.of(
                                "text.columns", "albums.title,tracks.name",
                                "column.policies", "albums.title:mask"))
                        .settings())
                .containsEntry("transforms.rows.text.columns", "albums.title,tracks.name")
                .containsEntry("transforms.rows.column.policies", "albums.title:mask");
        refused(Map.of("text.columns", "artists.name"), "text.columns has 'artists.name'");
        refused(Map.of("column.policies", "albums"), "column.policies has 'albums'");
    }

    @Test
    void columnsThatAreLeftOutCanBeKept() {
        assertThat(expand(Map.of("unavailable.columns", "keep")).settings()).doesNotContainKey("post.processors");
        refused(Map.of("unavailable.columns", "guess"), "unavailable.columns");
    }

    @Test
    void namesOfSlotsAreTakenFromPrefixAndNameAndFit() {
        SourceExpansion other = new SourceExpansion(ConnectTopics.of("Test.Prefix-" + "x".repeat(60)), "kafka:9092");
        String slot = other.expand(new SourceConfig(SMALL)).settings().get("slot.name");
        assertThat(slot).hasSizeLessThanOrEqualTo(63).matches("test_prefix_x+_my_shop");
    }

    @Test
    void aPasswordInTheFileIsWarnedOfAndNeverShown() {
        for (Map<String, String> literal : List.of(
                Map.of("password", "canary-1"), Map.of("password", "", "url", "postgresql://app:canary%2D1@db/shop"))) {
            ConnectorConfig connector = expand(literal);
            assertThat(connector.settings()).containsEntry("database.password", "canary-1");
            assertThat(connector.warnings()).singleElement().asString().contains("my-shop", "${env:NAME}");
            assertThat(connector.warnings() + " " + connector + " " + connector.shown())
                    .doesNotContain("canary");
        }
        assertThat(expand(Map.of()).toString()).contains("database.password=${env:PGPASSWORD}");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name | My_Shop | name is 'My_Shop'",
                "name | a-name-that-is-much-longer-than-forty-letters | 1 to 40 characters",
                "type | oracle | type is 'oracle'",
                "type | mysql | type is mysql, but url is one of postgresql",
                "url | postgresql://app@db | database is missing",
                "url | postgresql://db/shop | user is missing",
                "url | sqlserver://app@db/shop | url begins with 'sqlserver://'",
                "url | postgresql://a:canary@h1,h2/shop | with one host",
                "url | postgresql://app@db/shop?application_name=x | debezium.driver.application_name",
                "url | postgresql://app:%zz@db/shop | url has a '%'",
                "port | 70000 | port",
                "tables | '' | tables is empty",
                "tables | album | TABLE:DATASET",
                "tables | a.b.c:d | TABLE:DATASET",
                "tables | album:Albums | the dataset's name is 'Albums'",
                "tables | album:a,public.album:b | tables names public.album twice",
                "tables | album:a,track:a | two tables for the dataset 'a'",
                "tabels | album:a | there is no setting tabels",
            })
    void refusesWhatCannotWorkAndSaysWhy(String setting, String value, String message) {
        refused(Map.of(setting, value), message);
    }

    @Test
    void mysqlTablesNeedTheirDatabase() {
        assertThatThrownBy(() -> EXPANSION.expand(
                        new SourceConfig(Map.of("name", "s", "url", "mysql://u@h", "tables", "album:albums"))))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("say which database the table is in");
    }

    @Test
    void filesAreNamedInWhatIsWrong(@TempDir Path directory) throws IOException {
        Path good =
                Files.writeString(directory.resolve("good.properties"), "name=shop\nurl=mysql://u@h/d\ntables=t:t\n");
        Path bad = Files.writeString(directory.resolve("bad.properties"), "name=shop\nurl=mysql://u:canary@h/d\n");
        assertThat(SourceFiles.expand(List.of(good), EXPANSION))
                .singleElement()
                .satisfies(connector -> assertThat(connector.name()).isEqualTo("shop"));
        assertThatThrownBy(() -> SourceFiles.expand(List.of(good, good), EXPANSION))
                .hasMessageContaining("another file has the name 'shop' too");
        assertThatThrownBy(() -> SourceFiles.expand(List.of(good, bad), EXPANSION))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("bad.properties: tables is empty")
                .message()
                .doesNotContain("canary");
    }

    private static ConnectorConfig expand(Map<String, String> more) {
        Map<String, String> settings = new HashMap<>(SMALL);
        settings.putAll(more);
        return EXPANSION.expand(new SourceConfig(settings));
    }

    private static void refused(Map<String, String> more, String message) {
        assertThatThrownBy(() -> expand(more))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(message)
                .message()
                .doesNotContain("canary");
    }
}
