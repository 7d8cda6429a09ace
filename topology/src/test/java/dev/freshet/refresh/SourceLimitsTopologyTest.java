package dev.freshet.refresh;

import static dev.freshet.refresh.RefreshHarness.DOCS_INDEX;
import static dev.freshet.refresh.RefreshHarness.change;
import static dev.freshet.refresh.RefreshHarness.doc;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.avro.TableSchema;
import dev.freshet.schemas.row.RowChangeJson;
import dev.freshet.schemas.row.SourceLimits;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.junit.jupiter.api.Test;

/** A change that says too much of where it comes from is a dead letter, and no trouble of its partition, in whatever form it comes. */
class SourceLimitsTopologyTest {
    @Test
    void shouldRefuseWhatIsTooLongInAvroAndInJson() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            for (Function<RowChange, byte[]> format :
                    List.<Function<RowChange, byte[]>>of(harness::encode, RowChangeJson::write)) {
                harness.deadLetters.clear();
                RowChange longTable = row("1");
                longTable.setSource(source("t".repeat(2_000_000)));
                write(harness, longTable, format);
                RowChange manyColumns = row("2");
                manyColumns.setSchema$(schema(Collections.nCopies(200_000, new TableColumn("c", "text", false))));
                write(harness, manyColumns, format);
                RowChange longType = row("3");
                longType.setSchema$(schema(List.of(new TableColumn("c", "t".repeat(2_000_000), false))));
                write(harness, longType, format);
                harness.run();

                assertThat(harness.letters())
                        .hasSize(3)
                        .allSatisfy(letter -> {
                            assertThat(letter.code()).isEqualTo("invalid_row");
                            assertThat(letter.complete()).isTrue();
                        })
                        .extracting(DeadLetter::message)
                        .containsExactlyInAnyOrder(
                                "source.table has 2000000 characters, at most 1000 are allowed",
                                "schema.columns has 200000 columns, at most 5000 are allowed",
                                "a type in schema.columns has 2000000 characters, at most 1000 are allowed");
                assertThat(harness.images).isEmpty();
                assertThat(harness.stored()).doesNotContain("ttttttttt");
            }
        }
    }

    @Test
    void shouldTakeWhatIsJustShortEnough() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            RowChange row = row("1");
            row.setSource(source("t".repeat(SourceLimits.TEXT_LENGTH_MAX)));
            row.setSchema$(schema(Collections.nCopies(SourceLimits.COLUMNS_MAX, new TableColumn("c", "text", false))));
            write(harness, row, RowChangeJson::write);
            harness.run();

            assertThat(harness.deadLetters).isEmpty();
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("A body.");
        }
    }

    private static RowChange row(String key) {
        return change("docs", key, Op.UPSERT, doc(key, "Title", "A body."));
    }

    private static void write(RefreshHarness harness, RowChange change, Function<RowChange, byte[]> format) {
        harness.write(("docs:" + change.getKey()).getBytes(UTF_8), format.apply(change), new RecordHeaders());
    }

    private static Source source(String table) {
        return Source.newBuilder()
                .setSystem("postgresql")
                .setDatabase("chinook")
                .setTable(table)
                .setPosition(null)
                .setOrder(null)
                .setTimestamp(null)
                .build();
    }

    private static TableSchema schema(List<TableColumn> columns) {
        return TableSchema.newBuilder()
                .setIdColumns(List.of("id"))
                .setColumns(columns)
                .build();
    }
}
