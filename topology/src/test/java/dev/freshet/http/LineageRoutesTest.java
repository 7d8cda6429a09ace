package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.catalog.CatalogService.TableSpec;
import dev.freshet.catalog.TableOrigin;
import dev.freshet.catalog.TableOrigin.Column;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.refresh.LineageReport;
import dev.freshet.refresh.LineageView.OriginSeen;
import dev.freshet.refresh.LineageView.PartitionLineage;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.search.RowSource;
import dev.freshet.search.RowView;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Where datasets and items come from. The server has {@value FakeRowWriter#PARTITIONS} partitions. */
class LineageRoutesTest {
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        server.catalog.registerTable(
                albums(true, NOON, new Column("album_id", "int4"), new Column("title", "varchar")));
    }

    @AfterEach
    void stop() {
        server.close();
    }

    static TableSpec albums(boolean proposed, Instant asOf, Column... columns) {
        return new TableSpec(
                "albums",
                List.of("album_id"),
                List.of("title"),
                new TableOrigin("postgresql", "chinook", "public.album", List.of(columns), asOf, proposed, List.of()));
    }

    /** What two partitions tell: one of the table, both of rows by HTTP. */
    static LineageReport report(boolean complete) {
        OriginSeen table = new OriginSeen(
                "postgresql", "chinook", "public.album", NOON, NOON.plusSeconds(5), 9, 4, "0/16B3748", NOON);
        OriginSeen here =
                new OriginSeen("http", null, null, NOON.plusSeconds(1), NOON.plusSeconds(2), 3, 2, null, null);
        OriginSeen there = new OriginSeen("http", null, null, NOON, NOON.plusSeconds(1), 2, 1, null, null);
        return new LineageReport(Map.of(
                0,
                new PartitionLineage(true, List.of(here, table)),
                1,
                new PartitionLineage(complete, List.of(there))));
    }

    @Test
    void showsWhereRowsComeFromAndWhatIsMadeOfThem() {
        server.lineage = report(true);

        JsonNode lineage = server.get("/v1/catalog/datasets/albums/lineage").json();

        assertThat(lineage.path("dataset").asText()).isEqualTo("albums");
        assertThat(lineage.path("complete").asBoolean()).isTrue();
        assertThat(lineage.path("coverage").toString())
                .isEqualTo("{\"partitions\":2,\"answered\":2,\"complete\":true}");
        assertThat(lineage.path("origins")).hasSize(2);
        assertThat(lineage.path("origins").path(0).toString())
                .isEqualTo(
                        "{\"system\":\"postgresql\",\"database\":\"chinook\",\"table\":\"public.album\",\"rows\":4,\"changes\":9,"
                                + "\"first_seen\":\"2026-11-20T12:00:00Z\",\"last_seen\":\"2026-11-20T12:00:05Z\",\"partitions\":[{\"partition\":0,\"changes\":9,"
                                + "\"last_seen\":\"2026-11-20T12:00:05Z\",\"position\":\"0/16B3748\",\"time\":\"2026-11-20T12:00:00Z\"}]}");
        JsonNode http = lineage.path("origins").path(1);
        assertThat(http.path("rows").asInt()).isEqualTo(3);
        assertThat(http.path("changes").asInt()).isEqualTo(5);
        assertThat(http.path("first_seen").asText()).isEqualTo("2026-11-20T12:00:00Z");
        assertThat(http.path("last_seen").asText()).isEqualTo("2026-11-20T12:00:02Z");
        assertThat(http.path("partitions")).hasSize(2);
        assertThat(lineage.path("table").path("table").asText()).isEqualTo("public.album");
        JsonNode index = lineage.path("indexes").path(0);
        assertThat(index.path("name").asText()).isEqualTo("albums_v1");
        assertThat(index.path("model").path("name").asText()).isEqualTo("tiny");
        assertThat(index.path("model").path("fingerprint").asText()).isEqualTo("f00d");
        assertThat(index.path("chunk_size").asInt()).isEqualTo(1000);
    }

    @Test
    void tellsNoNumberOfRowsThatItDoesNotKnow() {
        server.lineage = report(false);

        JsonNode lineage = server.get("/v1/catalog/datasets/albums/lineage").json();

        assertThat(lineage.path("complete").asBoolean()).isFalse();
        assertThat(lineage.path("origins")).hasSize(2).allMatch(origin -> !origin.has("rows"));
    }

    @Test
    void saysWhichPartitionsItLacks() {
        server.lineage = new LineageReport(Map.of(1, new PartitionLineage(true, List.of())));

        JsonNode lineage = server.get("/v1/catalog/datasets/albums/lineage").json();

        assertThat(lineage.path("complete").asBoolean()).isFalse();
        assertThat(lineage.path("coverage").path("complete").asBoolean()).isFalse();
        assertThat(lineage.path("origins")).isEmpty();
    }

    @Test
    void showsADatasetThatNoTableIsBehind() {
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}");

        JsonNode lineage = server.get("/v1/catalog/datasets/own/lineage").json();

        assertThat(lineage.has("table")).isFalse();
        assertThat(lineage.path("indexes").path(0).path("model").isNull()).isTrue();
        assertThat(lineage.path("indexes").path(0).has("chunk_size")).isFalse();
        Answer unknown = server.get("/v1/catalog/datasets/nope/lineage");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("dataset_not_found");
    }

    @Test
    void showsTheTableBehindADatasetAndWhichColumnsAreText() {
        JsonNode origin = server.get("/v1/catalog/datasets/albums").json().path("origin");
        assertThat(origin.toString())
                .isEqualTo(
                        "{\"system\":\"postgresql\",\"database\":\"chinook\",\"table\":\"public.album\",\"text_columns\":\"proposed\","
                                + "\"columns\":[{\"name\":\"album_id\",\"type\":\"int4\",\"text\":false},{\"name\":\"title\",\"type\":\"varchar\",\"text\":true}],"
                                + "\"as_of\":\"2026-11-20T12:00:00Z\",\"changes\":[]}");

        server.put("/v1/catalog/datasets/albums", "{\"id_columns\": [\"album_id\"], \"text_columns\": [\"title\"]}");
        server.catalog.registerTable(albums(true, NOON.plusSeconds(1), new Column("album_id", "int8")));

        JsonNode changed = server.get("/v1/catalog/datasets")
                .json()
                .path("datasets")
                .path(0)
                .path("origin");
        assertThat(changed.path("text_columns").asText()).isEqualTo("configured");
        assertThat(changed.path("changes").toString())
                .isEqualTo(
                        "[{\"as_of\":\"2026-11-20T12:00:01Z\",\"column\":\"album_id\",\"before\":\"int4\",\"after\":\"int8\"},"
                                + "{\"as_of\":\"2026-11-20T12:00:01Z\",\"column\":\"title\",\"before\":\"varchar\"}]");
    }

    @Test
    void showsWhereAnItemCameFrom() {
        server.search.row(new RowView(
                "7",
                RowVersion.of(0, 2),
                List.of(),
                "{}",
                null,
                new RowSource("postgresql", "chinook", "public.album", "0/16B3748", NOON)));
        server.search.row(new RowView("8", RowVersion.of(0, 3), List.of(), "{}", null));

        JsonNode item = server.get("/v1/vectors/index/albums_v1/items/7").json();
        assertThat(item.path("source").toString())
                .isEqualTo(
                        "{\"system\":\"postgresql\",\"database\":\"chinook\",\"table\":\"public.album\",\"key\":\"7\",\"position\":\"0/16B3748\",\"time\":\"2026-11-20T12:00:00Z\"}");
        assertThat(server.get("/v1/vectors/index/albums_v1/items/8").json().has("source"))
                .isFalse();
        assertThat(server.get("/v1/vectors/index/albums_v1/items")
                        .json()
                        .path("items")
                        .path(0)
                        .path("source")
                        .path("table")
                        .asText())
                .isEqualTo("public.album");
    }
}
