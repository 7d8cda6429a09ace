package dev.freshet.refresh;

import static dev.freshet.refresh.RefreshHarness.DOCS;
import static dev.freshet.refresh.RefreshHarness.DOCS_INDEX;
import static dev.freshet.refresh.RefreshHarness.change;
import static dev.freshet.refresh.RefreshHarness.doc;
import static dev.freshet.refresh.RefreshHarness.docs;
import static dev.freshet.refresh.RefreshHarness.index;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.TestRandom;
import dev.freshet.refresh.LineageView.OriginSeen;
import dev.freshet.refresh.LineageView.PartitionLineage;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.row.RowChangeJson;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Where rows came from, as the refresh application counts it. */
class LineageTopologyTest {
    private static final Instant WRITTEN = Instant.ofEpochMilli(2_000_000);
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @Test
    void shouldTellOfEachOriginWhatItBrought() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.write(row("1", "a", source("album", "0/1", NOON)));
            harness.write(row("2", "a", source("album", "0/2", NOON.plusSeconds(1))));
            harness.write(row("2", "b", source("album", "0/3", NOON.plusSeconds(2))));
            harness.upsert("3", "Title", "From nobody knows where.");
            harness.run();

            PartitionLineage lineage = lineage(harness);
            assertThat(lineage.complete()).isTrue();
            assertThat(lineage.origins())
                    .containsExactly(
                            new OriginSeen(
                                    "postgresql",
                                    "chinook",
                                    "album",
                                    WRITTEN,
                                    WRITTEN,
                                    3,
                                    2,
                                    "0/3",
                                    NOON.plusSeconds(2)),
                            new OriginSeen("unknown", null, null, WRITTEN, WRITTEN, 1, 1, null, null));
        }
    }

    @Test
    void shouldNoteHowFarAnOriginIsWhereItsRowsAreDeletedOrTruncated() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.write(row("1", "a", source("album", "0/1", NOON)));
            harness.write(row("2", "a", source("album", "0/2", NOON)));
            RowChange delete = change("docs", "1", Op.DELETE, Map.of());
            delete.setSource(source("album", "0/3", NOON));
            harness.write(delete);
            harness.run();
            assertThat(only(harness).rows()).isEqualTo(1);
            assertThat(only(harness).changes()).isEqualTo(3);
            assertThat(only(harness).position()).isEqualTo("0/3");

            truncate(harness, source("album", "0/4", NOON.plusSeconds(9)));
            harness.run();

            assertThat(only(harness).rows()).isZero();
            assertThat(only(harness).changes()).as("of rows").isEqualTo(3);
            assertThat(only(harness).position()).isEqualTo("0/4");
            assertThat(only(harness).time()).isEqualTo(NOON.plusSeconds(9));
        }
    }

    @Test
    void shouldCountAsManyRowsPerOriginAsAreStored() {
        RandomGenerator random = TestRandom.create(LineageTopologyTest.class);
        Map<String, Row> oracle = new HashMap<>();
        long changes = 0;
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.reviveOften(random, 40);
            for (int i = 0; i < 2_000; i++) {
                String key = String.valueOf(random.nextInt(60));
                int what = random.nextInt(100);
                if (what == 0) {
                    truncate(harness, null);
                    harness.run();
                    oracle.clear();
                } else if (what < 15) {
                    RowChange delete = change("docs", key, Op.DELETE, Map.of());
                    delete.setSource(random.nextBoolean() ? null : anySource(random));
                    harness.write(delete);
                    oracle.remove(key);
                    changes++;
                } else {
                    Row row = new Row(
                            String.valueOf(random.nextInt(3)), random.nextInt(4) == 0 ? null : anySource(random));
                    harness.write(row(key, row.body(), row.source()));
                    Row before = oracle.get(key);
                    boolean ordered = row.source() != null && row.source().getOrder() != null;
                    if (before == null || ordered || !before.body().equals(row.body())) {
                        oracle.put(key, row); // Else it stays as it was, and where it came from.
                    }
                    changes++;
                }
                if (i % 200 == 199) {
                    harness.run();
                    check(harness, oracle, changes);
                }
            }
        }
    }

    private static void check(RefreshHarness harness, Map<String, Row> oracle, long changes) {
        PartitionLineage lineage = lineage(harness);
        assertThat(lineage.complete()).isTrue();
        assertThat(lineage.origins().stream().mapToLong(OriginSeen::changes).sum())
                .isEqualTo(changes);
        Map<String, Long> wanted = new TreeMap<>(oracle.values().stream()
                .map(Row::origin)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting())));
        Map<String, Long> counted = new TreeMap<>();
        for (OriginSeen origin : lineage.origins()) {
            if (origin.rows() > 0) {
                counted.put(origin.system() + " " + origin.table(), origin.rows());
            }
        }
        assertThat(counted).isEqualTo(wanted);
    }

    @Test
    void shouldNotTellANumberOfRowsThatWereNotAllCounted() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            for (int i = 0; i < Lineage.ORIGINS_MAX + 8; i++) {
                harness.write(row("r" + i, "a", source("table" + i, null, NOON)));
            }
            harness.run();

            assertThat(lineage(harness).complete()).isFalse();
            assertThat(lineage(harness).origins()).hasSize(Lineage.ORIGINS_MAX);
        }
    }

    @Test
    void shouldForgetWhatADroppedDatasetHad() {
        try (RefreshHarness harness = RefreshHarness.withDocs()) {
            harness.write(row("1", "a", source("album", "0/1", NOON)));
            harness.run();
            harness.catalog(4, List.of(RefreshHarness.dataset(3, "docs", 0, "body")), List.of(index(4, "docs_v1", 3)));
            harness.settle();

            assertThat(lineage(harness).origins()).isEmpty();
            assertThat(requireNonNull(harness.lineage.of(3).byPartition().get(0))
                            .origins())
                    .isEmpty();
            harness.catalog(4, List.of(docs(0, "body")), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
            harness.settle();
            assertThat(lineage(harness).origins()).isEmpty();
        }
    }

    @Test
    void shouldTellNothingOfAPartitionThatIsGone() {
        RefreshHarness harness = RefreshHarness.withDocs();
        harness.upsert("1", "Title", "Body.");
        harness.run();
        assertThat(harness.lineage.of(DOCS).byPartition()).containsOnlyKeys(0);

        harness.close();

        assertThat(harness.lineage.of(DOCS).byPartition()).isEmpty();
    }

    /** A row as the oracle has it. */
    private record Row(String body, @Nullable Source source) {
        String origin() {
            return source == null ? "unknown null" : source.getSystem() + " " + source.getTable();
        }
    }

    private static RowChange row(String key, String body, @Nullable Source source) {
        RowChange change = change("docs", key, Op.UPSERT, doc(key, "Title", body));
        change.setSource(source);
        return change;
    }

    private static void truncate(RefreshHarness harness, @Nullable Source source) {
        RowChange change = change("docs", "", Op.TRUNCATE, Map.of());
        change.setSource(source);
        RecordHeaders headers = new RecordHeaders();
        headers.add(RowProcessor.SPREAD_HEADER, new byte[0]);
        harness.write("docs:".getBytes(UTF_8), RowChangeJson.write(change), headers);
    }

    private static Source anySource(RandomGenerator random) {
        Source source = source("table" + random.nextInt(3), null, NOON);
        if (random.nextBoolean()) {
            source.setOrder(random.nextLong(1_000));
        }
        return source;
    }

    private static Source source(String table, @Nullable String position, Instant time) {
        return Source.newBuilder()
                .setSystem("postgresql")
                .setDatabase("chinook")
                .setTable(table)
                .setPosition(position)
                .setOrder(null)
                .setTimestamp(time)
                .build();
    }

    private static PartitionLineage lineage(RefreshHarness harness) {
        return requireNonNull(harness.lineage.of(DOCS).byPartition().get(0));
    }

    private static OriginSeen only(RefreshHarness harness) {
        List<OriginSeen> origins = lineage(harness).origins();
        assertThat(origins).hasSize(1);
        return origins.get(0);
    }
}
