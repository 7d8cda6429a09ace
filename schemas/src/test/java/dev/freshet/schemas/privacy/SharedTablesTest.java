package dev.freshet.schemas.privacy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;

/** What is found in data that was not made for this: the tables of Chinook, a shop of music, and paragraphs of Wikipedia. Skipped where they are not. */
class SharedTablesTest {
    /** The default of privacy.sample.rows. */
    private static final int ROWS_MAX = 200;

    private static final Pattern INSERT = Pattern.compile("INSERT INTO (\\w+) \\(([^)]*)\\) VALUES");
    /** A text with quotes doubled, or anything else up to the next comma. */
    private static final Pattern VALUE = Pattern.compile("N?'((?:[^']|'')*)'|([^,\\s][^,]*)");

    @Test
    void shouldFlagThePeopleInAShopAndNotItsGoods() throws IOException {
        Map<String, PiiSample> tables = chinook();

        assertThat(flagged(tables, "customer"))
                .containsExactly("address", "email", "fax", "first_name", "last_name", "phone");
        assertThat(flagged(tables, "employee"))
                .containsExactly("address", "birth_date", "email", "fax", "first_name", "last_name", "phone");
        assertThat(flagged(tables, "invoice")).containsExactly("billing_address");
        for (String table : List.of("track", "album", "artist", "genre", "playlist", "media_type", "invoice_line")) {
            assertThat(flagged(tables, table)).as(table).isEmpty();
        }
        PiiFinding email = requireNonNull(tables.get("customer")).findings().get(1);
        assertThat(email.share()).as("by values").isGreaterThan(0.9);
    }

    @Test
    void shouldLeaveParagraphsAlone() throws IOException {
        ObjectMapper json = new ObjectMapper();
        for (String language : List.of("en", "zh", "th")) {
            PiiSample sample = new PiiSample(ROWS_MAX);
            for (String line : Files.readAllLines(
                    shared(Path.of("data", "text", "xquad-" + language + "-paragraphs.ndjson")), UTF_8)) {
                Map<String, @Nullable Object> row = new HashMap<>();
                json.readTree(line)
                        .properties()
                        .forEach(field ->
                                row.put(field.getKey(), field.getValue().asText()));
                sample.add(row, ColumnPolicies.NONE);
            }
            assertThat(sample.rows()).isGreaterThan(100);
            assertThat(sample.findings()).as(language).isEmpty();
        }
    }

    private static List<String> flagged(Map<String, PiiSample> tables, String table) {
        PiiSample sample = requireNonNull(tables.get(table), table);
        assertThat(sample.rows()).as(table).isPositive();
        return sample.findings().stream().map(PiiFinding::column).toList();
    }

    private static Map<String, PiiSample> chinook() throws IOException {
        Map<String, PiiSample> tables = new HashMap<>();
        String table = "";
        List<String> columns = List.of();
        for (String line : Files.readAllLines(shared(Path.of("data", "sql", "chinook-postgres.sql")), UTF_8)) {
            Matcher insert = INSERT.matcher(line);
            if (insert.find()) {
                table = insert.group(1);
                columns =
                        Stream.of(insert.group(2).split(",")).map(String::strip).toList();
            } else if (line.startsWith("    (") && !columns.isEmpty()) {
                Map<String, @Nullable Object> row = new HashMap<>();
                List<@Nullable Object> values =
                        values(line.strip().substring(1, line.strip().length() - 2));
                assertThat(values).as(line).hasSameSizeAs(columns);
                for (int i = 0; i < columns.size(); i++) {
                    row.put(columns.get(i), values.get(i));
                }
                tables.computeIfAbsent(table, name -> new PiiSample(ROWS_MAX)).add(row, ColumnPolicies.NONE);
            } else if (!line.isBlank()) {
                columns = List.of();
            }
        }
        return tables;
    }

    private static List<@Nullable Object> values(String tuple) {
        List<@Nullable Object> values = new ArrayList<>();
        Matcher matcher = VALUE.matcher(tuple);
        while (matcher.find()) {
            String text = matcher.group(1);
            String other = matcher.group(2);
            if (text != null) {
                values.add(text.replace("''", "'"));
            } else if (other.equals("NULL")) {
                values.add(null);
            } else {
                values.add(other.contains(".") ? (Object) Double.valueOf(other) : (Object) Long.valueOf(other));
            }
        }
        return values;
    }

    /** Looked for in the directory that the property names, else in a directory {@code shared} beside or above the module. */
    private static Path shared(Path relative) {
        Optional<Path> found = find(relative);
        Assumptions.assumeTrue(
                found.isPresent(),
                "skipped: " + relative + " not found; name the parent of shared/data with -Dfreshet.shared=DIRECTORY");
        return found.orElseThrow();
    }

    private static Optional<Path> find(Path relative) {
        String named = System.getProperty("freshet.shared");
        if (named != null) {
            return Optional.of(Path.of(named).resolve(relative)).filter(Files::isRegularFile);
        }
        for (Path directory = Path.of("").toAbsolutePath(); directory != null; directory = directory.getParent()) {
            Path candidate = directory.resolve("shared").resolve(relative);
            if (Files.isRegularFile(candidate)) {
                return Optional.of(candidate);
            }
        }
        return Optional.empty();
    }
}
