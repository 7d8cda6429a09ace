package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.search.Coverage;
import dev.freshet.search.RowFailure;
import dev.freshet.search.RowView;
import dev.freshet.search.SearchHit;
import dev.freshet.search.SearchRequest;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VectorRoutesTest {
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void createsShowsListsAndDropsIndexes() {
        Answer created = server.post(
                "/v1/vectors/index", "{\"name\": \"docs_v2\", \"dataset\": \"docs\", \"distance\": \"dot\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().path("distance").asText()).isEqualTo("dot");

        assertThat(created.json().path("status").asText()).isEqualTo("building");
        server.delete("/v1/vectors/jobs/" + created.json().path("job").asLong());
        JsonNode info = server.get("/v1/vectors/index/docs_v2").json();
        assertThat(info.path("source").asText()).isEqualTo("docs");
        assertThat(info.path("model").path("fingerprint").asText()).isEqualTo("f00d");
        assertThat(info.path("rows").asInt()).isEqualTo(5);
        assertThat(info.path("vectors").asInt()).isEqualTo(7);
        assertThat(info.path("tombstones").asInt()).isEqualTo(1);
        assertThat(info.path("status").asText()).isEqualTo("ready");
        assertThat(info.path("partitions").path(0).path("position").asInt()).isEqualTo(41);

        JsonNode own = server.get("/v1/vectors/index/own").json();
        assertThat(own.path("source").asText()).isEqualTo("direct");
        assertThat(own.path("model").isNull()).isTrue();
        assertThat(own.has("chunk_size")).isFalse();

        assertThat(names(server.get("/v1/vectors/index"))).containsExactly("docs_v1", "docs_v2", "own");
        assertThat(names(server.get("/v1/vectors/indexes?source=direct"))).containsExactly("own");
        assertThat(names(server.get("/v1/vectors/indexes?source=docs&model=tiny")))
                .containsExactly("docs_v1", "docs_v2");

        Answer dropped = server.delete("/v1/vectors/index/docs_v2");
        assertThat(dropped.status()).isEqualTo(202);
        assertThat(dropped.json().path("kind").asText()).isEqualTo("deletion");
        assertThat(dropped.json().path("indexes").toString()).isEqualTo("[\"docs_v2\"]");
        assertThat(server.get("/v1/vectors/index/docs_v2").code()).isEqualTo("index_not_found");
        assertThat(server.delete("/v1/vectors/index/docs_v2").status()).isEqualTo(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"name\": \"own\", \"dimension\": 3}                                   | 409 | index_exists      | own",
                "{\"name\": \"x\"}                                                       | 400 | bad_request       | neither",
                "{\"name\": \"x\", \"dimension\": 3, \"dataset\": \"docs\"}              | 400 | bad_request       | not both",
                "{\"name\": \"x\", \"dimension\": 3, \"model\": \"m\"}                   | 400 | bad_request       | 'model' goes with 'dataset'",
                "{\"name\": \"x\", \"dimension\": 0}                                     | 400 | bad_request       | an integer from 1",
                "{\"name\": \"x\", \"dimension\": 3.5}                                   | 400 | bad_request       | is 3.5",
                "{\"name\": \"x\", \"dimension\": \"3\"}                                 | 400 | bad_request       | is a string",
                "{\"name\": \"X\", \"dimension\": 3}                                     | 400 | invalid_name      | 'X'",
                "{\"dimension\": 3}                                                      | 400 | bad_request       | 'name' is missing",
                "{\"name\": \"x\", \"dataset\": \"nope\"}                                | 404 | dataset_not_found | 'nope'",
                "{\"name\": \"x\", \"dataset\": \"docs\", \"distance\": \"cos\"}         | 400 | bad_request       | cosine, dot, euclidean",
                "{\"name\": \"x\", \"dataset\": \"docs\", \"chunk_size\": 100, \"overlap\": 51} | 400 | bad_request | half of 'chunk_size', which is 100",
                "{\"name\": \"x\", \"dimension\": 4097}                                  | 400 | bad_request       | an integer from 1 to 4096",
                "{\"name\": \"x\", \"dimension\": 3, \"m\": 129}                        | 400 | bad_request       | an integer from 2 to 128",
                "{\"name\": \"x\", \"dimension\": 3, \"ef_construction\": 7}            | 400 | bad_request       | an integer from 8 to 4096",
                "{\"name\": \"x\", \"dimension\": 3, \"engine\": \"compact\", \"quantization\": \"int4\"} | 400 | bad_request | none, int8",
                "{\"name\": \"x\", \"dimension\": 3, \"engine\": \"hnswlib\", \"quantization\": \"int8\"} | 400 | bad_request | hnswlib has: none",
                "{\"name\": \"x\", \"dimension\": 3, \"vectors_on_disk\": true} | 400 | bad_request | goes with a quantization",
                "{\"name\": \"x\", \"dimension\": 3, \"quantization\": \"int8\", \"vectors_on_disk\": \"yes\"} | 400 | bad_request | vectors_on_disk",
                "{\"name\": \"x\", \"dimension\": 3, \"ef\": 3}                          | 400 | unknown_field     | ef_search",
            })
    void refusesIndexesThatMakeNoSense(String body, int status, String code, String detail) {
        Answer answer = server.post("/v1/vectors/index", body);

        assertThat(answer.status()).isEqualTo(status);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).contains(detail);
    }

    @Test
    void showsTheQuantizationOfAnIndex() {
        Answer created = server.post(
                "/v1/vectors/index",
                "{\"name\": \"small\", \"dimension\": 3, \"engine\": \"compact\", \"quantization\": \"int8\"}");
        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().path("quantization").asText()).isEqualTo("int8");
        assertThat(server.get("/v1/vectors/index/small")
                        .json()
                        .path("quantization")
                        .asText())
                .isEqualTo("int8");
        assertThat(server.get("/v1/vectors/index/own")
                        .json()
                        .path("quantization")
                        .asText())
                .isEqualTo("none");
    }

    @Test
    void showsWhereTheVectorsOfAnIndexAre() {
        Answer created = server.post("/v1/vectors/index", """
                {"name": "large", "dimension": 3, "engine": "compact", "quantization": "int8", "vectors_on_disk": true}""");
        assertThat(created.status()).isEqualTo(201);
        assertThat(server.get("/v1/vectors/index/large")
                        .json()
                        .path("vectors_on_disk")
                        .asBoolean())
                .isTrue();
        assertThat(server.get("/v1/vectors/index/own").json().path("vectors_on_disk"))
                .isEqualTo(BooleanNode.FALSE);
    }

    @Test
    void addsVectorsWithTheirMetadataAndWaits() {
        Answer answer = server.post("/v1/vectors/index/own/add", """
                {"items": [
                  {"id": "a:b", "vector": [1, 0.5, -2e-3], "metadata": {"n": 1, "exact": 0.12345678901234567890, "deep": {"x": [1]}}},
                  {"vector": [0, 0, 1], "id": 7},
                  {"id": "c", "metadata": {}, "vector": [0, 1, 0]}
                ]}""");

        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.json().path("accepted").asInt()).isEqualTo(3);
        assertThat(answer.json().path("waited").asBoolean()).isTrue();
        RowChange first = server.rows.written().get(0);
        assertThat(first.getKey()).isEqualTo("a%3Ab");
        assertThat(first.getVector()).containsExactly(1f, 0.5f, -2e-3f);
        assertThat(first.getKeepColumns()).isFalse();
        assertThat(first.getColumns())
                .containsEntry("n", 1L)
                .containsEntry("exact", new Json("0.1234567890123456789"))
                .containsEntry("deep", new Json("{\"x\":[1]}"));
        RowChange second = server.rows.written().get(1);
        assertThat(second.getKey()).isEqualTo("7");
        assertThat(second.getKeepColumns()).isTrue();
        RowChange third = server.rows.written().get(2);
        assertThat(third.getKeepColumns()).isFalse();
        assertThat(third.getColumns()).isEmpty();
    }

    @Test
    void letsTheLastOfARepeatedIdWin() {
        server.post(
                "/v1/vectors/index/own/add?wait=false",
                "{\"items\": [{\"id\": 5, \"vector\": [1, 0, 0], \"metadata\": {\"a\": 1}},"
                        + " {\"id\": \"5\", \"vector\": [0, 1, 0]}]}");

        assertThat(server.rows.written()).hasSize(1);
        RowChange change = server.rows.written().get(0);
        assertThat(change.getVector()).containsExactly(0f, 1f, 0f);
        assertThat(change.getColumns()).containsEntry("a", 1L);
        assertThat(server.search.awaited()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"id\": \"x\", \"vector\": [1, 2]}                        | dimension_mismatch | item 1 (id 'x'): the vector has 2 components, the index has 3",
                "{\"id\": \"x\", \"vector\": [1, 2, 3, 4]}                  | dimension_mismatch | has 4 components, the index has 3",
                "{\"id\": \"x\", \"vector\": []}                            | dimension_mismatch | has 0 components",
                "{\"id\": \"x\", \"vector\": [1, NaN, 3]}                   | invalid_vector     | item 1 (id 'x'): component 1 is NaN",
                "{\"vector\": [1, 2, -Infinity], \"id\": 9}                 | invalid_vector     | item 1 (id '9'): component 2 is -Infinity",
                "{\"id\": \"x\", \"vector\": [1e39, 2, 3]}                  | invalid_vector     | component 0 is 1e39",
                "{\"id\": \"x\", \"vector\": [1e400, 2, 3]}                 | invalid_vector     | component 0 is 1e400",
                "{\"id\": \"x\", \"vector\": [1, \"NaN\", 3]}               | invalid_vector     | component 1 is the string \"NaN\"",
                "{\"id\": \"x\", \"vector\": [1, null, 3]}                  | invalid_vector     | component 1 is null",
                "{\"id\": \"x\", \"vector\": [1, [2], 3]}                   | invalid_vector     | component 1",
                "{\"id\": \"x\", \"vector\": [0, 0.0, -0.0]}                | invalid_vector     | item 1 (id 'x'): all 3 components are 0",
                "{\"id\": \"x\", \"vector\": [1e-60, 0, 0]}                 | invalid_vector     | all 3 components are 0",
                "{\"id\": \"x\", \"vector\": 7}                             | bad_request        | 'vector' must be an array of numbers, or a string with their base64",
                "{\"id\": \"x\", \"vector\": \"AAAA\"}                     | invalid_vector     | the base64 holds 3 bytes",
                "{\"id\": \"x\", \"vector\": \"1,2,3\"}                    | invalid_vector     | item 1: a vector is an array of numbers, or base64 of 32-bit numbers; this is a string that is no base64",
                "{\"id\": \"x\", \"vector\": \"AACAPwAAAEA=\"}             | dimension_mismatch | has 2 components, the index has 3",
                "{\"id\": \"x\", \"vector\": \"AACAPwAAAEAAAID/\"}         | invalid_vector     | item 1 (id 'x'): component 2 is -Infinity",
                "{\"id\": \"x\", \"vector\": \"AAAAAAAAAAAAAAAA\"}         | invalid_vector     | all 3 components are 0",
                "{\"id\": \"x\"}                                            | bad_request        | no 'vector'",
                "{\"vector\": [1, 2, 3]}                                    | bad_request        | no 'id'",
                "{\"id\": \"\", \"vector\": [1, 2, 3]}                      | bad_request        | empty",
                "{\"id\": 1.5, \"vector\": [1, 2, 3]}                       | bad_request        | a string or an integer",
                "{\"id\": \"x\", \"vector\": [1, 2, 3], \"metadata\": 5}    | bad_request        | 'metadata' must be an object",
                "{\"id\": \"x\", \"vector\": [1, 2, 3], \"metadata\": {\"n\": NaN}} | bad_request | NaN",
                "{\"id\": \"x\", \"vector\": [1, 2, 3], \"meta\": {}}       | unknown_field      | 'meta'",
                "{\"id\": \"x\", \"id\": \"y\", \"vector\": [1, 2, 3]}      | malformed_json     | id",
                "{\"id\": \"x\", \"vector\": [1, 2, 3                       | malformed_json     | line 1",
                "7                                                          | bad_request        | item 1 must be an object",
            })
    void writesNothingOfABatchWithABadItem(String item, String code, String detail) {
        Answer answer = server.post(
                "/v1/vectors/index/own/add", "{\"items\": [{\"id\": \"good\", \"vector\": [1, 2, 3]}, " + item + "]}");

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).contains(detail);
        assertThat(server.rows.written()).isEmpty();
    }

    @Test
    void takesAZeroVectorWhereTheDistanceNeedsNoDirection() {
        server.post("/v1/vectors/index", "{\"name\": \"flat\", \"dimension\": 2, \"distance\": \"euclidean\"}");

        assertThat(server.post("/v1/vectors/index/flat/add", "{\"items\": [{\"id\": 1, \"vector\": [0, 0]}]}")
                        .status())
                .isEqualTo(200);
    }

    @Test
    void deletesItems() {
        Answer answer = server.post("/v1/vectors/index/own/delete", "{\"ids\": [\"a:b\", 5, \"5\"]}");

        assertThat(answer.json().path("accepted").asInt()).isEqualTo(2);
        assertThat(server.rows.written()).extracting(RowChange::getKey).containsExactly("a%3Ab", "5");
        assertThat(server.rows.written()).extracting(RowChange::getOp).containsOnly(Op.DELETE);
        assertThat(server.post("/v1/vectors/index/own/delete", "{\"ids\": [1.5]}")
                        .detail())
                .contains("'ids[0]'");
    }

    @Test
    void refusesVectorsForADatasetsIndex() {
        for (String path : List.of("add", "delete")) {
            Answer answer = server.post("/v1/vectors/index/docs_v1/" + path, "{}");
            assertThat(answer.status()).isEqualTo(409);
            assertThat(answer.code()).isEqualTo("index_not_direct");
            assertThat(answer.detail()).contains("/v1/ingest/docs");
        }
    }

    @Test
    void looksItemsUpByIdAndRowsByKey() {
        server.search.row(new RowView(
                "a%3Ab",
                RowVersion.of(0, 9), List.of(new RowView.ChunkView(0, "", new float[] {1, 2, 3})), "{\"n\":1}", null));
        server.search.row(new RowView(
                "7",
                RowVersion.of(1, 2),
                List.of(new RowView.ChunkView(0, "some text", null)),
                "{}",
                new RowFailure("embedding_refused", "why")));

        JsonNode own = server.get("/v1/vectors/index/own/items/a:b?include_vector=true")
                .json();
        assertThat(own.path("row").asText()).isEqualTo("a%3Ab");
        assertThat(own.path("metadata").path("n").asInt()).isEqualTo(1);
        assertThat(own.path("chunks").path(0).path("vector").size()).isEqualTo(3);
        assertThat(own.path("version").path("offset").asInt()).isEqualTo(9);
        assertThat(server.get("/v1/vectors/index/own/items/a%253Ab").status()).isEqualTo(200);

        JsonNode row = server.get("/v1/vectors/index/docs_v1/items/7").json();
        assertThat(row.path("chunks").path(0).path("id").asText()).isEqualTo("7#0");
        assertThat(row.path("chunks").path(0).has("vector")).isFalse();
        assertThat(row.path("failure").path("code").asText()).isEqualTo("embedding_refused");

        assertThat(server.get("/v1/vectors/index/own/items/nope").code()).isEqualTo("item_not_found");
    }

    @Test
    void searchesByTextAndShowsWhatTheAnswerSaw() {
        server.search.answer(
                new Coverage(2, 1), new SearchHit("7#0", "7", 0, 0.75, 0.25, "some text", "{\"n\":1}", null));
        Answer answer = server.post("/v1/vectors/index/docs_v1/search", "{\"text\": \"words\"}");

        assertThat(answer.status()).isEqualTo(200);
        JsonNode json = answer.json();
        JsonNode hit = json.path("results").path(0);
        assertThat(hit.path("id").asText()).isEqualTo("7#0");
        assertThat(hit.path("score").asDouble()).isEqualTo(0.75);
        assertThat(hit.path("metadata").path("n").asInt()).isEqualTo(1);
        assertThat(hit.has("vector")).isFalse();
        assertThat(json.path("index").asText()).isEqualTo("docs_v1");
        assertThat(json.path("model").asText()).isEqualTo("tiny");
        assertThat(json.path("took_ms").isNumber()).isTrue();
        assertThat(json.path("coverage").toString()).isEqualTo("{\"partitions\":2,\"answered\":1,\"complete\":false}");
        assertThat(json.path("freshness").toString()).isEqualTo("{\"positions\":{\"0\":41,\"1\":-1},\"lag_ms\":12}");
        SearchRequest request = server.search.requests().get(0);
        assertThat(request.k()).isEqualTo(10);
        assertThat(request.ef()).isNull();
        assertThat(request.timeout()).isEqualTo(Duration.ofSeconds(5));
    }

    @Test
    void searchesByVectorWithEveryOption() {
        server.post(
                "/v1/vectors/index/own/search",
                "{\"vector\": [1, 2, 3], \"k\": 5, \"ef\": 50, \"score_threshold\": 0.5, \"group_by_row\": true,"
                        + " \"include_vector\": true, \"timeout_ms\": 100}");

        SearchRequest request = server.search.requests().get(0);
        assertThat(request.vector()).containsExactly(1, 2, 3);
        assertThat(request.k()).isEqualTo(5);
        assertThat(request.ef()).isEqualTo(50);
        assertThat(request.exact()).isFalse();
        assertThat(request.scoreThreshold()).isEqualTo(0.5);
        assertThat(request.groupByRow()).isTrue();
        assertThat(request.includeVector()).isTrue();
        assertThat(request.timeout()).isEqualTo(Duration.ofMillis(100));
    }

    @Test
    void takesVectorsAsBase64() {
        server.post(
                "/v1/vectors/index/own/add?wait=false",
                "{\"items\": [{\"id\": \"a\", \"vector\": \"AACAPwAAAEAAAEBA\"}, {\"id\": \"b\", \"vector\": [3, 2, 1]}]}");
        assertThat(server.rows.written())
                .extracting(RowChange::getVector)
                .containsExactly(List.of(1f, 2f, 3f), List.of(3f, 2f, 1f));

        server.post("/v1/vectors/index/own/search", "{\"vector\": \"AACAPwAAAEAAAEBA\"}");
        server.post("/v1/vectors/index/own/search", "{\"queries\": [{\"vector\": \"AACAPwAAAEAAAEBA\"}]}");
        assertThat(server.search.requests())
                .hasSize(2)
                .allSatisfy(request -> assertThat(request.vector()).containsExactly(1, 2, 3));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "docs_v1 | {}                                               | bad_request        | neither",
                "docs_v1 | {\"text\": \"a\", \"vector\": [1, 2, 3]}         | bad_request        | not both",
                "docs_v1 | {\"text\": \" \"}                                | bad_request        | 'text' is empty",
                "own     | {\"text\": \"a\"}                                | bad_request        | pass 'vector' with 3 components",
                "own     | {\"vector\": [1, 2]}                             | dimension_mismatch | has 2 components, the index has 3",
                "own     | {\"vector\": [1, NaN, 2]}                        | invalid_vector     | component 1 is NaN",
                "own     | {\"vector\": [1, \"2\", 2]}                      | invalid_vector     | component 1 is a string",
                "own     | {\"vector\": [0, 0, 0]}                          | invalid_vector     | all 3 components are 0",
                "own     | {\"vector\": [1, 2, 3], \"k\": 0}                | bad_request        | 'k' is 0, must be an integer from 1 to 1000",
                "own     | {\"vector\": [1, 2, 3], \"k\": 1001}             | bad_request        | 1 to 1000",
                "own     | {\"vector\": [1, 2, 3], \"k\": 5, \"ef\": 4}     | bad_request        | at least 'k'",
                "own     | {\"vector\": [1, 2, 3], \"ef\": 10001}           | bad_request        | 1 to 10000",
                "own     | {\"vector\": [1, 2, 3], \"ef\": 50, \"exact\": true}  | bad_request   | give one of them",
                "own     | {\"vector\": [1, 2, 3], \"score_threshold\": NaN}     | bad_request   | finite",
                "own     | {\"vector\": [1, 2, 3], \"top_k\": 5}            | unknown_field      | 'top_k'; known are text, vector, k",
                "own     | {\"vector\": {}}                                 | bad_request        | must be an array",
                "own     | {\"vector\": \"AACAPwAAAEA=\"}                      | dimension_mismatch | has 2 components, the index has 3",
                "own     | {\"vector\": \"AACAPwAAwH8AAABA\"}                  | invalid_vector     | component 1 is NaN",
                "own     | {\"vector\": \"AACAPwA=\"}                     | invalid_vector     | which are no whole number of 32-bit numbers",
                "own     | {\"vector\": \"1, 2, 3\"}                        | invalid_vector     | 'vector': a vector is an array of numbers, or base64",
                "own     | {\"vector\": \"AAAAAAAAAAAAAAAA\"}                  | invalid_vector     | all 3 components are 0",
            })
    void refusesSearchesThatMakeNoSense(String index, String body, String code, String detail) {
        Answer answer = server.post("/v1/vectors/index/" + index + "/search", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).contains(detail);
        assertThat(server.search.requests()).isEmpty();
    }

    @Test
    void passesFailuresOfTheSearchOn() {
        assertThat(server.post("/v1/vectors/index/nope/search", "{\"text\": \"a\"}")
                        .code())
                .isEqualTo("index_not_found");
        server.search.failWith(new FreshetException(ErrorCode.DEADLINE_EXCEEDED, "no answer in 5 s"));
        assertThat(server.post("/v1/vectors/index/docs_v1/search", "{\"text\": \"a\"}")
                        .status())
                .isEqualTo(504);
    }

    private static List<String> names(Answer answer) {
        return java.util.stream.StreamSupport.stream(
                        answer.json().path("indexes").spliterator(), false)
                .map(index -> index.path("name").asText())
                .toList();
    }
}
