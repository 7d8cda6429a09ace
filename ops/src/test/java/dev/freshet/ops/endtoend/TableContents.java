package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;

/** What an index over a table holds must be what {@code SELECT *} of the table gives: each row once, in its newest text and with its newest other columns. */
final class TableContents {
    /** Thousands of changes, and a worker that was killed, on a machine that does other things too. */
    private static final Duration CAUGHT_UP_WITHIN = Duration.ofMinutes(4);

    private TableContents() {}

    /**
     * A row, from either side.
     *
     * @param text without white space, since chunks are trimmed where they meet
     * @param others the columns that are not embedded, as text; those that are null are left out
     */
    record Held(String text, Map<String, String> others) {}

    static void checkEventually(User user, Connection database, String quote, SourceTable table) {
        Eventually.passes(CAUGHT_UP_WITHIN, () -> check(user, database, quote, table));
    }

    static void check(User user, Connection database, String quote, SourceTable table) throws SQLException {
        Map<String, Held> expected = selected(database, quote, table);
        assertThat(indexed(user, table, expected)).as(table.name()).isEqualTo(expected);
    }

    /** By row key. */
    static Map<String, Held> selected(Connection database, String quote, SourceTable table) throws SQLException {
        Map<String, Held> rows = new TreeMap<>();
        try (Statement statement = database.createStatement();
                ResultSet result = statement.executeQuery("SELECT * FROM " + quoted(table.name(), quote))) {
            int columns = result.getMetaData().getColumnCount();
            while (result.next()) {
                Map<String, String> others = new TreeMap<>();
                for (int i = 1; i <= columns; i++) {
                    String name = result.getMetaData().getColumnName(i);
                    Object value = result.getObject(i);
                    if (value != null && !table.texts().contains(name)) {
                        others.put(name, text(value));
                    }
                }
                StringBuilder text = new StringBuilder();
                for (String column : table.texts()) {
                    String value = result.getString(column);
                    text.append(value == null ? "" : value);
                }
                StringBuilder key = new StringBuilder();
                for (String column : table.keys()) {
                    key.append(key.isEmpty() ? "" : ":").append(encoded(text(result.getObject(column))));
                }
                rows.put(key.toString(), new Held(Contents.withoutSpace(text.toString()), others));
            }
        }
        return rows;
    }

    /** All that the index lists, with the columns that the table has now: rows that have not changed since keep a column that was dropped. */
    static Map<String, Held> indexed(User user, SourceTable table, Map<String, Held> expected) {
        Map<String, Held> rows = new TreeMap<>();
        String cursor = "";
        do {
            JsonNode page = user.get("/v1/vectors/index/" + table.index() + "/items?limit=1000" + cursor)
                    .expect(200);
            for (JsonNode item : page.path("items")) {
                StringBuilder text = new StringBuilder();
                int ordinal = 0;
                for (JsonNode chunk : item.path("chunks")) {
                    assertThat(chunk.path("ordinal").asInt()).isEqualTo(ordinal++);
                    text.append(chunk.path("text").asText());
                }
                Map<String, String> others = new TreeMap<>();
                item.path("metadata").properties().forEach(column -> {
                    if (!column.getValue().isNull()) {
                        others.put(column.getKey(), text(column.getValue()));
                    }
                });
                String key = item.path("row").asText();
                Held wanted = expected.get(key);
                if (wanted != null) {
                    others.keySet()
                            .removeIf(column ->
                                    DROPPED.equals(column) && !wanted.others().containsKey(column));
                }
                Held before = rows.put(key, new Held(Contents.withoutSpace(text.toString()), others));
                assertThat(before).as("row %s, listed twice", key).isNull();
            }
            JsonNode next = page.path("next_cursor");
            cursor = next.isTextual() ? "&cursor=" + URLEncoder.encode(next.asText(), StandardCharsets.UTF_8) : "";
        } while (!cursor.isEmpty());
        return rows;
    }

    /** The column that tests drop while changes stream. */
    static final String DROPPED = "leftover";

    private static String text(Object value) {
        return value instanceof Number number ? plain(number.toString()) : value.toString();
    }

    private static String text(JsonNode value) {
        return value.isNumber() ? plain(value.asText()) : value.asText();
    }

    private static String plain(String number) {
        BigDecimal value = new BigDecimal(number);
        return value.signum() == 0 ? "0" : value.stripTrailingZeros().toPlainString();
    }

    private static String encoded(String part) {
        return part.replace("%", "%25").replace(":", "%3A").replace("#", "%23");
    }

    static String quoted(String name, String quote) {
        return quote + name.replace(".", quote + "." + quote) + quote;
    }
}
