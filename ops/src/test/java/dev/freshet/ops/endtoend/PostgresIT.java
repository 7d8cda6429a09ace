package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.app.Freshet;
import dev.freshet.ops.broker.HeldPorts;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real Postgres, whose user may do no more than the documentation asks for, a real Kafka Connect worker, and Freshet: what the indexes hold in the end is what the
 * tables hold.
 */
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "the build brings the database for Linux on x86-64 alone")
@Timeout(600)
class PostgresIT {
    private static final String PREFIX = "pg";
    private static final String PASSWORD = "canary-postgres";
    private static final String QUOTE = "\"";
    private static final int LARGE = 500_000;

    private static final SourceTable ALBUM =
            new SourceTable("public.album", "albums", List.of("album_id"), List.of("title"), "artist_id", Map.of());
    private static final SourceTable TRACK = new SourceTable(
            "public.track",
            "tracks",
            List.of("track_id"),
            List.of("name", "composer"),
            "milliseconds",
            Map.of("media_type_id", 1, "unit_price", 1.25));
    private static final SourceTable TRANSLATION = new SourceTable(
            "public.translation", "translations", List.of("track_id", "language"), List.of("body"), "votes", Map.of());
    private static final SourceTable ARTICLE =
            new SourceTable("public.article", "articles", List.of("id"), List.of("body"), "views", Map.of());
    private static final SourceTable PAPER =
            new SourceTable("public.paper", "papers", List.of("id"), List.of("body"), "views", Map.of());

    private final Random random = Seeds.random("PostgresIT");
    private final Texts texts = new Texts(random);
    private final Path directory;

    PostgresIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void shouldHoldWhatTheTablesHold() throws Exception {
        String chinook = SharedSql.chinook("postgres");
        try (HeldPorts held = HeldPorts.hold(1);
                EmbeddedPostgres postgres = EmbeddedPostgres.builder()
                        .setPort(held.port(0))
                        .setServerConfig("wal_level", "logical")
                        .setServerConfig("max_wal_senders", "4")
                        .setServerConfig("max_replication_slots", "4")
                        .start();
                Cluster cluster = Cluster.start(directory.resolve("kafka"));
                Freshet.Running freshet = cluster.freshet(PREFIX, directory.resolve("state"));
                Connection database = prepare(postgres, chinook);
                WorkerProcess worker = WorkerProcess.start(
                        cluster,
                        PREFIX,
                        directory.resolve("connect"),
                        Map.of("PGPASSWORD", PASSWORD),
                        List.of(shopFile(postgres), papersFile(postgres)))) {
            User user = new User(freshet.uri());
            // One is made beforehand, the others with their first rows.
            ALBUM.createDataset(user);
            worker.awaitSources();
            for (SourceTable table : List.of(ALBUM, TRACK, TRANSLATION, ARTICLE, PAPER)) {
                TableContents.checkEventually(user, database, QUOTE, table);
            }
            System.out.println("PostgresIT: the snapshot is there");
            whereRowsComeFrom(user);
            RandomEdits edits = new RandomEdits(database, QUOTE, List.of(ALBUM, TRACK, TRANSLATION), random);
            edits.beforeASecondSnapshot("PostgresIT", user, worker);
            edits.besideAKilledWorker("PostgresIT", user, worker, PostgresIT::changeSchema);
            editBesideLargeColumns(user, database);
            snapshotOnRequest(cluster, user, database);
            truncate(user, database);
            letGoOfTheLog(database);
            assertThat(heartbeats(cluster)).as("heartbeats that were written").isPositive();
            for (String told : worker.told()) {
                assertThat(told).doesNotContain("canary");
            }
        }
    }

    private static void whereRowsComeFrom(User user) {
        JsonNode origins =
                user.get("/v1/catalog/datasets/tracks/lineage").expect(200).path("origins");
        assertThat(origins).as("%s", origins).hasSize(1);
        assertThat(origins.get(0).path("system").asText()).isEqualTo("postgresql");
        assertThat(origins.get(0).path("database").asText()).isEqualTo("chinook");
        assertThat(origins.get(0).path("table").asText()).isEqualTo("public.track");
        assertThat(origins.get(0).path("rows").asInt()).isEqualTo(3503);
        JsonNode source = user.item(TRACK.index(), "1").orElseThrow().path("source");
        assertThat(source.path("table").asText()).as("%s", source).isEqualTo("public.track");
        assertThat(source.path("position").asText()).as("%s", source).isNotEmpty();
    }

    private static void changeSchema(Connection database) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute("ALTER TABLE track ADD COLUMN mood text");
            statement.execute("UPDATE track SET mood = 'mood ' || track_id WHERE track_id % 7 = 0");
            statement.execute("ALTER TABLE track DROP COLUMN leftover");
            statement.execute("ALTER TABLE album ALTER COLUMN artist_id TYPE bigint");
            statement.execute("UPDATE album SET artist_id = 5000000000 WHERE album_id % 11 = 0");
        }
        database.commit();
    }

    /** A row's large column that did not change is not sent, or read again from the table; either way nothing is embedded. */
    private void editBesideLargeColumns(User user, Connection database) throws SQLException {
        double before = user.embeddedTexts();
        for (SourceTable table : List.of(ARTICLE, PAPER)) {
            try (Statement statement = database.createStatement()) {
                statement.execute("UPDATE " + table.name() + " SET views = views + 1");
            }
            database.commit();
            TableContents.checkEventually(user, database, QUOTE, table);
        }
        assertThat(user.embeddedTexts()).as("texts embedded").isEqualTo(before);

        // Under another key the row is a new one, which needs the whole of it.
        try (Statement statement = database.createStatement()) {
            statement.execute("UPDATE article SET id = id + 100");
        }
        database.commit();
        TableContents.checkEventually(user, database, QUOTE, ARTICLE);
        assertThat(user.embeddedTexts()).isGreaterThan(before);
    }

    /** A row that is lost on this side comes back. */
    private static void snapshotOnRequest(Cluster cluster, User user, Connection database) {
        user.delete(ALBUM.dataset(), "1", true);
        assertThat(user.item(ALBUM.index(), "1")).isEmpty();
        signal(
                cluster,
                "shop",
                "{\"id\": \"one\", \"type\": \"execute-snapshot\","
                        + " \"data\": {\"type\": \"incremental\", \"data-collections\": [\"public.album\"]}}");
        TableContents.checkEventually(user, database, QUOTE, ALBUM);

        user.delete(PAPER.dataset(), "1", true);
        signal(
                cluster,
                "papers",
                "{\"id\": \"two\", \"type\": \"execute-snapshot\","
                        + " \"data\": {\"type\": \"blocking\", \"data-collections\": [\"public.paper\"]}}");
        TableContents.checkEventually(user, database, QUOTE, PAPER);
    }

    private static void signal(Cluster cluster, String source, String signal) {
        try (KafkaProducer<String, String> producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", cluster.bootstrapServers()),
                new StringSerializer(),
                new StringSerializer())) {
            producer.send(new ProducerRecord<>(PREFIX + "-connect-signals", source, signal));
        }
    }

    private static void truncate(User user, Connection database) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute("TRUNCATE translation");
            statement.execute(
                    "INSERT INTO translation (track_id, language, body, votes) VALUES (1, 'en', 'after it', 0)");
        }
        database.commit();
        TableContents.checkEventually(user, database, QUOTE, TRANSLATION);
    }

    /** The server may forget what has been read, also while only other tables change: heartbeats move the position on. */
    private static void letGoOfTheLog(Connection database) throws SQLException {
        String position;
        try (Statement statement = database.createStatement()) {
            statement.execute("CREATE TABLE busy (id serial PRIMARY KEY)");
            database.commit();
            for (int i = 0; i < 100; i++) {
                statement.execute("INSERT INTO busy DEFAULT VALUES");
                database.commit();
            }
            try (var result = statement.executeQuery("SELECT pg_current_wal_lsn()::text")) {
                assertThat(result.next()).isTrue();
                position = result.getString(1);
            }
            database.commit();
        }
        Eventually.holds("both slots are past " + position, Eventually.LONG, () -> {
            try (Statement statement = database.createStatement();
                    var result = statement.executeQuery("SELECT count(*) FROM pg_replication_slots WHERE slot_name IN"
                            + " ('pg_shop', 'pg_papers') AND confirmed_flush_lsn >= '" + position + "'")) {
                boolean past = result.next() && result.getInt(1) == 2;
                database.commit();
                return past;
            }
        });
    }

    private static long heartbeats(Cluster cluster) throws Exception {
        TopicPartition partition = new TopicPartition(PREFIX + "-connect-heartbeats", 0);
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", cluster.bootstrapServers()))) {
            return admin.listOffsets(Map.of(partition, OffsetSpec.latest()))
                    .partitionResult(partition)
                    .get(30, TimeUnit.SECONDS)
                    .offset();
        }
    }

    private Connection prepare(EmbeddedPostgres postgres, String chinook) throws SQLException {
        try (Connection superuser = postgres.getPostgresDatabase().getConnection();
                Statement statement = superuser.createStatement()) {
            statement.execute("CREATE ROLE freshet LOGIN REPLICATION PASSWORD '" + PASSWORD + "'");
            statement.execute("CREATE DATABASE chinook OWNER freshet");
        }
        Connection database = postgres.getDatabase("freshet", "chinook").getConnection();
        database.setAutoCommit(false);
        try (Statement statement = database.createStatement()) {
            statement.execute(chinook);
            dropForeignKeys(database);
            statement.execute("ALTER TABLE track ADD COLUMN leftover text DEFAULT 'from before'");
            statement.execute(
                    "CREATE TABLE translation (track_id int, language varchar(10), body text NOT NULL, votes int,"
                            + " PRIMARY KEY (track_id, language))");
            statement.execute("INSERT INTO translation SELECT track_id, 'de', 'Deutsch: ' || name, 0 FROM track"
                    + " WHERE track_id <= 200");
            statement.execute(
                    "CREATE TABLE signals (id varchar(64) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048))");
            for (String table : List.of("article", "paper")) {
                statement.execute(
                        "CREATE TABLE " + table + " (id int PRIMARY KEY, body text NOT NULL, views int NOT NULL)");
                // Out of the row and not compressed, whatever its text is.
                statement.execute("ALTER TABLE " + table + " ALTER COLUMN body SET STORAGE EXTERNAL");
                try (PreparedStatement insert =
                        database.prepareStatement("INSERT INTO " + table + " VALUES (1, ?, 0)")) {
                    insert.setString(1, largeText());
                    insert.executeUpdate();
                }
            }
        }
        database.commit();
        return database;
    }

    private String largeText() {
        StringBuilder text = new StringBuilder();
        while (text.length() < LARGE) {
            text.append(texts.sentence()).append(' ');
        }
        return text.toString();
    }

    /** They would forbid most changes of keys. */
    private static void dropForeignKeys(Connection database) throws SQLException {
        List<String> drops = new ArrayList<>();
        try (Statement statement = database.createStatement();
                var result = statement.executeQuery(
                        "SELECT conrelid::regclass::text, conname FROM pg_constraint WHERE contype = 'f'")) {
            while (result.next()) {
                drops.add("ALTER TABLE " + result.getString(1) + " DROP CONSTRAINT " + result.getString(2));
            }
            for (String drop : drops) {
                statement.execute(drop);
            }
        }
    }

    private Path shopFile(EmbeddedPostgres postgres) throws Exception {
        return Files.writeString(directory.resolve("shop.properties"), """
                name=shop
                url=postgresql://freshet@127.0.0.1:%d/chinook
                password=${env:PGPASSWORD}
                tables=public.album:albums,public.track:tracks,translation:translations,article:articles
                text.columns=albums.title,tracks.name,tracks.composer,translations.body,articles.body
                signal.table=public.signals
                """.formatted(postgres.getPort()));
    }

    private Path papersFile(EmbeddedPostgres postgres) throws Exception {
        return Files.writeString(directory.resolve("papers.properties"), """
                name=papers
                type=postgresql
                host=127.0.0.1
                port=%d
                database=chinook
                user=freshet
                password=${env:PGPASSWORD}
                tables=paper:papers
                text.columns=papers.body
                unavailable.columns=keep
                """.formatted(postgres.getPort()));
    }
}
