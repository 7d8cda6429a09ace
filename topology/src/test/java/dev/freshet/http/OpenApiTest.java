package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SchemaId;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SpecVersion;
import dev.freshet.catalog.TableOrigin.Column;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.http.openapi.Operation;
import dev.freshet.http.openapi.Operation.Content;
import dev.freshet.http.openapi.Operation.Parameter;
import dev.freshet.http.openapi.Route;
import dev.freshet.refresh.StaleView.IndexFreshness;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.search.Coverage;
import dev.freshet.search.RowSource;
import dev.freshet.search.RowView;
import dev.freshet.search.SearchHit;
import io.swagger.v3.parser.OpenAPIV3Parser;
import io.swagger.v3.parser.core.models.SwaggerParseResult;
import java.io.IOException;
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Holds {@code /openapi.json} to what the server does: every route is described and nothing else, the document is valid, and requests and answers are as it says.
 *
 * <p><b>A new route needs</b> an {@link Operation} in one of the classes that {@link ApiOperations} names, and a call in {@link #answersAsItSays}.
 */
class OpenApiTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final JsonSchemaFactory SCHEMAS = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012);

    private static final Map<String, Operation> OPERATIONS =
            ApiOperations.all().stream().collect(Collectors.toMap(Operation::id, Function.identity()));

    /** The operations that need an index with own vectors. */
    private static final Set<String> OWN_VECTORS = Set.of("addItems", "deleteItems", "mergeIndex");

    /** What stands for the parameters of paths where nothing is changed. */
    private static final Map<String, String> PARAMETERS = Map.of("alias", "live", "dataset", "docs", "key", "1");

    private RunningServer server;
    private JsonNode document;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        Answer answer = server.get("/openapi.json");
        assertThat(answer.status()).isEqualTo(200);
        assertThat(answer.header("Content-Type")).isEqualTo("application/json");
        document = answer.json();
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void describesEveryRouteAndNothingElse() {
        assertThat(ApiOperations.all().stream()
                        .map(operation -> operation.method() + " " + operation.path())
                        .toList())
                .as(
                        "operations that are described; describe a new route in one of the classes that ApiOperations names")
                .doesNotHaveDuplicates()
                .containsExactlyInAnyOrderElementsOf(server.routes().stream()
                        .map(route -> route.method() + " " + route.path())
                        .toList());
        assertThat(OPERATIONS).hasSize(ApiOperations.all().size());
        assertThat(document.findValuesAsText("operationId")).containsExactlyInAnyOrderElementsOf(OPERATIONS.keySet());
        assertThat(document.toString()).doesNotContain("/internal/");
    }

    @Test
    void saysWhoMayCallARoute() {
        for (Route route : server.routes()) {
            assertThat(operation(route.method(), route.path()).path("x-access").asText())
                    .as(route.toString())
                    .isIn("open", "profile", "read", "write", "admin")
                    .isEqualTo(route.access());
        }
    }

    @Test
    void isAValidOpenApiDocument() {
        SwaggerParseResult parsed = new OpenAPIV3Parser().readContents(document.toString());

        assertThat(parsed.getMessages()).isEmpty();
        assertThat(parsed.isOpenapi31()).isTrue();
        assertThat(parsed.getOpenAPI().getPaths())
                .hasSize(document.path("paths").size());
    }

    @Test
    void showsToAParserWhatIsNotValid() {
        ObjectNode broken = document.deepCopy();
        broken.withObject("/info").remove("title");

        assertThat(new OpenAPIV3Parser().readContents(broken.toString()).getMessages())
                .anyMatch(message -> message.contains("title"));
    }

    @Test
    void hasValidSchemas() {
        JsonSchema metaschema = SCHEMAS.getSchema(SchemaLocation.of(SchemaId.V202012));
        List<JsonNode> schemas = new ArrayList<>();
        document.path("components").path("schemas").forEach(schemas::add);
        schemas.addAll(document.path("paths").findValues("schema"));

        assertThat(schemas).hasSizeGreaterThan(100);
        for (JsonNode schema : schemas) {
            assertThat(metaschema.validate(schema)).as(schema.toString()).isEmpty();
        }
        for (String reference : document.findValuesAsText("$ref")) {
            assertThat(document.at(reference.substring(1)).isMissingNode())
                    .as(reference)
                    .isFalse();
        }
    }

    @Test
    void hasExamplesThatAreAsTheirSchemasSay() throws IOException {
        int checked = 0;
        for (Operation operation : ApiOperations.all()) {
            for (Content content : operation.bodies()) {
                if (content.mediaType().equals("application/json")) {
                    checkValid(content.schema(), MAPPER.readTree(content.example()), operation.id());
                    checked++;
                }
            }
        }
        assertThat(checked).isGreaterThan(5);
    }

    @Test
    void takesTheFieldsThatItSays() {
        setUp();
        for (Operation operation : ApiOperations.all()) {
            Optional<Content> body = operation.bodies().stream()
                    .filter(content ->
                            content.schema().path("additionalProperties").isBoolean())
                    .findFirst();
            if (body.isPresent()) {
                Answer answer = send(operation, path(operation, ""), "application/json", "{\"surprise\": 1}");

                assertThat(answer.code()).as(operation.id()).isEqualTo("unknown_field");
                List<String> names = names(body.get().schema());
                if (operation.id().equals("searchProfile")) {
                    // Taken off before the rest is read as a search.
                    names.removeAll(List.of("dataset", "index"));
                }
                assertThat(known(answer.detail())).as(operation.id()).containsExactlyInAnyOrderElementsOf(names);
            }
        }
    }

    @Test
    void takesTheQueryParametersThatItSays() {
        setUp();
        for (Operation operation : ApiOperations.all()) {
            if (operation.path().startsWith("/v1/")) {
                Answer answer = send(operation, path(operation, "?surprise=1"), "application/json", "{}");

                assertThat(answer.code()).as(operation.id()).isEqualTo("bad_request");
                assertThat(known(answer.detail()))
                        .as(operation.id())
                        .containsExactlyInAnyOrderElementsOf(
                                operation.query().stream().map(Parameter::name).toList());
            }
        }
    }

    @Test
    void answersAsItSays() throws IOException {
        Set<String> called = new HashSet<>();
        Caller call = (id, path) -> {
            called.add(id);
            return call(id, path);
        };
        call.now("root", "/");
        call.now("livez", "/livez");
        call.now("readyz", "/readyz");
        call.now("metrics", "/metrics");
        call.now("openapi", "/openapi.json");

        call.now("putDataset", "/v1/catalog/datasets/docs");
        call.now("listDatasets", "/v1/catalog/datasets?all=true");
        call.now("getDataset", "/v1/catalog/datasets/docs");
        server.catalog.registerTable(LineageRoutesTest.albums(true, Instant.EPOCH, new Column("title", "text")));
        server.catalog.registerTable(
                LineageRoutesTest.albums(true, Instant.EPOCH.plusSeconds(1), new Column("title", "varchar")));
        call.now("getDataset", "/v1/catalog/datasets/albums");
        server.lineage = LineageRoutesTest.report(true);
        call.now("getLineage", "/v1/catalog/datasets/albums/lineage");
        call.now("ingest", "/v1/ingest/docs?wait=true&timeout_ms=1000");
        call.now("deleteRow", "/v1/ingest/docs/1");
        markStale();
        call.now("listStale", "/v1/vectors/stale?all=true");

        call.now("createIndex", "/v1/vectors/index");
        server.post("/v1/vectors/index", "{\"name\": \"docs_v2\", \"dataset\": \"docs\"}");
        server.post("/v1/vectors/index", "{\"name\": \"palette\", \"dimension\": 3}");
        call.now("listIndexes", "/v1/vectors/index");
        call.now("describeIndexes", "/v1/vectors/indexes?source=docs");
        call.now("getIndex", "/v1/vectors/index/docs_v1");
        call.now("putAlias", "/v1/vectors/aliases/live");
        call.now("listAliases", "/v1/vectors/aliases");
        call.now("getAlias", "/v1/vectors/aliases/live");

        server.search.answer(
                new Coverage(2, 2),
                new SearchHit("1#0", "1", 0, 0.9, 0.1, "text", "{\"site\": \"ams1\"}", new float[] {1, 0, 0}),
                new SearchHit("2#0", "2", 0, 0.5, 0.5, "", "{}", null));
        call.now("search", "/v1/vectors/index/live/search");
        checkAnswer(
                requireNonNull(OPERATIONS.get("search")),
                server.post(
                        "/v1/vectors/index/live/search",
                        "{\"queries\": [{\"text\": \"a\"}, {\"vector\": [1, 0, 0], \"k\": 1}], \"timeout_ms\": 1000}"));
        call.now("compare", "/v1/vectors/index/docs_v1/compare");
        call.now("createProfile", "/v1/catalog/profiles");
        call.now("putProfile", "/v1/catalog/profiles/support");
        call.now("listProfiles", "/v1/catalog/profiles");
        call.now("getProfile", "/v1/catalog/profiles/support");
        call.now("activateProfile", "/v1/vectors/profile/support/activate");
        call.now("getActiveProfile", "/v1/vectors/profile/active");
        call.now("searchProfile", "/v1/vectors/profile/active/search");
        call.now("deactivateProfile", "/v1/vectors/profile/support/deactivate");
        call.now("dropProfile", "/v1/catalog/profiles/support");
        call.now("addItems", "/v1/vectors/index/colours/add");
        call.now("deleteItems", "/v1/vectors/index/colours/delete?wait=false");
        server.search.row(new RowView(
                "red",
                RowVersion.of(0, 9),
                List.of(new RowView.ChunkView(0, "", new float[] {1, 0, 0})),
                "{\"warm\": true}",
                null,
                new RowSource("mysql", "shop", "shop.colours", "mysql-bin.000003 154", Instant.EPOCH)));
        call.now("listItems", "/v1/vectors/index/colours/items?limit=10");
        call.now("getItem", "/v1/vectors/index/colours/items/red?include_vector=true");

        String job = call.now("refresh", "/v1/vectors/refresh/docs").path("id").asText();
        call.now("listJobs", "/v1/vectors/jobs?state=running");
        call.now("getJob", "/v1/vectors/jobs/" + job);
        call.now("cancelJob", "/v1/vectors/jobs/" + job);
        call.now("rebuildIndex", "/v1/vectors/index/docs_v1/rebuild");
        call.now("mergeIndex", "/v1/vectors/index/colours/merge");

        server.letters.add(
                "0-3-17", "docs", ErrorCode.UNDECODABLE_RECORD, "docs:k".getBytes(UTF_8), "{\"a\": 1}".getBytes(UTF_8));
        call.now("listDeadLetters", "/v1/dead-letters?limit=10");
        call.now("getDeadLetter", "/v1/dead-letters/0-3-17");
        call.now("replayDeadLetters", "/v1/dead-letters/replay");

        call.now("dropAlias", "/v1/vectors/aliases/live");
        call.now("dropIndex", "/v1/vectors/index/docs_v2");
        call.now("dropDataset", "/v1/catalog/datasets/docs");

        assertThat(called)
                .as("operations that this test calls; add a call for each new one")
                .containsExactlyInAnyOrderElementsOf(OPERATIONS.keySet());
    }

    private interface Caller {
        JsonNode now(String id, String path) throws IOException;
    }

    /** Sends the operation's examples; each has to be answered as the document says. Returns the last answer. */
    private JsonNode call(String id, String path) throws IOException {
        Operation operation = requireNonNull(OPERATIONS.get(id), id);
        JsonNode last = MAPPER.nullNode();
        List<Content> bodies = operation.bodies().isEmpty()
                ? List.of(new Content("application/json", MAPPER.createObjectNode(), ""))
                : operation.bodies();
        for (Content content : bodies) {
            Answer answer = send(operation, path, content.mediaType(), content.example());
            last = checkAnswer(operation, answer);
        }
        return last;
    }

    /** Returns what was answered, if it is JSON. */
    private JsonNode checkAnswer(Operation operation, Answer answer) throws IOException {
        String what = operation.id() + ": " + answer.response().body();
        assertThat(answer.status()).as(what).isBetween(200, 299);
        JsonNode response = operation(operation.method(), operation.path())
                .path("responses")
                .path(String.valueOf(answer.status()));
        assertThat(response.isMissingNode()).as(what).isFalse();
        JsonNode schema = response.path("content").path("application/json").path("schema");
        if (schema.isObject()) {
            checkValid((ObjectNode) schema, answer.json(), what);
            return answer.json();
        }
        assertThat(response.path("content").size()).as(what).isEqualTo(answer.status() == 204 ? 0 : 1);
        return MAPPER.nullNode();
    }

    private Answer send(Operation operation, String path, String mediaType, String body) {
        return server.send(server.request(path)
                .header("Content-Type", mediaType)
                .method(
                        operation.method(),
                        operation.bodies().isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body)));
    }

    private void checkValid(ObjectNode schema, JsonNode value, String what) throws IOException {
        // On its own a schema has the others it refers to under $defs.
        ObjectNode whole = schema.deepCopy();
        whole.set("$defs", document.path("components").path("schemas"));
        String alone = whole.toString().replace("#/components/schemas/", "#/$defs/");

        assertThat(SCHEMAS.getSchema(alone).validate(value)).as(what).isEmpty();
    }

    private JsonNode operation(String method, String path) {
        String template = path.replace('<', '{').replace('>', '}');
        return document.path("paths").path(template).path(method.toLowerCase(Locale.ROOT));
    }

    /** A dataset with an index, an alias and a profile, and an index with own vectors. */
    private void setUp() {
        server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}");
        server.put("/v1/vectors/aliases/live", "{\"index\": \"docs_v1\"}");
        server.put("/v1/catalog/profiles/1", "{\"bindings\": [{\"dataset\": \"docs\"}]}");
    }

    /** The path of an operation, over what {@link #setUp} makes. */
    private static String path(Operation operation, String query) {
        String path = operation.path().replace('<', '{').replace('>', '}');
        boolean dataset = path.startsWith("/v1/catalog/datasets");
        boolean own = OWN_VECTORS.contains(operation.id());
        path = path.replace("{name}", dataset ? "docs" : own ? "own" : "docs_v1")
                .replace("{id}", "1");
        for (Map.Entry<String, String> parameter : PARAMETERS.entrySet()) {
            path = path.replace("{" + parameter.getKey() + "}", parameter.getValue());
        }
        return path + query;
    }

    /** The names that a refusal lists. */
    private static List<String> known(String detail) {
        int start = detail.indexOf("known are ");
        return start < 0
                ? List.of()
                : Arrays.asList(detail.substring(start + "known are ".length()).split(", ", -1));
    }

    private static List<String> names(ObjectNode schema) {
        List<String> names = new ArrayList<>();
        schema.path("properties").fieldNames().forEachRemaining(names::add);
        return names;
    }

    private void markStale() {
        long dataset = server.catalog.current().dataset("docs").orElseThrow().id();
        long index = server.catalog.current().index("docs_v1").orElseThrow().id();
        server.stale.add(new IndexFreshness(index, dataset, 12, Instant.EPOCH, Instant.EPOCH, Instant.EPOCH));
    }
}
