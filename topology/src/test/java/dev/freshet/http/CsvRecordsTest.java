package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.http.CsvRecords.CsvRecord;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.junit.jupiter.api.Test;

class CsvRecordsTest {
    private static final long SEED = 20_240_501;

    @Test
    void readsWhatCommonsCsvReads() throws IOException {
        Random random = new Random(SEED);
        for (int round = 0; round < 2_000; round++) {
            String csv = randomCsv(random);
            assertThat(texts(csv, 1 << 20)).as("seed %s, csv:\n%s", SEED, csv).isEqualTo(oracle(csv));
        }
    }

    @Test
    void neverLosesALineAfterABrokenOne() throws IOException {
        Random random = new Random(SEED);
        for (int round = 0; round < 2_000; round++) {
            StringBuilder csv = new StringBuilder();
            for (int i = 0; i < random.nextInt(200); i++) {
                csv.append("a\",\n ".charAt(random.nextInt(5)));
            }
            // Whatever came before, a line without quotes is found again once no quote is open.
            csv.append("\n\"x\" y\nlast,line\n");
            List<CsvRecord> records = records(csv.toString(), 1 << 20);
            assertThat(records.get(records.size() - 1))
                    .as("seed %s, csv:\n%s", SEED, csv)
                    .isInstanceOfSatisfying(
                            CsvRecord.Values.class,
                            values -> assertThat(values.values().get(0).text()).isEqualTo("last"));
        }
    }

    @Test
    void boundsWhatAnOpenQuoteSwallows() throws IOException {
        List<CsvRecord> records = records("\"open\n" + "fine,line\n".repeat(100), 200);

        assertThat(records).hasSize(101);
        assertThat(records.get(0)).isInstanceOf(CsvRecord.Broken.class);
        assertThat(records.get(100).line()).isEqualTo(101);
    }

    private static String randomCsv(Random random) {
        StringBuilder csv = new StringBuilder();
        int rows = 1 + random.nextInt(5);
        for (int row = 0; row < rows; row++) {
            int columns = 1 + random.nextInt(4);
            for (int column = 0; column < columns; column++) {
                csv.append(column == 0 ? "" : ",").append(randomValue(random, column == 0));
            }
            csv.append(random.nextBoolean() ? "\n" : "\r\n");
        }
        return csv.toString();
    }

    private static String randomValue(Random random, boolean first) {
        StringBuilder text = new StringBuilder(first ? "v" : "");
        for (int i = random.nextInt(5); i > 0; i--) {
            text.append("ab ü日".charAt(random.nextInt(5)));
        }
        if (random.nextBoolean()) {
            return text.toString();
        }
        return '"'
                + text.append(List.of("\"\"", ",", "\n", "", "\"\"\"\"").get(random.nextInt(5)))
                        .toString()
                + '"';
    }

    private static List<List<String>> oracle(String csv) throws IOException {
        List<List<String>> rows = new ArrayList<>();
        try (CSVParser parser = CSVParser.parse(new StringReader(csv), CSVFormat.DEFAULT)) {
            parser.forEach(row -> rows.add(List.copyOf(row.toList())));
        }
        return rows;
    }

    private static List<List<String>> texts(String csv, int limit) throws IOException {
        return records(csv, limit).stream()
                .map(row -> ((CsvRecord.Values) row)
                        .values().stream().map(value -> value.text()).toList())
                .toList();
    }

    private static List<CsvRecord> records(String csv, int limit) throws IOException {
        CsvRecords records =
                new CsvRecords(new TextLines(new ByteArrayInputStream(csv.getBytes(UTF_8)), 1 << 20), limit);
        List<CsvRecord> all = new ArrayList<>();
        for (CsvRecord next = records.next(); next != null; next = records.next()) {
            all.add(next);
        }
        return all;
    }
}
