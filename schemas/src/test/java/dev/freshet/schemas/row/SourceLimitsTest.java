package dev.freshet.schemas.row;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.StreamPlace;
import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.avro.TableSchema;
import dev.freshet.schemas.serde.TrustedRecords;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SourceLimitsTest {
    static {
        TrustedRecords.trust(RowChange.class);
    }

    @Test
    void shouldLetAllPassThatSaysNothing() {
        assertThat(SourceLimits.excess(change(null, null))).isEmpty();
        assertThat(SourceLimits.excess(change(source("http"), schema(List.of("id"), List.of()))))
                .isEmpty();
    }

    @Test
    void shouldBoundEachTextOfASource() {
        Map<String, BiConsumer<Source, String>> fields = Map.of(
                "source.system", Source::setSystem,
                "source.database", Source::setDatabase,
                "source.table", Source::setTable,
                "source.position", Source::setPosition);
        fields.forEach((field, set) -> {
            Source source = source("postgresql");
            set.accept(source, "x".repeat(1_000));
            assertThat(SourceLimits.excess(change(source, null))).as(field).isEmpty();
            set.accept(source, "x".repeat(1_001));
            assertThat(SourceLimits.excess(change(source, null)))
                    .contains(field + " has 1001 characters, at most 1000 are allowed");
        });
    }

    @Test
    void shouldBoundTheColumnsOfATable() {
        List<String> id = List.of("id");
        assertThat(SourceLimits.excess(change(null, schema(id, Collections.nCopies(5_000, column("c", "int"))))))
                .isEmpty();
        assertThat(SourceLimits.excess(change(null, schema(id, Collections.nCopies(5_001, column("c", "int"))))))
                .contains("schema.columns has 5001 columns, at most 5000 are allowed");
        assertThat(SourceLimits.excess(change(null, schema(Collections.nCopies(5_001, "c"), List.of()))))
                .contains("schema.id_columns has 5001 columns, at most 5000 are allowed");
    }

    @Test
    void shouldBoundNamesAndTypes() {
        List<String> id = List.of("id");
        TableColumn longest = column("c".repeat(500), "t".repeat(1_000));
        assertThat(SourceLimits.excess(change(null, schema(List.of("c".repeat(500)), List.of(longest)))))
                .isEmpty();
        assertThat(SourceLimits.excess(change(null, schema(List.of("c".repeat(501)), List.of()))))
                .contains("a name in schema.id_columns has 501 characters, at most 500 are allowed");
        assertThat(SourceLimits.excess(change(null, schema(id, List.of(longest, column("c".repeat(501), "t"))))))
                .contains("a name in schema.columns has 501 characters, at most 500 are allowed");
        assertThat(SourceLimits.excess(change(null, schema(id, List.of(longest, column("c", "t".repeat(1_001)))))))
                .contains("a type in schema.columns has 1001 characters, at most 1000 are allowed");
    }

    @Test
    void shouldBoundAllOfATableTogether() {
        List<TableColumn> columns = IntStream.range(0, 100)
                .mapToObj(i -> column("c".repeat(100), "t".repeat(900)))
                .toList();
        assertThat(SourceLimits.excess(change(null, schema(List.of(), columns))))
                .isEmpty();
        assertThat(SourceLimits.excess(change(null, schema(List.of("i"), columns))))
                .contains(
                        "schema, with all names and types together, has 100001 characters, at most 100000 are allowed");
    }

    @Test
    void shouldBoundTheNameOfAStream() {
        RowChange change = change(null, null);
        change.setPlace(new StreamPlace("x".repeat(1_000), 7L));
        assertThat(SourceLimits.excess(change)).isEmpty();
        change.setPlace(new StreamPlace("x".repeat(1_001), 7L));
        assertThat(SourceLimits.excess(change)).contains("place.stream has 1001 characters, at most 1000 are allowed");
    }

    private static RowChange change(@Nullable Source source, @Nullable TableSchema schema) {
        return RowChange.newBuilder()
                .setDataset("docs")
                .setKey("1")
                .setOp(Op.UPSERT)
                .setColumns(Map.of())
                .setVector(null)
                .setSource(source)
                .setSchema$(schema)
                .build();
    }

    private static Source source(String system) {
        return Source.newBuilder()
                .setSystem(system)
                .setDatabase(null)
                .setTable(null)
                .setPosition(null)
                .setOrder(null)
                .setTimestamp(null)
                .build();
    }

    private static TableSchema schema(List<String> idColumns, List<TableColumn> columns) {
        return TableSchema.newBuilder()
                .setIdColumns(idColumns)
                .setColumns(columns)
                .build();
    }

    private static TableColumn column(String name, String type) {
        return new TableColumn(name, type, false);
    }
}
