package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DatasetRoutesTest {
    private static final String BODY = "{\"id_columns\": [\"id\"], \"text_columns\": [\"title\", \"text\"]}";
    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void createsWithItsFirstIndexAndThenChanges() {
        Answer created = server.put("/v1/catalog/datasets/docs", BODY);
        assertThat(created.status()).isEqualTo(201);
        JsonNode json = created.json();
        assertThat(json.path("name").asText()).isEqualTo("docs");
        assertThat(json.path("text_columns").toString()).isEqualTo("[\"title\",\"text\"]");
        assertThat(json.has("metadata_columns")).isTrue();
        assertThat(json.path("metadata_columns").isNull()).isTrue();
        assertThat(json.path("refresh_policy").asText()).isEqualTo("on_append");
        assertThat(json.path("indexes").path(0).path("name").asText()).isEqualTo("docs_v1");
        assertThat(json.path("indexes").path(0).path("source").asText()).isEqualTo("docs");

        Answer again = server.put("/v1/catalog/datasets/docs", BODY);
        assertThat(again.status()).isEqualTo(200);
        assertThat(again.json().path("indexes").size()).isEqualTo(1);
        assertThat(server.get("/v1/catalog/datasets/docs").json()).isEqualTo(again.json());
    }

    @Test
    void createsWithoutAnIndexWhenAskedTo() {
        Answer created = server.put(
                "/v1/catalog/datasets/docs",
                "{\"id_columns\": [\"id\"], \"text_columns\": [\"id\"], \"metadata_columns\": [], \"create_index\": false}");

        assertThat(created.status()).isEqualTo(201);
        assertThat(created.json().path("indexes").size()).isZero();
        assertThat(created.json().path("metadata_columns").isArray()).isTrue();
    }

    @Test
    void listsAndDrops() {
        server.put("/v1/catalog/datasets/docs", BODY);
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}");

        assertThat(names(server.get("/v1/catalog/datasets"))).containsExactly("docs");
        assertThat(names(server.get("/v1/catalog/datasets?all=true"))).containsExactly("docs", "own");
        assertThat(server.delete("/v1/catalog/datasets/docs").status()).isEqualTo(204);
        assertThat(server.get("/v1/catalog/datasets/docs").code()).isEqualTo("dataset_not_found");
        assertThat(server.delete("/v1/catalog/datasets/docs").status()).isEqualTo(404);
    }

    @Test
    void leavesTheImplicitDatasetOfADirectIndexAlone() {
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}");

        assertThat(server.put("/v1/catalog/datasets/own", BODY).code()).isEqualTo("dataset_is_direct");
        assertThat(server.delete("/v1/catalog/datasets/own").code()).isEqualTo("dataset_is_direct");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"text_columns\": [\"t\"]}                                                 | bad_request    | 'id_columns' is missing",
                "{\"id_columns\": [\"a\"]}                                                   | bad_request    | 'text_columns' is missing",
                "{\"id_columns\": [\"a\"], \"text_columns\": []}                             | bad_request    | at least one",
                "{\"id_columns\": [\"a\", \"a\"], \"text_columns\": [\"t\"]}                 | bad_request    | 'a' twice",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\", \"t\"]}                 | bad_request    | 't' twice",
                "{\"id_columns\": [\"\"], \"text_columns\": [\"t\"]}                         | bad_request    | without a name",
                "{\"id_columns\": \"a\", \"text_columns\": [\"t\"]}                          | bad_request    | an array of strings",
                "{\"id_columns\": [1], \"text_columns\": [\"t\"]}                            | bad_request    | 'id_columns[0]' is a number",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\"], \"textcolumns\": []}   | unknown_field  | 'textcolumns'; known are id_columns, text_columns",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\"], \"refresh_policy\": \"manual\"} | bad_request | supported: on_append",
                "{\"id_columns\": [\"a\"], \"text_columns\": [\"t\"], \"create_index\": \"yes\"}      | bad_request | true or false",
                "{\"id_columns\": [\"a\"], \"id_columns\": [\"b\"], \"text_columns\": [\"t\"]}        | malformed_json | id_columns",
                "{\"id_columns\": [\"a\"] \"text_columns\": [\"t\"]}                         | malformed_json | line 1, column",
                "[]                                                                          | bad_request    | must be a JSON object",
                "''                                                                          | malformed_json | empty",
            })
    void refusesBodiesThatMakeNoSense(String body, String code, String detail) {
        Answer answer = server.put("/v1/catalog/datasets/docs", body);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo(code);
        assertThat(answer.detail()).contains(detail);
        assertThat(server.catalog.current().datasets()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Docs",
                "a.b",
                "a%20b",
                "%C3%BC",
                "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
            })
    void refusesNamesThatAreNoSlugs(String name) {
        Answer answer = server.put("/v1/catalog/datasets/" + name, BODY);

        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo("invalid_name");
        assertThat(answer.detail()).contains("1 to 64");
    }

    @Test
    void passesRefusalsOfTheCatalogOn() {
        server.put("/v1/catalog/datasets/docs", BODY);
        Answer changed =
                server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"x\"], \"text_columns\": [\"t\"]}");
        assertThat(changed.status()).isEqualTo(409);
        assertThat(changed.code()).isEqualTo("id_columns_changed");

        server.catalog.failWith(new FreshetException(ErrorCode.CATALOG_UNAVAILABLE, "no answer in 5 s"));
        Answer unavailable = server.put("/v1/catalog/datasets/docs", BODY);
        assertThat(unavailable.status()).isEqualTo(503);
        assertThat(unavailable.header("Retry-After")).isEqualTo("1");
    }

    @Test
    void takesJsonOnly() {
        Answer form = server.send(server.request("/v1/catalog/datasets/docs")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .PUT(java.net.http.HttpRequest.BodyPublishers.ofString(BODY)));

        assertThat(form.status()).isEqualTo(415);
        assertThat(form.detail()).contains("application/json");
    }

    private static List<String> names(Answer answer) {
        return answer.json().path("datasets").findValuesAsText("name").stream()
                .filter(name -> !name.endsWith("_v1"))
                .distinct()
                .toList();
    }
}
