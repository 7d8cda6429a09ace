package dev.freshet.catalog;

import static dev.freshet.catalog.CatalogCalls.direct;
import static dev.freshet.catalog.CatalogCalls.refusal;
import static dev.freshet.catalog.CatalogCalls.refused;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.catalog.CatalogDecision.Write;
import dev.freshet.catalog.CatalogService.DatasetSpec;
import dev.freshet.catalog.CatalogService.RegisterResult;
import dev.freshet.catalog.CatalogService.TableSpec;
import dev.freshet.catalog.TableOrigin.Column;
import dev.freshet.catalog.TableOrigin.ColumnChange;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.RegisterTable;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.privacy.PiiFinding;
import dev.freshet.schemas.privacy.PiiKind;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Datasets made from tables, as the real rules decide them. */
class TableRulesTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final List<Column> COLUMNS =
            columns("album_id int4", "title varchar", "artist_id int4", "released date");

    private final ManualClock clock = new ManualClock(NOON);
    private final InMemoryCatalog catalog = new InMemoryCatalog(4, InMemoryCatalog.defaults(), clock);

    @Test
    void shouldCreateTheDatasetOfATableWithItsFirstIndex() {
        RegisterResult result = catalog.registerTable(albums(COLUMNS, NOON, "title"));

        assertThat(result).isEqualTo(new RegisterResult(true, true));
        Dataset dataset = albums();
        assertThat(dataset.idColumns()).containsExactly("album_id");
        assertThat(dataset.textColumns()).containsExactly("title");
        assertThat(dataset.metadataColumns()).as("all others").isNull();
        assertThat(dataset.refreshPolicy()).isEqualTo(RefreshPolicy.ON_APPEND);
        assertThat(dataset.created()).isEqualTo(NOON);
        TableOrigin origin = origin();
        assertThat(origin.name()).isEqualTo("postgresql chinook public.album");
        assertThat(origin.columns()).isEqualTo(COLUMNS);
        assertThat(origin.textProposed()).isTrue();
        assertThat(origin.changes()).isEmpty();
        assertThat(catalog.current().indexesOf(dataset.id()))
                .singleElement()
                .satisfies(index -> assertThat(index.name()).isEqualTo("albums_v1"));
        assertThat(catalog.readAgain().dataset("albums")).contains(dataset);
    }

    @Test
    void shouldDoNothingWhenAskedAgain() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        long version = catalog.current().version();

        for (int partition = 0; partition < 3; partition++) {
            assertThat(catalog.registerTable(albums(COLUMNS, NOON.plusSeconds(partition), "title", "released")))
                    .isEqualTo(new RegisterResult(false, false));
        }

        assertThat(catalog.current().version()).isEqualTo(version);
        assertThat(albums().textColumns()).containsExactly("title");
    }

    @Test
    void shouldNotBringBackADroppedDataset() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        long first = albums().id();
        clock.advance(Duration.ofMinutes(1));
        catalog.dropDataset("albums");

        Refused refused = refused(() -> catalog.registerTable(albums(COLUMNS, NOON.plusSeconds(90), "title")));
        assertThat(refused.code()).isEqualTo(ErrorCode.DATASET_NOT_FOUND);
        assertThat(refused.message())
                .contains("dropped at 2026-11-20T12:01:00Z")
                .contains("postgresql chinook public.album")
                .contains("PUT /v1/catalog/datasets/albums");
        assertThat(catalog.current().dataset("albums")).isEmpty();
        assertThat(catalog.readAgain().dropped("albums"))
                .contains(new DroppedDataset("albums", first, NOON.plusSeconds(60)));

        catalog.putDataset(new DatasetSpec(
                "albums", List.of("album_id"), List.of("title"), null, RefreshPolicy.MANUAL, null, true));
        assertThat(albums().origin()).isNull();
        assertThat(catalog.registerTable(albums(COLUMNS, NOON.plusSeconds(90), "title")))
                .isEqualTo(new RegisterResult(false, true));
        assertThat(origin().textProposed())
                .as("the operator chose the text columns")
                .isFalse();
        assertThat(albums().refreshPolicy()).isEqualTo(RefreshPolicy.MANUAL);
    }

    @Test
    void shouldRememberOnlyDroppedDatasetsThatATableMightBringBack() {
        catalog.putDataset(
                new DatasetSpec("notes", List.of("id"), List.of("body"), null, RefreshPolicy.MANUAL, null, true));
        catalog.dropDataset("notes");
        assertThat(catalog.current().dropped()).isEmpty();

        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        catalog.dropDataset("albums");
        assertThat(catalog.current().dropped()).extracting(DroppedDataset::name).containsExactly("albums");
        catalog.createIndex(direct("albums", 3));
        assertThat(catalog.current().dataset("albums")).isPresent();
    }

    @Test
    void shouldNotBringBackADatasetThatWasDroppedTwiceBeforeItsTableWasSeenAgain() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        catalog.dropDataset("albums");
        catalog.putDataset(new DatasetSpec(
                "albums", List.of("album_id"), List.of("title"), null, RefreshPolicy.MANUAL, null, true));
        long second = albums().id();
        clock.advance(Duration.ofMinutes(1));
        catalog.dropDataset("albums");

        assertThat(refusal(() -> catalog.registerTable(albums(COLUMNS, NOON.plusSeconds(90), "title"))))
                .isEqualTo(ErrorCode.DATASET_NOT_FOUND);
        assertThat(catalog.readAgain().dataset("albums")).isEmpty();
        assertThat(catalog.readAgain().dropped())
                .containsExactly(new DroppedDataset("albums", second, NOON.plusSeconds(60)));
    }

    @Test
    void shouldForgetTheDatasetsThatWereDroppedLongestAgo() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        List<DroppedDataset> dropped = IntStream.range(0, TableRules.DROPPED_MAX)
                .mapToObj(i -> new DroppedDataset("t" + i, i, NOON.minusSeconds(i)))
                .toList();
        Catalog full = new Catalog(
                1, 9_999, List.of(albums()), List.of(), List.of(), List.of(), List.of(), Profiles.NONE, dropped);
        CatalogChange change = new CatalogChange(full, "rows", NOON, true);

        TableRules.dropped(change, albums());

        assertThat(change.accepted(true, null).writes())
                .extracting(write -> write.key() + (write.value() == null ? " goes" : " comes"))
                .containsExactly("dropped/t" + (TableRules.DROPPED_MAX - 1) + " goes", "dropped/albums comes");
    }

    @Test
    void shouldFlagByNameTheColumnsThatATableGets() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        long revision = albums().revision();
        List<Column> later = columns("album_id int4", "title varchar", "email text", "released date");
        catalog.registerTable(albums(later, NOON.plusSeconds(30), "title"));

        assertThat(albums().privacy().flags()).containsExactly(PiiFinding.byName("email", PiiKind.EMAIL));
        assertThat(albums().revision()).as("nothing of it is embedded").isEqualTo(revision);
        assertThat(catalog.current().jobs()).isEmpty();
        assertThat(origin().columns()).isEqualTo(later);
        assertThat(catalog.readAgain().dataset("albums")).contains(albums());
    }

    @Test
    void shouldWithholdATextColumnThatItsTableGetsWithANameThatSaysWhatItHolds() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        DatasetEntry entry = CatalogEntries.entry(albums());
        entry.setTextColumns(List.of("title", "email"));
        Dataset unflagged = CatalogEntries.dataset(entry);
        KnownTopic rows = new KnownTopic("rows", "topic-id", 0, 4);
        Catalog before = new Catalog(
                1,
                100,
                List.of(unflagged),
                catalog.current().indexesOf(unflagged.id()),
                List.of(rows),
                List.of(),
                List.of());
        entry.setOrigin(OriginEntries.entry(new TableOrigin(
                "postgresql",
                "chinook",
                "public.album",
                columns("album_id int4", "title varchar", "email text"),
                NOON.plusSeconds(30),
                true,
                List.of())));
        RegisterTable register = new RegisterTable(entry, null);

        CatalogChange careless = new CatalogChange(before, "rows", NOON, false);
        assertThat(TableRules.register(careless, register).job()).isNull();

        CatalogChange detecting = new CatalogChange(before, "rows", NOON, true);
        Accepted accepted = TableRules.register(detecting, register);
        assertThat(accepted.job()).as("what was embedded is to go").isNotNull();
        Dataset noted = accepted.writes().stream()
                .map(Write::value)
                .filter(Objects::nonNull)
                .map(CatalogRecord::getEntry)
                .filter(DatasetEntry.class::isInstance)
                .map(DatasetEntry.class::cast)
                .map(CatalogEntries::dataset)
                .findFirst()
                .orElseThrow();
        assertThat(noted.embeddedColumns()).containsExactly("title");
        assertThat(noted.revision()).isEqualTo(unflagged.revision() + 1);
    }

    @Test
    void shouldRefuseATableWithoutText() {
        Refused refused = refused(() -> catalog.registerTable(albums(COLUMNS, NOON)));

        assertThat(refused.code()).isEqualTo(ErrorCode.BAD_REQUEST);
        assertThat(refused.message())
                .contains("no column of postgresql chinook public.album")
                .contains("text.columns (albums.COLUMN)");
        assertThat(catalog.current().datasets()).isEmpty();
    }

    @Test
    void shouldRefuseAnIndexNameThatIsTaken() {
        catalog.createIndex(direct("albums_v1", 3));

        assertThat(refusal(() -> catalog.registerTable(albums(COLUMNS, NOON, "title"))))
                .isEqualTo(ErrorCode.INDEX_EXISTS);
        assertThat(catalog.current().dataset("albums")).isEmpty();
    }

    @Test
    void shouldRefuseOtherKeysAndDatasetsOfDirectIndexes() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        TableSpec otherKey = new TableSpec(
                "albums", List.of("album_id", "artist_id"), List.of("title"), origin("public.album", NOON));
        assertThat(refusal(() -> catalog.registerTable(otherKey))).isEqualTo(ErrorCode.ID_COLUMNS_CHANGED);

        catalog.createIndex(direct("own", 3));
        TableSpec own = new TableSpec("own", List.of("id"), List.of("title"), origin("public.own", NOON));
        assertThat(refusal(() -> catalog.registerTable(own))).isEqualTo(ErrorCode.DATASET_IS_DIRECT);
    }

    @Test
    void shouldNoteHowATableChangesAndLeaveTheTextColumnsAlone() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        long revision = albums().revision();
        List<Column> later = columns("album_id int4", "artist_id int8", "released date", "review text");
        Instant altered = NOON.plusSeconds(30);

        assertThat(catalog.registerTable(albums(later, altered, "review"))).isEqualTo(new RegisterResult(false, true));

        assertThat(albums().textColumns()).containsExactly("title");
        assertThat(albums().revision()).isEqualTo(revision);
        assertThat(catalog.current().jobs()).isEmpty();
        assertThat(origin().columns()).isEqualTo(later);
        assertThat(origin().asOf()).isEqualTo(altered);
        assertThat(origin().textProposed()).isTrue();
        assertThat(origin().changes())
                .containsExactly(
                        new ColumnChange(altered, "title", "varchar", null),
                        new ColumnChange(altered, "artist_id", "int4", "int8"),
                        new ColumnChange(altered, "review", null, "text"));
        assertThat(catalog.readAgain().dataset("albums")).contains(albums());
    }

    @Test
    void shouldNotGoBackToHowATableWasBefore() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        List<Column> later = columns("album_id int4", "title text");
        catalog.registerTable(albums(later, NOON.plusSeconds(30), "title"));

        assertThat(catalog.registerTable(albums(COLUMNS, NOON.plusSeconds(29), "title"))
                        .changed())
                .isFalse();
        assertThat(origin().columns()).isEqualTo(later);
    }

    @Test
    void shouldLeaveASecondTableOfADatasetToItsLineage() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        TableSpec shard =
                new TableSpec("albums", List.of("album_id"), List.of(), origin("public.album_2", NOON.plusSeconds(9)));

        assertThat(catalog.registerTable(shard)).isEqualTo(new RegisterResult(false, false));
        assertThat(origin().table()).isEqualTo("public.album");
    }

    @Test
    void shouldRememberTheLastChangesOnly() {
        for (int i = 0; i < 3 * TableOrigin.CHANGES_MAX; i++) {
            catalog.registerTable(albums(columns("album_id int4", "title type" + i), NOON.plusSeconds(i), "title"));
        }

        List<ColumnChange> changes = origin().changes();
        assertThat(changes).hasSize(TableOrigin.CHANGES_MAX);
        assertThat(changes.get(changes.size() - 1).after()).isEqualTo("type" + (3 * TableOrigin.CHANGES_MAX - 1));
    }

    @Test
    void shouldTakeTextColumnsThatSomebodyPutForConfigured() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        DatasetSpec same = new DatasetSpec(
                "albums", List.of("album_id"), List.of("title"), null, RefreshPolicy.ON_APPEND, null, true);

        assertThat(catalog.putDataset(same).job())
                .as("nothing is embedded anew")
                .isNull();

        assertThat(origin().textProposed()).isFalse();
        assertThat(origin().columns()).isEqualTo(COLUMNS);
        assertThat(albums().revision()).isZero();
    }

    @Test
    void shouldAskForNoModelWhereTheDatasetIsKnown() {
        catalog.registerTable(albums(COLUMNS, NOON, "title"));
        InMemoryCatalog without = new InMemoryCatalog(
                4,
                new IndexDefaults(
                        "gone",
                        name -> {
                            throw new FreshetException(ErrorCode.EMBEDDER_UNAVAILABLE, "no answer");
                        },
                        "hnswlib",
                        Map.of("hnswlib", List.of("none"))),
                clock);
        assertThat(refusal(() -> without.registerTable(albums(COLUMNS, NOON, "title"))))
                .isEqualTo(ErrorCode.EMBEDDER_UNAVAILABLE);
        without.putDataset(new DatasetSpec(
                "albums", List.of("album_id"), List.of("title"), null, RefreshPolicy.ON_APPEND, null, false));

        assertThat(without.registerTable(albums(COLUMNS, NOON, "title")).changed())
                .isTrue();
    }

    private Dataset albums() {
        return catalog.current().dataset("albums").orElseThrow();
    }

    private TableOrigin origin() {
        return requireNonNull(albums().origin());
    }

    private static TableSpec albums(List<Column> columns, Instant asOf, String... text) {
        return new TableSpec(
                "albums",
                List.of("album_id"),
                List.of(text),
                new TableOrigin("postgresql", "chinook", "public.album", columns, asOf, true, List.of()));
    }

    private static TableOrigin origin(String table, Instant asOf) {
        return new TableOrigin("postgresql", "chinook", table, COLUMNS, asOf, true, List.of());
    }

    private static List<Column> columns(String... namesAndTypes) {
        return Arrays.stream(namesAndTypes)
                .map(text -> text.split(" ", 2))
                .map(parts -> new Column(parts[0], parts[1]))
                .toList();
    }
}
