package dev.freshet.ops.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RowFileFormatTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "rows.ndjson | [             | application/x-ndjson",
                "rows.JSONL  | id,text       | application/x-ndjson",
                "rows.csv    | {             | text/csv",
                "rows.json   | [{\"id\": 1}] | application/json",
                "rows.json   | {\"id\": 1}   | application/x-ndjson",
                "-           | id,text       | text/csv",
                "-           | {\"id\":      | application/x-ndjson",
                "-           | ``            | application/x-ndjson",
            })
    void guessesTheFormat(String name, String text, String contentType) throws IOException {
        assertThat(batches(RowFileFormat.AUTO, name, text).contentType()).isEqualTo(contentType);
    }

    @Test
    void takesAnObjectOverSeveralLinesForJsonAndObjectsOnLinesForNdjson() throws IOException {
        assertThat(batches(RowFileFormat.AUTO, "a.json", "{\n\"id\": 1}").contentType())
                .isEqualTo("application/json");
        assertThat(batches(RowFileFormat.AUTO, "a.json", "\uFEFF {\"id\": 1}\r\n{\"id\": 2}")
                        .contentType())
                .isEqualTo("application/x-ndjson");
    }

    @Test
    void cutsNdjsonAtLinesAndCountsRows() throws IOException {
        List<RowBatch> batches = all(batches(RowFileFormat.NDJSON, "", "\uFEFFa\n\nb\r\nc\nd"));

        assertThat(batches).extracting(batch -> new String(batch.body(), UTF_8)).containsExactly("a\n\nb\r\n", "c\nd");
        assertThat(batches).extracting(RowBatch::rows).containsExactly(2L, 2L);
        assertThat(batches).extracting(RowBatch::lineOffset).containsExactly(0L, 3L);
    }

    @Test
    void cutsCsvAtRecordsAndRepeatsTheHeader() throws IOException {
        String csv = "id,\"te\nxt\"\n1,\"a\n\"\"b\"\n2,5\" pipe\n3,\"x\" y\n4,z";
        List<RowBatch> batches = all(batches(RowFileFormat.CSV, "", csv));

        assertThat(batches)
                .extracting(batch -> new String(batch.body(), UTF_8))
                .containsExactly("id,\"te\nxt\"\n1,\"a\n\"\"b\"\n2,5\" pipe\n", "id,\"te\nxt\"\n3,\"x\" y\n4,z");
        assertThat(batches).extracting(RowBatch::lineOffset).containsExactly(0L, 3L);
    }

    @Test
    void keepsNumbersOfJsonAsTheyAre() throws IOException {
        List<RowBatch> batches = all(
                batches(RowFileFormat.JSON, "", "[{\"a\": 0.12345678901234567891}, {\"b\": 12345678901234567890}]"));

        assertThat(new String(batches.get(0).body(), UTF_8))
                .isEqualTo("[{\"a\":0.12345678901234567891},{\"b\":12345678901234567890}]");
    }

    @Test
    void saysWhereJsonIsBroken() {
        assertThatThrownBy(() -> all(batches(RowFileFormat.JSON, "", "[{\"a\": 1},\n {]")))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("line 2")
                .hasMessageContaining("--format ndjson");
    }

    private static RowBatches batches(RowFileFormat format, String name, String text) throws IOException {
        return format.batches(new ByteArrayInputStream(text.getBytes(UTF_8)), name, 2);
    }

    private static List<RowBatch> all(RowBatches batches) throws IOException {
        List<RowBatch> all = new ArrayList<>();
        for (RowBatch batch = batches.next(); batch != null; batch = batches.next()) {
            all.add(batch);
        }
        return all;
    }
}
