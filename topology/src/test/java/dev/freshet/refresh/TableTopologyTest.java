package dev.freshet.refresh;

import static dev.freshet.refresh.RefreshHarness.DOCS;
import static dev.freshet.refresh.RefreshHarness.DOCS_INDEX;
import static dev.freshet.refresh.RefreshHarness.change;
import static dev.freshet.refresh.RefreshHarness.dataset;
import static dev.freshet.refresh.RefreshHarness.directIndex;
import static dev.freshet.refresh.RefreshHarness.doc;
import static dev.freshet.refresh.RefreshHarness.docs;
import static dev.freshet.refresh.RefreshHarness.index;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.CatalogService.TableSpec;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.DatasetPrivacy;
import dev.freshet.catalog.TableOrigin;
import dev.freshet.catalog.TableOrigin.Column;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.TableColumn;
import dev.freshet.schemas.avro.TableSchema;
import dev.freshet.schemas.avro.Unavailable;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.Test;

/** Rows of tables: the first ones, and those that show that the table has changed. */
class TableTopologyTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String[] COLUMNS = {"id int4", "title varchar", "body text*"};

    @Test
    void shouldAskForTheDatasetOfATableAndTakeItsRowsOnceItIsThere() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.write(row("1", "First", 1, COLUMNS));
            harness.write(row("2", "Second", 2, COLUMNS));
            harness.run();

            assertThat(harness.tables.told).isNotEmpty();
            TableSpec asked = harness.tables.told.get(0);
            assertThat(asked.dataset()).isEqualTo("docs");
            assertThat(asked.idColumns()).containsExactly("id");
            assertThat(asked.textColumns()).containsExactly("body");
            assertThat(asked.origin())
                    .isEqualTo(new TableOrigin(
                            "postgresql", "shop", "public.docs", columns(COLUMNS), at(1), true, List.of()));
            assertThat(harness.images).isEmpty();

            known(harness, docs(0, "body"));
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("First");
            assertThat(harness.texts(DOCS_INDEX, "2")).contains("Second");
            assertThat(harness.deadLetters).isEmpty();
        }
    }

    @Test
    void shouldAskForNothingWithoutASchema() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.upsert("1", "Title", "Somebody's own row.");
            harness.run();

            assertThat(harness.tables.told).isEmpty();
        }
    }

    @Test
    void shouldAskForNothingForRowsThatWereMeantForADroppedDataset() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.catalog(9, List.of(), List.of());
            RowChange change = row("1", "Old", 1, COLUMNS);
            change.setDatasetId(7L);
            harness.write(change);
            harness.run();

            assertThat(harness.tables.told).isEmpty();
            assertThat(harness.count("freshet.rows.outdated")).isEqualTo(1);
        }
    }

    @Test
    void shouldAskAgainWhileRowsWait() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.write(row("1", "First", 1, COLUMNS));
            int asked = harness.tables.told.size();
            harness.advance(Duration.ofSeconds(30));

            assertThat(harness.tables.told).hasSizeGreaterThan(asked);
        }
    }

    @Test
    void shouldGiveUpRowsWhoseDatasetIsRefusedAndSayWhy() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.tables.refusals.put("docs", "no column of postgresql shop public.docs is taken for text");
            harness.write(row("1", "First", 1, COLUMNS));
            harness.advance(Duration.ofMinutes(11));

            assertThat(harness.deadLetters).hasSize(1);
            assertThat(header(harness.deadLetters.get(0), "freshet-error-code")).isEqualTo("unknown_dataset");
            assertThat(header(harness.deadLetters.get(0), "freshet-error-message"))
                    .contains("no dataset 'docs'", "no column of postgresql shop public.docs is taken for text");
        }
    }

    @Test
    void shouldNotLetRowsWaitForADatasetThatTheCatalogHasRefused() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.write(row("1", "Before the answer.", 1, COLUMNS));
            assertThat(harness.stored()).contains("parked");
            harness.tables.finalRefusals.put("docs", "it was dropped, PUT /v1/catalog/datasets/docs");
            harness.advance(Duration.ofSeconds(20));
            harness.write(row("2", "After it.", 2, COLUMNS));

            assertThat(harness.stored()).doesNotContain("parked");
            assertThat(harness.deadLetters).hasSize(2).allSatisfy(letter -> {
                assertThat(header(letter, "freshet-error-code")).isEqualTo("unknown_dataset");
                assertThat(header(letter, "freshet-error-message"))
                        .contains("no dataset 'docs'", "it was dropped, PUT", "replay the dead letter");
            });

            harness.replay(harness.deadLetters.get(0));
            assertThat(harness.letters())
                    .as("refused again, at once")
                    .allSatisfy(letter -> assertThat(letter.state()).isEqualTo(LetterState.OPEN));

            known(harness, docs(0, "body")); // The PUT: what was refused is no longer asked for.
            List.copyOf(harness.deadLetters.subList(0, 2)).forEach(harness::replay);
            harness.run();
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("Before the answer.");
            assertThat(harness.texts(DOCS_INDEX, "2")).contains("After it.");
        }
    }

    @Test
    void shouldNotGiveUpRowsWhoseDatasetIsBeingCreated() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.write(row("1", "First", 1, COLUMNS));
            harness.advance(Duration.ofMinutes(60));
            assertThat(harness.deadLetters).isEmpty();

            known(harness, docs(0, "body"));
            harness.run();

            assertThat(harness.texts(DOCS_INDEX, "1")).contains("First");
        }
    }

    @Test
    void shouldTakeAChangeThatLeavesAColumnOutAfterTheParkedRowThatHasIt() {
        try (RefreshHarness harness = new RefreshHarness()) {
            for (int i = 0; i < 1_200; i++) { // More than are looked at in one go.
                harness.write(row("filler" + i, "Filler.", 1, COLUMNS));
            }
            harness.write(row("1", "A large text.", 2, COLUMNS));
            known(harness, docs(0, "body"));
            RowChange edit = row("1", "", 3, COLUMNS);
            Map<String, Object> columns = new HashMap<>(doc("1", "Another title", ""));
            columns.put("body", new Unavailable());
            edit.setColumns(columns);
            harness.write(edit);
            harness.settle();

            assertThat(harness.deadLetters).isEmpty();
            assertThat(harness.image(DOCS_INDEX, "1").getMetadata()).contains("Another title");
            assertThat(harness.texts(DOCS_INDEX, "1")).contains("A large text.");
        }
    }

    @Test
    void shouldRefuseRowsOfAnotherKey() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            RowChange change = row("1:2", "Text.", 1, COLUMNS);
            change.getSchema$().setIdColumns(List.of("id", "version"));
            harness.write(change);
            harness.run();

            assertThat(harness.images).isEmpty();
            assertThat(header(harness.deadLetters.get(0), "freshet-error-code")).isEqualTo("id_columns_changed");
            assertThat(header(harness.deadLetters.get(0), "freshet-error-message"))
                    .contains("postgresql shop public.docs", "[id, version]", "setting datasets");
        }
    }

    @Test
    void shouldRefuseRowsOfATableForADirectIndex() {
        try (RefreshHarness harness = new RefreshHarness()) {
            harness.catalog(2, List.of(dataset(DOCS, "docs", 0)), List.of(directIndex(DOCS_INDEX, "docs", DOCS, 3)));
            harness.write(row("1", "Text.", 1, COLUMNS));
            harness.run();

            assertThat(header(harness.deadLetters.get(0), "freshet-error-code")).isEqualTo("dataset_is_direct");
        }
    }

    @Test
    void shouldTellOfATableThatIsNewsAndOfNothingElse() {
        try (RefreshHarness harness = new RefreshHarness()) {
            known(harness, docs(0, "body"));
            harness.write(row("1", "An operator made the dataset.", 1, COLUMNS));
            assertThat(harness.tables.told).hasSize(1);

            known(harness, withOrigin(columns(COLUMNS), at(1)));
            harness.write(row("2", "As it is known.", 2, COLUMNS));
            harness.write(row("3", "An older one, from a slow partition.", 0, "id int4"));
            RowChange shard = row("4", "Another table.", 3, "id int4");
            shard.getSource().setTable("public.docs_2");
            harness.write(shard);
            assertThat(harness.tables.told).hasSize(1);

            harness.write(row("5", "A column more.", 3, "id int4", "title varchar", "body text*", "year int4"));
            assertThat(harness.tables.told).hasSize(2);
            assertThat(harness.tables.told.get(1).origin().columns()).contains(new Column("year", "int4"));
            assertThat(harness.tables.told.get(1).origin().asOf()).isEqualTo(at(3));
            harness.run();
            assertThat(harness.images).as("all rows were taken").hasSize(5);
            assertThat(harness.texts(DOCS_INDEX, "5")).isEqualTo("A column more.");
        }
    }

    @Test
    void shouldSayInImagesWhereARowCameFrom() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            RowChange change = row("1", "Text.", 7, COLUMNS);
            change.getSource().setPosition("0/16B3748");
            harness.write(change);
            harness.upsert("2", "Title", "Nobody says where this came from.");
            harness.run();

            assertThat(harness.image(DOCS_INDEX, "1").getSource()).isEqualTo(change.getSource());
            assertThat(harness.image(DOCS_INDEX, "2").getSource()).isNull();
        }
    }

    @Test
    void shouldSayOfAnOlderVersionThatGoesOutWhereThatCameFrom() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.embedder.hold();
            harness.write(row("1", "First.", 1, COLUMNS));
            harness.run();
            harness.write(row("1", "Second.", 2, COLUMNS));
            harness.embedder.release();
            harness.run();

            assertThat(harness.history)
                    .extracting(image -> image.getSource().getTimestamp())
                    .containsExactly(at(1), at(2));
        }
    }

    @Test
    void shouldLetNoPasswordThrough() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            RowChange change = row("1", "Text.", 1, COLUMNS);
            change.getSource().setDatabase("postgresql://app:hunter2@db.example/shop");
            change.getSource().setTable("mysql://app:hunter2@db.example/docs");
            change.getSource().setPosition("jdbc:x://app:hunter2@db.example/");
            change.getSource().setSystem("amqp://app:hunter2@db.example/");
            harness.write(change);
            harness.run();

            String source = String.valueOf(harness.image(DOCS_INDEX, "1").getSource());
            assertThat(source).contains("app:***@db.example").doesNotContain("hunter2");
            assertThat(harness.tables.told.toString())
                    .contains("app:***@db.example")
                    .doesNotContain("hunter2");
            assertThat(harness.lineage.of(DOCS).toString())
                    .contains("app:***@db.example")
                    .doesNotContain("hunter2");
        }
    }

    private static void known(RefreshHarness harness, Dataset dataset) {
        harness.catalog(2, List.of(dataset), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
    }

    private static Dataset withOrigin(List<Column> columns, Instant asOf) {
        Dataset docs = docs(0, "body");
        return new Dataset(
                docs.id(),
                docs.name(),
                docs.idColumns(),
                docs.textColumns(),
                null,
                docs.refreshPolicy(),
                null,
                null,
                false,
                docs.created(),
                0,
                new TableOrigin("postgresql", "shop", "public.docs", columns, asOf, false, List.of()),
                DatasetPrivacy.NONE);
    }

    /** @param columns names and types; a star marks text */
    private static RowChange row(String key, String body, int second, String... columns) {
        RowChange change = change("docs", key, Op.UPSERT, doc(key, "Title", body));
        change.setSource(Source.newBuilder()
                .setSystem("postgresql")
                .setDatabase("shop")
                .setTable("public.docs")
                .setPosition(null)
                .setOrder((long) second)
                .setTimestamp(at(second))
                .build());
        List<TableColumn> tableColumns = new ArrayList<>();
        for (String column : columns) {
            String[] parts = column.replace("*", "").split(" ", 2);
            tableColumns.add(new TableColumn(parts[0], parts[1], column.endsWith("*")));
        }
        change.setSchema$(TableSchema.newBuilder()
                .setIdColumns(List.of("id"))
                .setColumns(tableColumns)
                .setTextProposed(true)
                .build());
        return change;
    }

    private static List<Column> columns(String... columns) {
        return Arrays.stream(columns)
                .map(column -> column.replace("*", "").split(" ", 2))
                .map(parts -> new Column(parts[0], parts[1]))
                .toList();
    }

    private static Instant at(int second) {
        return NOON.plusSeconds(second);
    }

    private static String header(TestRecord<byte[], byte[]> letter, String name) {
        return new String(letter.headers().lastHeader(name).value(), UTF_8);
    }
}
