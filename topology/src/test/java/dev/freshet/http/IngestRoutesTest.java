package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.http.RunningServer.Answer;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.search.RowFailure;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class IngestRoutesTest {
    private static final String NDJSON = "application/x-ndjson";
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"title\", \"text\"]}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void writesJsonRowsWithTheirTypesAndTheDatasetsId() {
        Answer answer = server.post(
                "/v1/ingest/docs",
                "[{\"id\": 7, \"text\": \"seven\", \"n\": 1.5, \"ok\": true, \"none\": null, \"tags\": [\"a\"],"
                        + " \"big\": 12345678901234567890}]");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("accepted").asInt()).isEqualTo(1);
        assertThat(answer.json().path("positions").size()).isEqualTo(1);
        assertThat(answer.json().has("waited")).isFalse();
        RowChange change = server.rows.written().get(0);
        assertThat(change.getKey()).isEqualTo("7");
        assertThat(change.getDatasetId())
                .isEqualTo(
                        server.catalog.current().dataset("docs").orElseThrow().id());
        assertThat(change.getColumns())
                .containsEntry("id", 7L)
                .containsEntry("n", 1.5)
                .containsEntry("ok", true)
                .containsEntry("none", null);
        assertThat(change.getColumns()).containsEntry("big", new Json("12345678901234567890"));
    }

    @Test
    void takesOneJsonObjectAsOneRow() {
        assertThat(server.post("/v1/ingest/docs", "{\"id\": \"a\", \"text\": \"x\"}")
                        .json()
                        .path("accepted")
                        .asInt())
                .isEqualTo(1);
    }

    @Test
    void reportsBadElementsOfAnArrayAndWritesTheOthers() {
        Answer answer = server.post("/v1/ingest/docs", "[{\"id\": \"a\", \"text\": \"x\"}, 5, {\"text\": \"no id\"}]");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("rejected").asInt()).isEqualTo(2);
        assertThat(errors(answer)).containsExactly("2 invalid_row", "3 missing_key");
    }

    @Test
    void writesNothingOfAnArrayThatIsNotValidJson() {
        Answer answer = server.post("/v1/ingest/docs", "[{\"id\": \"a\", \"text\": \"x\"},\n {\"id\": ]");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("malformed_json");
        assertThat(answer.detail()).contains("line 2", "column");
        assertThat(server.rows.written()).isEmpty();
    }

    @Test
    void tellsNdjsonFromJson() {
        Answer answer = server.post("/v1/ingest/docs", "{\"id\": 1, \"text\": \"x\"}\n{\"id\": 2, \"text\": \"y\"}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.detail()).contains("application/x-ndjson");
    }

    @Test
    void reportsBadLinesByNumberAndWritesTheGoodOnes() {
        String body = "\uFEFF{\"id\": \"a\", \"text\": \"ok\"}\r\n"
                + "\r\n"
                + "{\"id\": \"b\", \"text\": \n"
                + "{\"text\": \"no key\"}\n"
                + "{\"id\": \"\", \"text\": \"empty key\"}\n"
                + "{\"id\": 1.5, \"text\": \"key of another type\"}\n"
                + "{\"id\": \"c\", \"title\": \" \", \"text\": null}\n"
                + "[1]\n"
                + "{\"id\": \"d\", \"id\": \"e\", \"text\": \"twice\"}\n"
                + "{\"id\": \"f\", \"text\": \"" + "x".repeat(RunningServer.MAX_ROW_BYTES + 1) + "\"}\n"
                + "{\"id\": \"g\", \"text\": \"\\ud800\"}\n"
                + "{\"id\": \"h\", \"text\": \"fine\"} trailing\n"
                + "{\"id\": \"z\", \"text\": \"last, without a line break\"}";
        Answer answer = server.post("/v1/ingest/docs", NDJSON, body);

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("accepted").asInt()).isEqualTo(2);
        assertThat(answer.json().path("rejected").asInt()).isEqualTo(10);
        assertThat(errors(answer))
                .containsExactly(
                        "3 malformed_json",
                        "4 missing_key",
                        "5 missing_key",
                        "6 missing_key",
                        "7 missing_text",
                        "8 invalid_row",
                        "9 malformed_json",
                        "10 row_too_large",
                        "11 invalid_row",
                        "12 malformed_json");
        assertThat(answer.json().toString()).contains("max.row.bytes");
        assertThat(keys()).containsExactly("a", "z");
    }

    @Test
    void reportsLinesThatAreNotUtf8() {
        byte[] body = "{\"id\": 1, \"text\": \"a\"}\n{\"id\": 2, \"text\": \"X\"}\n{\"id\": 3, \"text\": \"c\"}"
                .getBytes(UTF_8);
        body[new String(body, UTF_8).indexOf('X')] = (byte) 0xC3;
        Answer answer = server.post("/v1/ingest/docs", NDJSON, body);

        assertThat(errors(answer)).containsExactly("2 invalid_row");
        assertThat(answer.json().toString()).contains("UTF-8 at byte 20");
        assertThat(keys()).containsExactly("1", "3");
    }

    @Test
    void answers400WhenEveryRowIsRejectedAnd200WhenThereAreNone() {
        Answer rejected = server.post("/v1/ingest/docs", NDJSON, "nonsense\n{}\n");
        assertThat(rejected.status()).isEqualTo(400);
        assertThat(rejected.code()).isEqualTo("invalid_row");
        assertThat(rejected.json().path("rejected").asInt()).isEqualTo(2);
        assertThat(errors(rejected)).containsExactly("1 malformed_json", "2 missing_key");

        Answer keyless = server.post("/v1/ingest/docs", NDJSON, "{}\n{}\n");
        assertThat(keyless.status()).isEqualTo(400);
        assertThat(keyless.code()).isEqualTo("missing_key");

        Answer large = server.post(
                "/v1/ingest/docs",
                NDJSON,
                "{\"id\": \"1\", \"title\": \"" + "x".repeat(RunningServer.MAX_ROW_BYTES + 1) + "\"}\n");
        assertThat(large.status()).isEqualTo(413);
        assertThat(large.code()).isEqualTo("row_too_large");

        for (String type : List.of(NDJSON, "text/csv")) {
            Answer nothing = server.post("/v1/ingest/docs", type, "");
            assertThat(nothing.status()).isEqualTo(200);
            assertThat(nothing.json().path("accepted").asInt()).isZero();
        }
        assertThat(server.post("/v1/ingest/docs", "[]").status()).isEqualTo(200);
    }

    @Test
    void boundsTheErrorsAndCountsThemAll() {
        Answer answer = server.post("/v1/ingest/docs", NDJSON, "x\n".repeat(250) + "{\"id\": 1, \"text\": \"a\"}\n");

        assertThat(answer.json().path("rejected").asInt()).isEqualTo(250);
        assertThat(answer.json().path("errors").size()).isEqualTo(100);
    }

    @Test
    void writesInBatches() {
        String body = IntStream.range(0, 1_200)
                .mapToObj(i -> "{\"id\": " + i + ", \"text\": \"t\"}")
                .collect(Collectors.joining("\n"));
        Answer answer = server.post("/v1/ingest/docs", NDJSON, body);

        assertThat(answer.json().path("accepted").asInt()).isEqualTo(1_200);
        assertThat(server.rows.batches()).containsExactly(500, 500, 200);
    }

    @Test
    void saysHowManyRowsWereWrittenWhenWritingFailsHalfway() {
        server.rows.failAfterBatches(1);
        String body = IntStream.range(0, 600)
                .mapToObj(i -> "{\"id\": " + i + ", \"text\": \"t\"}")
                .collect(Collectors.joining("\n"));
        Answer answer = server.post("/v1/ingest/docs", NDJSON, body);

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.code()).isEqualTo("kafka_unavailable");
        assertThat(answer.header("Retry-After")).isEqualTo("1");
        assertThat(answer.json().path("accepted").asInt()).isEqualTo(500);
    }

    @Test
    void readsCsvWithQuotesLineBreaksAndTypes() {
        String body = String.join(
                "\r\n",
                "\uFEFFid,title,text,n,ratio,ok,zip,quoted,none,blank",
                "007,\"A \"\"quoted\"\" title\",\"two",
                "lines, one comma\",42,0.25,true,01234,\"42\",,\"\"",
                "",
                "8,t,x,-1,1e5,false,99999999999999999999,a,,");
        Answer answer = server.post("/v1/ingest/docs", "text/csv; charset=UTF-8", body);

        assertThat(answer.json().path("accepted").asInt()).isEqualTo(2);
        assertThat(keys()).containsExactly("007", "8");
        assertThat(server.rows.written().get(0).getColumns())
                .containsEntry("id", "007")
                .containsEntry("title", "A \"quoted\" title")
                .containsEntry("text", "two\nlines, one comma")
                .containsEntry("n", 42L)
                .containsEntry("ratio", 0.25)
                .containsEntry("ok", true)
                .containsEntry("zip", "01234")
                .containsEntry("quoted", "42")
                .containsEntry("none", null)
                .containsEntry("blank", "");
        assertThat(server.rows.written().get(1).getColumns())
                .containsEntry("n", -1L)
                .containsEntry("ratio", "1e5")
                .containsEntry("blank", null);
    }

    @Test
    void goesOnAfterBrokenCsvLines() {
        String body = """
                id,text
                1,"broken" here
                2,fine
                3,too,many
                4
                5,"several
                lines"
                7,""
                8,"never closed
                9,fine
                """;
        Answer answer = server.post("/v1/ingest/docs", "text/csv", body);

        assertThat(errors(answer))
                .containsExactly("2 invalid_row", "4 invalid_row", "5 invalid_row", "8 missing_text", "9 invalid_row");
        assertThat(keys()).containsExactly("2", "5", "9");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"id,id,text\n1,2,x\n", "text\nx\n", "id,body\n1,x\n", "id,,text\n1,2,x\n", "\"id,text\n1,x\n"})
    void refusesCsvWhoseHeaderMakesNoSense(String body) {
        Answer answer = server.post("/v1/ingest/docs", "text/csv", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.detail()).contains("header line");
    }

    @Test
    void joinsSeveralIdColumns() {
        server.put("/v1/catalog/datasets/two", "{\"id_columns\": [\"a\", \"b\"], \"text_columns\": [\"a\"]}");
        server.post("/v1/ingest/two", "[{\"a\": \"x:y\", \"b\": 5}]");

        assertThat(keys()).containsExactly("x%3Ay:5");
    }

    @Test
    void refusesWhatItCannotRead() {
        Answer type = server.post("/v1/ingest/docs", "application/xml", "<a/>");
        assertThat(type.status()).isEqualTo(415);
        assertThat(type.detail()).contains("application/json", "application/x-ndjson", "text/csv");

        Answer none = server.send(server.request("/v1/ingest/docs").POST(BodyPublishers.ofString("{}")));
        assertThat(none.status()).isEqualTo(415);

        Answer charset = server.post("/v1/ingest/docs", "text/csv; charset=iso-8859-1", "id,text\n1,x");
        assertThat(charset.status()).isEqualTo(415);
        assertThat(charset.detail()).contains("iso-8859-1", "utf-8");

        Answer encoded = server.send(server.request("/v1/ingest/docs")
                .header("Content-Type", NDJSON)
                .header("Content-Encoding", "br")
                .POST(BodyPublishers.ofString("{}")));
        assertThat(encoded.status()).isEqualTo(415);
    }

    @Test
    void refusesBodiesThatAreTooLong() {
        Answer announced = server.post("/v1/ingest/docs", "[" + " ".repeat(RunningServer.MAX_BODY_BYTES) + "]");
        assertThat(announced.status()).isEqualTo(413);
        assertThat(announced.code()).isEqualTo("body_too_large");

        byte[] body = "{\"id\": 1, \"text\": \"t\"}\n".repeat(20_000).getBytes(UTF_8);
        Answer chunked = server.send(server.request("/v1/ingest/docs")
                .header("Content-Type", NDJSON)
                .POST(BodyPublishers.ofInputStream(() -> new java.io.ByteArrayInputStream(body))));
        assertThat(chunked.status()).isEqualTo(413);
        assertThat(chunked.json().path("accepted").asInt()).isGreaterThan(100);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/v1/ingest/docs", "/v1/ingest/nope", "/v1/nowhere", "/v1/vectors/index/docs_v1/search"})
    void tellsWhyItRefusesABodyThatIsStillBeingSent(String path) {
        String body = " ".repeat(20 * RunningServer.MAX_BODY_BYTES);
        for (int i = 0; i < 20; i++) {
            assertThat(server.post(path, body).code())
                    .isIn("body_too_large", "dataset_not_found", "route_not_found", "bad_request");
        }
    }

    @Test
    void namesTheCommandThatCreatesAnUnknownDataset() {
        Answer answer = server.post("/v1/ingest/nope", "[]");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.code()).isEqualTo("dataset_not_found");
        assertThat(answer.detail())
                .contains("curl -X PUT http://127.0.0.1:" + server.port() + "/v1/catalog/datasets/nope")
                .contains("./freshet ingest FILE --dataset nope --id-columns id --text-columns text");
    }

    @Test
    void findsADatasetThatAnotherProcessCreated() {
        server.catalog.hide();
        server.put("/v1/catalog/datasets/late", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");

        assertThat(server.post("/v1/ingest/late", "[{\"id\": 1, \"text\": \"x\"}]")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void doesNotWaitForRowsThatWaitForARefresh() {
        server.put(
                "/v1/catalog/datasets/held",
                "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"], \"refresh_policy\": \"manual\"}");
        Answer waiting = server.post("/v1/ingest/held?wait=true", "[{\"id\": 1, \"text\": \"x\"}]");
        assertThat(waiting.status()).isEqualTo(409);
        assertThat(waiting.code()).isEqualTo("policy_not_on_append");
        assertThat(waiting.detail()).contains("'manual'", "POST /v1/vectors/refresh/held");
        assertThat(server.delete("/v1/ingest/held/1?wait=true").code()).isEqualTo("policy_not_on_append");
        assertThat(server.rows.written()).isEmpty();
        assertThat(server.post("/v1/ingest/held", "[{\"id\": 1, \"text\": \"x\"}]")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void refusesRowsForADirectIndex() {
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}");
        Answer answer = server.post("/v1/ingest/own", "[{\"id\": 1}]");

        assertThat(answer.status()).isEqualTo(409);
        assertThat(answer.code()).isEqualTo("dataset_is_direct");
        assertThat(answer.detail()).contains("/add");
    }

    @Test
    void waitsForTheNewestChangeOfEachRowInEveryIndex() {
        server.post("/v1/vectors/index", "{\"name\": \"docs_v2\", \"dataset\": \"docs\"}");
        server.search.awaitOutcome(Map.of("b", new RowFailure("embedding_refused", "no")), List.of());
        Answer answer = server.post(
                "/v1/ingest/docs?wait=true&timeout_ms=1000",
                "[{\"id\": \"a\", \"text\": \"1\"}, {\"id\": \"b\", \"text\": \"2\"}, {\"id\": \"a\", \"text\": \"3\"}]");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("waited").asBoolean()).isTrue();
        assertThat(answer.json().path("searchable").asBoolean()).isTrue();
        assertThat(answer.json().path("failed").path(0).path("row").asText()).isEqualTo("b");
        assertThat(answer.json().path("failed").path(0).path("code").asText()).isEqualTo("embedding_refused");
        assertThat(server.search.awaited())
                .hasSize(2)
                .allSatisfy(positions -> assertThat(positions).hasSize(2));
    }

    @Test
    void refusesToWaitWhereNothingWillBecomeSearchable() {
        server.delete("/v1/vectors/index/docs_v1");
        Answer answer = server.post("/v1/ingest/docs?wait=true", "[{\"id\": \"a\", \"text\": \"1\"}]");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.detail()).contains("no index");
        assertThat(server.rows.written()).isEmpty();
    }

    @Test
    void refusesNumbersThatAreTooLongToRead() {
        String row = "{\"id\": 1, \"text\": \"x\", \"n\": 1." + "1".repeat(2_000) + "}";
        assertThat(server.post("/v1/ingest/docs", "[" + row + "]").code()).isEqualTo("malformed_json");
        assertThat(errors(server.post("/v1/ingest/docs", NDJSON, row))).containsExactly("1 malformed_json");
        assertThat(server.post("/v1/ingest/docs", "[".repeat(2_000) + "]".repeat(2_000))
                        .code())
                .isEqualTo("malformed_json");
    }

    @Test
    void answers504WithWhatWasWrittenWhenRowsAreNotSearchableInTime() {
        server.search.awaitOutcome(Map.of(), List.of("a"));
        Answer answer = server.post("/v1/ingest/docs?wait=true&timeout_ms=10", "[{\"id\": \"a\", \"text\": \"1\"}]");

        assertThat(answer.status()).isEqualTo(504);
        assertThat(answer.code()).isEqualTo("deadline_exceeded");
        assertThat(answer.json().path("accepted").asInt()).isEqualTo(1);
        assertThat(answer.json().path("searchable").asBoolean()).isFalse();
        assertThat(answer.json().path("pending").path(0).asText()).isEqualTo("a");
        assertThat(answer.json().path("pending_rows").asInt()).isEqualTo(1);
        assertThat(answer.json().path("positions").size()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"?wat=true", "?wait=yes", "?wait=true&wait=true", "?timeout_ms=5", "?wait=true&timeout_ms=0"})
    void refusesQueryParametersThatMakeNoSense(String query) {
        Answer answer = server.post("/v1/ingest/docs" + query, "[{\"id\": \"a\", \"text\": \"1\"}]");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("bad_request");
        assertThat(server.rows.written()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"plain", "a b+c", "x%3Ay:5", "with/slash", "日本語", "100%25", "a;b", "semi;v=1/x", "q?#%"})
    void deletesARowByTheKeyThatResultsShow(String key) {
        String encoded = java.net.URLEncoder.encode(key, UTF_8).replace("+", "%20");
        Answer answer = server.delete("/v1/ingest/docs/" + encoded + "?wait=true");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(keys()).containsExactly(key);
        assertThat(server.rows.written().get(0).getOp()).isEqualTo(Op.DELETE);
        assertThat(answer.json().path("searchable").asBoolean()).isTrue();
    }

    private List<String> keys() {
        return server.rows.written().stream().map(RowChange::getKey).toList();
    }

    private static List<String> errors(Answer answer) {
        return java.util.stream.StreamSupport.stream(
                        answer.json().path("errors").spliterator(), false)
                .map(error ->
                        error.path("line").asText() + " " + error.path("code").asText())
                .toList();
    }
}
