package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;

/** Random transactions on tables: inserts, updates of texts and of numbers, of one row and of many, changes of keys, deletes, and rollbacks of all that. For one thread. */
final class RandomEdits {
    private static final int TRANSACTIONS = 300;
    private static final int STATEMENTS_MAX = 20;
    private static final int AROUND_A_KILL = 40;

    private static final List<String> LANGUAGES = List.of("en", "de", "nl:be", "pt%br", "ja#1");

    private final Connection database;
    private final Random random;
    private final String quote;
    private final List<SourceTable> tables;
    private Map<String, List<List<Object>>> keys = new HashMap<>();
    private int nextKey = 1_000_000;
    private int texts;
    private int statements;
    private int rollbacks;

    /** @param database connected, with auto-commit off */
    RandomEdits(Connection database, String quote, List<SourceTable> tables, Random random) throws SQLException {
        this.database = database;
        this.quote = quote;
        this.tables = List.copyOf(tables);
        this.random = random;
        for (SourceTable table : tables) {
            keys.put(table.name(), present(table));
        }
    }

    /** What is done to the tables themselves in the midst of the edits; it commits. */
    @FunctionalInterface
    interface SchemaChange {
        void apply(Connection database) throws SQLException;
    }

    /** The worker is killed before it has kept that its snapshot is over, so that it takes another, which tells nothing of rows that were deleted while it was away. */
    void beforeASecondSnapshot(String test, User user, WorkerProcess worker) throws Exception {
        double embeddedBefore = user.embeddedTexts();
        int statementsBefore = statements;
        transactions(AROUND_A_KILL);
        worker.kill();
        transactions(AROUND_A_KILL);
        for (SourceTable table : tables) {
            deleteSome(table);
        }
        worker.startAgain();
        transactions(AROUND_A_KILL);
        worker.awaitSources();
        for (SourceTable table : tables) {
            TableContents.checkEventually(user, database, quote, table);
        }
        double swept = user.metric("freshet_rows_swept_total");
        double embedded = user.embeddedTexts() - embeddedBefore;
        int edits = statements - statementsBefore;
        System.out.printf(
                "%s: a second snapshot, %.0f rows swept, %.0f texts embedded for %d edits%n",
                test, swept, embedded, edits);
        assertThat(swept).as("rows swept").isGreaterThanOrEqualTo(tables.size());
        // No text is longer than a chunk, and no edit changes the texts of more than one row. A row whose copy comes
        // after the sweep has come past it is embedded again, once (ADR 0024).
        assertThat(embedded)
                .as("texts embedded for %d edits and %s rows swept", edits, swept)
                .isLessThanOrEqualTo(edits + swept);
    }

    /** Rows that the first snapshot told of, and that the second will not. */
    private void deleteSome(SourceTable table) throws SQLException {
        List<List<Object>> present = keys.getOrDefault(table.name(), List.of());
        for (int i = 0; i < 3; i++) {
            delete(table, present.remove(random.nextInt(present.size())));
        }
        database.commit();
    }

    /** Edits the tables for a while, in which the worker is killed and started again and a schema changes; in the end the indexes hold what the tables hold. */
    void besideAKilledWorker(String test, User user, WorkerProcess worker, SchemaChange change) throws Exception {
        for (int i = 0; i < TRANSACTIONS; i++) {
            transaction();
            if (i == TRANSACTIONS * 2 / 5) {
                worker.kill();
            } else if (i == TRANSACTIONS * 3 / 5) {
                worker.startAgain();
            } else if (i == TRANSACTIONS * 4 / 5) {
                change.apply(database);
            }
        }
        System.out.printf("%s: %d statements, %d rollbacks%n", test, statements, rollbacks);
        worker.awaitSources();
        for (SourceTable table : tables) {
            TableContents.checkEventually(user, database, quote, table);
        }
    }

    private void transactions(int count) throws SQLException {
        for (int i = 0; i < count; i++) {
            transaction();
        }
    }

    private void transaction() throws SQLException {
        Map<String, List<List<Object>>> before = new HashMap<>();
        keys.forEach((table, present) -> before.put(table, new ArrayList<>(present)));
        int count = 1 + random.nextInt(STATEMENTS_MAX);
        for (int i = 0; i < count; i++) {
            statement(tables.get(random.nextInt(tables.size())));
        }
        if (random.nextInt(7) == 0) {
            database.rollback();
            keys = before;
            rollbacks++;
        } else {
            database.commit();
        }
    }

    private void statement(SourceTable table) throws SQLException {
        List<List<Object>> present = keys.getOrDefault(table.name(), List.of());
        int kind = random.nextInt(100);
        if (present.size() < 10 || kind < 25) {
            List<Object> key = newKey(table);
            insert(table, key);
            present.add(key);
            return;
        }
        int at = random.nextInt(present.size());
        List<Object> key = present.get(at);
        if (kind < 50) {
            update(table, table.texts().get(random.nextInt(table.texts().size())), text(), key);
        } else if (kind < 60) {
            update(table, table.number(), random.nextInt(1_000_000), key);
        } else if (kind < 63) {
            int from = random.nextInt(1_000);
            execute(
                    "UPDATE " + name(table) + " SET " + column(table.number()) + " = " + column(table.number())
                            + " + 1 WHERE " + column(table.keys().get(0)) + " BETWEEN ? AND ?",
                    List.of(from, from + 30));
        } else if (kind < 75) {
            List<Object> moved = newKey(table);
            String set = table.keys().stream().map(k -> column(k) + " = ?").collect(Collectors.joining(", "));
            List<Object> values = new ArrayList<>(moved);
            values.addAll(key);
            execute("UPDATE " + name(table) + " SET " + set + where(table), values);
            present.set(at, moved);
        } else if (kind < 85) {
            delete(table, key);
            insert(table, key);
        } else {
            delete(table, key);
            present.remove(at);
        }
    }

    private void insert(SourceTable table, List<Object> key) throws SQLException {
        Map<String, Object> row = new LinkedHashMap<>(table.required());
        for (int i = 0; i < key.size(); i++) {
            row.put(table.keys().get(i), key.get(i));
        }
        table.texts().forEach(column -> row.put(column, text()));
        row.put(table.number(), random.nextInt(1_000_000));
        String columns = row.keySet().stream().map(this::column).collect(Collectors.joining(", "));
        String marks = row.keySet().stream().map(any -> "?").collect(Collectors.joining(", "));
        execute(
                "INSERT INTO " + name(table) + " (" + columns + ") VALUES (" + marks + ")",
                new ArrayList<>(row.values()));
    }

    private void update(SourceTable table, String column, Object value, List<Object> key) throws SQLException {
        List<Object> values = new ArrayList<>(List.of(value));
        values.addAll(key);
        execute("UPDATE " + name(table) + " SET " + column(column) + " = ?" + where(table), values);
    }

    private void delete(SourceTable table, List<Object> key) throws SQLException {
        execute("DELETE FROM " + name(table) + where(table), key);
    }

    private String where(SourceTable table) {
        return table.keys().stream()
                .map(key -> column(key) + " = ?")
                .collect(Collectors.joining(" AND ", " WHERE ", ""));
    }

    private void execute(String sql, List<Object> values) throws SQLException {
        try (PreparedStatement statement = database.prepareStatement(sql)) {
            for (int i = 0; i < values.size(); i++) {
                statement.setObject(i + 1, values.get(i));
            }
            statement.executeUpdate();
            statements++;
        }
    }

    private List<List<Object>> present(SourceTable table) throws SQLException {
        String columns = table.keys().stream().map(this::column).collect(Collectors.joining(", "));
        List<List<Object>> present = new ArrayList<>();
        try (var statement = database.createStatement();
                var result = statement.executeQuery("SELECT " + columns + " FROM " + name(table))) {
            while (result.next()) {
                List<Object> key = new ArrayList<>();
                for (int i = 1; i <= table.keys().size(); i++) {
                    key.add(result.getObject(i));
                }
                present.add(key);
            }
        }
        return present;
    }

    private List<Object> newKey(SourceTable table) {
        nextKey++;
        return table.keys().size() == 1
                ? List.of(nextKey)
                : List.of(nextKey, LANGUAGES.get(random.nextInt(LANGUAGES.size())));
    }

    /** Short enough for the columns of Chinook, and unlike any other. */
    private String text() {
        texts++;
        return switch (random.nextInt(4)) {
            case 0 -> "Nocturne no. " + texts + " for two cellos";
            case 1 -> "Ça va, “étude” №" + texts + " 夜曲 🎵";
            case 2 -> "It's \"quoted\", isn't it? % _ \\ " + texts;
            default -> "Live at the harbour, take " + texts + "\nwith a second line";
        };
    }

    private String name(SourceTable table) {
        return TableContents.quoted(table.name(), quote);
    }

    private String column(String column) {
        return TableContents.quoted(column, quote);
    }
}
