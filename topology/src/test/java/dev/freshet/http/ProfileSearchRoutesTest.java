package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Filter;
import dev.freshet.search.SearchRequest;
import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ProfileSearchRoutesTest {
    private static final String DOCS = "{\"dataset\": \"docs\", \"index\": \"live\"}";

    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        for (String dataset : List.of("docs", "logs", "secrets")) {
            server.put("/v1/catalog/datasets/" + dataset, "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        }
        server.post("/v1/vectors/index", "{\"name\": \"docs_v2\", \"dataset\": \"docs\", \"model\": \"other\"}");
        server.put("/v1/vectors/aliases/live", "{\"index\": \"docs_v1\"}");
        server.put("/v1/vectors/aliases/hidden", "{\"index\": \"secrets_v1\"}");
        define("one", "{\"bindings\": [" + DOCS + "]}");
        define("two", "{\"bindings\": [" + DOCS + ", {\"dataset\": \"logs\"}]}");
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void searchesItsOnlyBindingUnlessToldOtherwise() {
        JsonNode answer = found("one", "{\"text\": \"a\"}");
        assertThat(answer.path("index").asText()).isEqualTo("docs_v1");
        assertThat(answer.path("alias").asText()).isEqualTo("live");
        assertThat(found("one", "{\"text\": \"a\", \"index\": \"docs_v2\"}")
                        .path("index")
                        .asText())
                .as("any index of a bound dataset")
                .isEqualTo("docs_v2");
        server.put("/v1/vectors/aliases/live", "{\"index\": \"docs_v2\"}");
        assertThat(found("one", "{\"text\": \"a\"}").path("index").asText()).isEqualTo("docs_v2");
        assertThat(server.search.requests())
                .extracting(SearchRequest::indexId)
                .containsExactly(id("docs_v1"), id("docs_v2"), id("docs_v2"));
    }

    @Test
    void searchesTheBindingThatTheRequestNames() {
        assertThat(found("two", "{\"text\": \"a\", \"dataset\": \"logs\"}")
                        .path("index")
                        .asText())
                .isEqualTo("logs_v1");
        assertThat(found("two", "{\"text\": \"a\", \"dataset\": \"docs\"}")
                        .path("alias")
                        .asText())
                .isEqualTo("live");
        assertThat(found("two", "{\"text\": \"a\", \"dataset\": \"docs\", \"index\": \"docs_v2\"}")
                        .path("index")
                        .asText())
                .isEqualTo("docs_v2");
        Answer contrary = search("two", "{\"text\": \"a\", \"dataset\": \"logs\", \"index\": \"docs_v2\"}");
        assertThat(contrary.status()).isEqualTo(400);
        assertThat(contrary.detail()).contains("'docs_v2' is not an index of the dataset 'logs'");
        Answer which = search("two", "{\"text\": \"a\"}");
        assertThat(which.status()).isEqualTo(400);
        assertThat(which.code()).isEqualTo("bad_request");
        assertThat(which.detail()).contains("several datasets", "'docs' (live), 'logs' (logs_v1)");
        assertThat(which.json().path("allowed").toString())
                .isEqualTo("[{\"dataset\":\"docs\",\"index\":\"live\"},{\"dataset\":\"logs\",\"index\":\"logs_v1\"}]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "\"index\": \"secrets_v1\"                            | no index or alias 'secrets_v1'",
                "\"index\": \"hidden\"                                | no index or alias 'hidden'",
                "\"index\": \"nowhere\"                               | no index or alias 'nowhere'",
                "\"dataset\": \"secrets\"                             | no dataset 'secrets'",
                "\"dataset\": \"nowhere\"                             | no dataset 'nowhere'",
                "\"dataset\": \"secrets\", \"index\": \"secrets_v1\"  | no dataset 'secrets'",
                "\"dataset\": \"docs\", \"index\": \"secrets_v1\"     | no index or alias 'secrets_v1'",
                "\"index\": \"logs_v1\"                               | no index or alias 'logs_v1'",
            })
    void refusesWhatIsOutOfItsScope(String scope, String words) {
        Answer refused = search("one", "{\"text\": \"a\", " + scope + "}");
        assertThat(refused.status()).isEqualTo(403);
        assertThat(refused.code()).isEqualTo("profile_scope");
        assertThat(refused.detail()).contains(words, "'one'");
        assertThat(refused.json().path("profile").asText()).isEqualTo("one");
        assertThat(refused.json().path("allowed").toString()).isEqualTo("[{\"dataset\":\"docs\",\"index\":\"live\"}]");
        assertThat(server.search.requests()).isEmpty();
    }

    @Test
    void takesTheProfilesDefaultsWhereTheRequestIsSilent() {
        define(
                "one",
                "{\"bindings\": [" + DOCS
                        + "], \"search\": {\"k\": 20, \"ef\": 30, \"score_threshold\": 0.5, \"group_by_row\": true}}");
        found("one", "{\"text\": \"a\"}");
        found("one", "{\"text\": \"a\", \"k\": 3, \"ef\": 9, \"score_threshold\": 0.1, \"group_by_row\": false}");
        found("one", "{\"text\": \"a\", \"k\": 100}");
        found("one", "{\"text\": \"a\", \"ef\": 7}");
        found("one", "{\"text\": \"a\", \"exact\": true}");
        List<SearchRequest> asked = server.search.requests();
        assertThat(asked).extracting(SearchRequest::k).containsExactly(20, 3, 100, 7, 20);
        assertThat(asked).extracting(SearchRequest::ef).containsExactly(30, 9, 100, 7, null);
        assertThat(asked).extracting(SearchRequest::scoreThreshold).containsExactly(0.5, 0.1, 0.5, 0.5, 0.5);
        assertThat(asked).extracting(SearchRequest::groupByRow).containsExactly(true, false, true, true, true);
        assertThat(asked).extracting(SearchRequest::filter).containsOnlyNulls();

        Answer wrong = search("one", "{\"text\": \"a\", \"k\": \"x\"}");
        assertThat(wrong.status()).isEqualTo(400);
        assertThat(wrong.detail()).contains("'k' is a string");
    }

    @Test
    void raisesAnEfThatIsSmallerThanWhatASearchWithoutKTakes() {
        define("one", "{\"bindings\": [" + DOCS + "], \"search\": {\"ef\": 5}}");
        found("one", "{\"text\": \"a\"}");
        found("one", "{\"text\": \"a\", \"k\": 3}");
        List<SearchRequest> asked = server.search.requests();
        assertThat(asked).extracting(SearchRequest::k).containsExactly(10, 3);
        assertThat(asked).extracting(SearchRequest::ef).containsExactly(10, 5);
    }

    @Test
    void doesNotLetItsFilterNarrowOrShowInWhatARequestMayAsk() {
        String fields =
                IntStream.range(0, 256).mapToObj(i -> "\"f" + i + "\": 1").collect(Collectors.joining(","));
        define("one", "{\"bindings\": [" + DOCS + "], \"search\": {\"filter\": {\"eq\": {\"canary\": \"ams1\"}}}}");
        found("one", "{\"text\": \"a\", \"filter\": {\"lt\": {" + fields + "}}}");
        assertThat(server.search.requests())
                .extracting(request -> String.valueOf(request.filter()))
                .singleElement(STRING)
                .contains("canary", "f255");

        Answer refused = search("one", "{\"text\": \"a\", \"filter\": {\"lt\": {" + fields + ", \"more\": 1}}}");
        assertThat(refused.code()).isEqualTo("invalid_filter");
        assertThat(refused.detail()).contains("'filter.lt' is beyond").doesNotContain("and", "canary");
    }

    @Test
    void alwaysSearchesWithinTheProfilesFilter() {
        define("one", "{\"bindings\": [" + DOCS + "], \"search\": {\"filter\": {\"eq\": {\"site\": \"ams1\"}}}}");
        found("one", "{\"text\": \"a\"}");
        found("one", "{\"text\": \"a\", \"index\": \"docs_v2\", \"exact\": true}");
        assertThat(server.search.requests())
                .extracting(SearchRequest::filter)
                .containsOnly(Filter.parse("{\"eq\":{\"site\":\"ams1\"}}"));
    }

    @Test
    void isHeldToTheDefinitionOfTheMomentWhenItsIndexGoesWhileItIsSearched() {
        server.search.beforeNextSearch(() -> {
            server.put("/v1/vectors/aliases/live", "{\"index\": \"docs_v2\"}");
            server.delete("/v1/vectors/index/docs_v1");
            define("one", "{\"bindings\": [" + DOCS + "], \"search\": {\"filter\": {\"eq\": {\"site\": \"ams1\"}}}}");
            throw new FreshetException(ErrorCode.INDEX_NOT_FOUND, "there is no such index");
        });
        assertThat(found("one", "{\"text\": \"a\"}").path("index").asText()).isEqualTo("docs_v2");
        assertThat(server.search.requests())
                .extracting(SearchRequest::filter)
                .containsExactly(null, Filter.parse("{\"eq\":{\"site\":\"ams1\"}}"));
    }

    @Test
    void searchesByTheActiveProfileUnderItsOwnPath() {
        assertThat(search("active", "{\"text\": \"a\"}").code()).isEqualTo("profile_not_found");
        server.post("/v1/vectors/profile/one/activate", "");
        assertThat(found("active", "{\"text\": \"a\"}").path("index").asText()).isEqualTo("docs_v1");
        Answer refused = search("active", "{\"text\": \"a\", \"index\": \"logs_v1\"}");
        assertThat(refused.code()).isEqualTo("profile_scope");
        assertThat(refused.json().path("profile").asText()).isEqualTo("one");
        server.post("/v1/vectors/profile/two/activate", "");
        assertThat(found("active", "{\"text\": \"a\", \"dataset\": \"logs\"}")
                        .path("index")
                        .asText())
                .isEqualTo("logs_v1");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"[]", "1", "{\"text\": \"a\", \"dataset\": 1}", "{\"text\": \"a\", \"profile\": \"two\"}", "{}"})
    void refusesBodiesThatAreNoSearch(String body) {
        assertThat(search("one", body).status()).isEqualTo(400);
        assertThat(search("none", body).code()).isEqualTo("profile_not_found");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "\"index\": \"secrets_v1\"",
                "\"index\": \"hidden\"",
                "\"index\": \"nowhere\"",
                "\"dataset\": \"secrets\"",
                "\"dataset\": \"nowhere\""
            })
    void looksForWhatIsOutOfItsScopeAsLongAsForWhatThereIsNot(String scope) {
        server.catalog.hide();
        server.put("/v1/vectors/aliases/fresh", "{\"index\": \"docs_v2\"}");
        long before = server.catalog.current().version();
        assertThat(search("one", "{\"text\": \"a\", " + scope + "}").code()).isEqualTo("profile_scope");
        assertThat(server.catalog.current().version())
                .as("read to the end of the topic")
                .isGreaterThan(before);
    }

    @Test
    void seesWhatAnotherProcessHasJustCreated() {
        server.catalog.hide();
        server.put("/v1/vectors/aliases/fresh", "{\"index\": \"docs_v2\"}");
        assertThat(found("one", "{\"text\": \"a\", \"index\": \"fresh\"}")
                        .path("index")
                        .asText())
                .isEqualTo("docs_v2");
    }

    private void define(String id, String body) {
        Answer defined = server.put("/v1/catalog/profiles/" + id, body);
        assertThat(defined.status()).as(defined.response().body()).isIn(200, 201);
    }

    private Answer search(String profile, String body) {
        return server.post("/v1/vectors/profile/" + profile + "/search", body);
    }

    private JsonNode found(String profile, String body) {
        Answer answer = search(profile, body);
        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        return answer.json();
    }

    private long id(String index) {
        return server.catalog.current().index(index).orElseThrow().id();
    }
}
