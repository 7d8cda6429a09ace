package dev.freshet.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.http.access.ApiKeys;
import dev.freshet.http.access.KeyEntry;
import dev.freshet.http.access.KeyRole;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every error code, with a request that gets it. <b>A new code needs a line</b>: in {@link #exercises} if a request can get it, in {@link #IN_ANSWERS} if it stands inside
 * answers that are no problems, else in {@link #ELSEWHERE} with where it comes from.
 */
class EveryErrorCodeTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String DOCS = "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}";

    /** Why one letter of a replay was not sent, or one row could not be taken: the answer itself is a 200. */
    private static final Set<ErrorCode> IN_ANSWERS =
            EnumSet.of(ErrorCode.DEAD_LETTER_SETTLED, ErrorCode.DEAD_LETTER_OUTDATED, ErrorCode.DEAD_LETTER_INCOMPLETE);

    /** Codes that no request of a client can get, and the tests that have them. */
    private static final Map<ErrorCode, String> ELSEWHERE = Map.of(
            ErrorCode.TOPIC_RECREATED, "refuses the start of a process: CatalogRulesTest",
            ErrorCode.PARTITIONS_CHANGED, "refuses the start of a process: CatalogRulesTest",
            ErrorCode.VALUE_UNAVAILABLE, "dead letters: RefreshTopologyTest",
            ErrorCode.UNDECODABLE_RECORD, "dead letters: RefreshTopologyTest",
            ErrorCode.UNKNOWN_DATASET, "dead letters: RefreshTopologyTest");

    /** What gets a code from a server that has the dataset 'docs', the direct index 'own' of 3 dimensions, and the alias 'live' of 'docs_v1'. */
    private interface Exercise {
        Problem on(RunningServer server) throws Exception;
    }

    /** A problem, however it came. */
    private record Problem(int status, String contentType, JsonNode json) {
        static Problem of(Answer answer) {
            return new Problem(answer.status(), answer.header("Content-Type"), answer.json());
        }
    }

    private static Map<ErrorCode, Exercise> exercises() {
        Map<ErrorCode, Exercise> exercises = new EnumMap<>(ErrorCode.class);
        requests(exercises);
        rows(exercises);
        names(exercises);
        conflicts(exercises);
        scopes(exercises);
        limits(exercises);
        others(exercises);
        return exercises;
    }

    private static void requests(Map<ErrorCode, Exercise> exercises) {
        exercises.put(ErrorCode.BAD_REQUEST, get("/v1/vectors/stale?surprise=1"));
        exercises.put(ErrorCode.MALFORMED_JSON, put("/v1/catalog/datasets/other", "{"));
        exercises.put(ErrorCode.UNKNOWN_FIELD, put("/v1/catalog/datasets/other", "{\"colour\": 1}"));
        exercises.put(
                ErrorCode.INVALID_SCHEDULE,
                put(
                        "/v1/catalog/datasets/other",
                        "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"], \"refresh_policy\": \"scheduled\", \"schedule\": \"61 * * * *\"}"));
        exercises.put(
                ErrorCode.INVALID_FILTER,
                post("/v1/vectors/index/own/search", "{\"vector\": [1, 2, 3], \"filter\": {\"like\": {\"a\": 1}}}"));
        exercises.put(
                ErrorCode.HASH_KEY_MISSING,
                put(
                        "/v1/catalog/datasets/other",
                        "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"], \"column_policies\": {\"phone\": \"hash\"}}"));
        exercises.put(ErrorCode.INVALID_NAME, put("/v1/catalog/datasets/UPPER", DOCS));
        exercises.put(
                ErrorCode.DIMENSION_MISMATCH,
                post("/v1/vectors/index/own/add", "{\"items\": [{\"id\": 1, \"vector\": [1]}]}"));
        exercises.put(
                ErrorCode.INVALID_VECTOR,
                post("/v1/vectors/index/own/add", "{\"items\": [{\"id\": 1, \"vector\": [0, 0, 0]}]}"));
        exercises.put(ErrorCode.DISTANCE_MISMATCH, server -> {
            server.post("/v1/vectors/index", "{\"name\": \"dots\", \"dimension\": 3, \"distance\": \"dot\"}");
            return Problem.of(server.post("/v1/vectors/index/own/merge", "{\"dest\": \"dots\"}"));
        });
        exercises.put(
                ErrorCode.UNSUPPORTED_MEDIA_TYPE,
                server -> Problem.of(server.post("/v1/ingest/docs", "application/xml", "<row/>")));
        exercises.put(ErrorCode.METHOD_NOT_ALLOWED, server -> Problem.of(server.delete("/v1/vectors/stale")));
    }

    private static void rows(Map<ErrorCode, Exercise> exercises) {
        exercises.put(ErrorCode.INVALID_ROW, post("/v1/ingest/docs", "[{\"id\": 1}, {\"text\": \"a\"}]"));
        exercises.put(ErrorCode.MISSING_KEY, post("/v1/ingest/docs", "[{\"text\": \"a\"}]"));
        exercises.put(ErrorCode.MISSING_TEXT, post("/v1/ingest/docs", "[{\"id\": 1}]"));
        exercises.put(
                ErrorCode.ROW_TOO_LARGE,
                post(
                        "/v1/ingest/docs",
                        "[{\"id\": 1, \"text\": \"" + "a".repeat(RunningServer.MAX_ROW_BYTES + 1) + "\"}]"));
    }

    private static void names(Map<ErrorCode, Exercise> exercises) {
        exercises.put(ErrorCode.DATASET_NOT_FOUND, get("/v1/catalog/datasets/nope"));
        exercises.put(ErrorCode.INDEX_NOT_FOUND, get("/v1/vectors/index/nope"));
        exercises.put(ErrorCode.ITEM_NOT_FOUND, get("/v1/vectors/index/own/items/nope"));
        exercises.put(ErrorCode.JOB_NOT_FOUND, get("/v1/vectors/jobs/9999"));
        exercises.put(ErrorCode.ALIAS_NOT_FOUND, get("/v1/vectors/aliases/nope"));
        exercises.put(ErrorCode.DEAD_LETTER_NOT_FOUND, get("/v1/dead-letters/0-0-1"));
        exercises.put(ErrorCode.ROUTE_NOT_FOUND, get("/v2"));
        exercises.put(ErrorCode.DATASET_EXISTS, post("/v1/vectors/index", "{\"name\": \"docs\", \"dimension\": 3}"));
        exercises.put(ErrorCode.INDEX_EXISTS, post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}"));
        exercises.put(ErrorCode.ALIAS_EXISTS, post("/v1/vectors/index", "{\"name\": \"live\", \"dimension\": 3}"));
        exercises.put(
                ErrorCode.UNKNOWN_ENGINE,
                post("/v1/vectors/index", "{\"name\": \"new\", \"dimension\": 3, \"engine\": \"steam\"}"));
        exercises.put(ErrorCode.UNKNOWN_MODEL, catalogThatFails(ErrorCode.UNKNOWN_MODEL, "there is no model 'nope'"));
        exercises.put(
                ErrorCode.MODEL_CHANGED,
                catalogThatFails(ErrorCode.MODEL_CHANGED, "the model has another fingerprint"));
    }

    private static void conflicts(Map<ErrorCode, Exercise> exercises) {
        exercises.put(
                ErrorCode.ID_COLUMNS_CHANGED,
                put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"key\"], \"text_columns\": [\"text\"]}"));
        exercises.put(ErrorCode.DATASET_IN_USE, server -> Problem.of(server.delete("/v1/catalog/datasets/docs")));
        exercises.put(ErrorCode.INDEX_IN_USE, server -> Problem.of(server.delete("/v1/vectors/index/docs_v1")));
        exercises.put(ErrorCode.DATASET_IS_DIRECT, post("/v1/ingest/own", "[]"));
        exercises.put(ErrorCode.INDEX_NOT_DIRECT, post("/v1/vectors/index/docs_v1/add", "{\"items\": []}"));
        exercises.put(ErrorCode.INDEX_BUSY, server -> {
            server.post("/v1/vectors/index", "{\"name\": \"docs_v2\", \"dataset\": \"docs\"}");
            return Problem.of(server.post("/v1/vectors/index/docs_v2/rebuild", ""));
        });
        exercises.put(ErrorCode.JOB_NOT_RUNNING, server -> {
            long job = server.post("/v1/vectors/refresh/docs", "")
                    .json()
                    .path("id")
                    .asLong();
            server.delete("/v1/vectors/jobs/" + job);
            return Problem.of(server.delete("/v1/vectors/jobs/" + job));
        });
        exercises.put(ErrorCode.JOB_NOT_CANCELLABLE, server -> {
            long job = server.delete("/v1/vectors/index/own").json().path("id").asLong();
            return Problem.of(server.delete("/v1/vectors/jobs/" + job));
        });
        exercises.put(ErrorCode.POLICY_NOT_ON_APPEND, server -> {
            server.put(
                    "/v1/catalog/datasets/docs",
                    "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"], \"refresh_policy\": \"manual\"}");
            return Problem.of(server.post("/v1/ingest/docs?wait=true", "[]"));
        });
    }

    private static void scopes(Map<ErrorCode, Exercise> exercises) {
        exercises.put(ErrorCode.PROFILE_NOT_FOUND, get("/v1/catalog/profiles/nope"));
        exercises.put(
                ErrorCode.INVALID_FILTER,
                put(
                        "/v1/catalog/profiles/reader",
                        "{\"bindings\": [{\"dataset\": \"docs\"}], \"search\": {\"filter\": {\"near\": {\"a\": 1}}}}"));
        exercises.put(
                ErrorCode.PROFILE_EXISTS,
                withProfile(server -> server.post(
                        "/v1/catalog/profiles", "{\"id\": \"reader\", \"bindings\": [{\"dataset\": \"docs\"}]}")));
        exercises.put(
                ErrorCode.PROFILE_SCOPE,
                withProfile(server -> server.post(
                        "/v1/vectors/profile/reader/search", "{\"index\": \"own\", \"vector\": [1, 0, 0]}")));
        exercises.put(ErrorCode.PROFILE_IN_USE, withProfile(server -> {
            server.post("/v1/vectors/profile/reader/activate", "");
            return server.delete("/v1/catalog/profiles/reader");
        }));
        exercises.put(ErrorCode.ALIAS_IN_USE, withProfile(server -> server.delete("/v1/vectors/aliases/live")));
        exercises.put(ErrorCode.UNAUTHENTICATED, withKeys(server -> server.get("/v1/vectors/index")));
        exercises.put(
                ErrorCode.FORBIDDEN,
                withKeys(server -> server.send(server.request("/v1/vectors/index/docs_v1")
                        .header("X-API-Key", "key-read")
                        .DELETE())));
        exercises.put(ErrorCode.INCOMPLETE, searchThatFails(new FreshetException(ErrorCode.INCOMPLETE, "1 of 2")));
    }

    /** Of a server that knows one key, which may read. */
    private static Exercise withKeys(Function<RunningServer, Answer> exercise) {
        return unguarded -> {
            HttpSecurity keys =
                    new HttpSecurity(ApiKeys.of(List.of(KeyEntry.of("reader", KeyRole.READ, null, "key-read"))), null);
            try (RunningServer guarded = new RunningServer(keys)) {
                return Problem.of(exercise.apply(guarded));
            }
        };
    }

    /** Of a server that has the profile 'reader', which is bound to 'live'. */
    private static Exercise withProfile(Function<RunningServer, Answer> exercise) {
        return server -> {
            server.put("/v1/catalog/profiles/reader", "{\"bindings\": [{\"dataset\": \"docs\", \"index\": \"live\"}]}");
            return Problem.of(exercise.apply(server));
        };
    }

    private static void limits(Map<ErrorCode, Exercise> exercises) {
        exercises.put(ErrorCode.BODY_TOO_LARGE, post("/v1/ingest/docs", " ".repeat(RunningServer.MAX_BODY_BYTES + 1)));
        exercises.put(
                ErrorCode.URI_TOO_LONG,
                server -> raw(server, "GET /" + "a".repeat(RunningServer.MAX_HEADER_BYTES) + " HTTP/1.1\r\n"));
        exercises.put(
                ErrorCode.HEADERS_TOO_LARGE,
                server -> raw(
                        server,
                        "GET /livez HTTP/1.1\r\nHost: a\r\nX-Long: " + "a".repeat(RunningServer.MAX_HEADER_BYTES)
                                + "\r\n\r\n"));
        exercises.put(ErrorCode.TOO_MANY_REQUESTS, EveryErrorCodeTest::flood);
    }

    /** Fills the places that run and those that wait, and then some. */
    private static Problem flood(RunningServer server) throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        server.search.holdSearches(gate);
        ExecutorService callers = Executors.newCachedThreadPool();
        List<CompletableFuture<Answer>> searches = Stream.generate(() -> CompletableFuture.supplyAsync(
                        () -> server.post("/v1/vectors/index/docs_v1/search", "{\"text\": \"a\"}"), callers))
                .limit(RunningServer.MAX_SEARCHES * 2 + 1)
                .toList();
        try {
            return Problem.of((Answer) CompletableFuture.anyOf(searches.toArray(CompletableFuture<?>[]::new))
                    .get(30, TimeUnit.SECONDS));
        } finally {
            gate.countDown();
            for (CompletableFuture<Answer> search : searches) {
                search.get(30, TimeUnit.SECONDS);
            }
            callers.shutdownNow();
        }
    }

    private static void others(Map<ErrorCode, Exercise> exercises) {
        exercises.put(ErrorCode.INTERNAL, searchThatFails(new IllegalStateException("a bug")));
        for (ErrorCode code : List.of(ErrorCode.EMBEDDER_UNAVAILABLE, ErrorCode.EMBEDDING_REFUSED)) {
            exercises.put(code, searchThatFails(new FreshetException(code, "the model says no")));
        }
        for (ErrorCode code : List.of(ErrorCode.KAFKA_UNAVAILABLE, ErrorCode.REGISTRY_UNAVAILABLE)) {
            exercises.put(code, server -> {
                server.rows.failWith(new FreshetException(code, "nobody answers"));
                return Problem.of(server.post("/v1/ingest/docs", "[{\"id\": 1, \"text\": \"a\"}]"));
            });
        }
        exercises.put(
                ErrorCode.CATALOG_UNAVAILABLE,
                catalogThatFails(ErrorCode.CATALOG_UNAVAILABLE, "the catalog does not answer"));
        exercises.put(ErrorCode.NOT_READY, server -> {
            server.search.ready(false);
            return Problem.of(server.get("/readyz"));
        });
        exercises.put(ErrorCode.DEADLINE_EXCEEDED, server -> {
            server.search.awaitOutcome(Map.of(), List.of("1"));
            return Problem.of(server.post("/v1/ingest/docs?wait=true", "[{\"id\": 1, \"text\": \"a\"}]"));
        });
    }

    private static Exercise get(String path) {
        return server -> Problem.of(server.get(path));
    }

    private static Exercise put(String path, String json) {
        return server -> Problem.of(server.put(path, json));
    }

    private static Exercise post(String path, String json) {
        return server -> Problem.of(server.post(path, json));
    }

    private static Exercise searchThatFails(RuntimeException failure) {
        return server -> {
            server.search.failWith(failure);
            return Problem.of(server.post("/v1/vectors/index/docs_v1/search", "{\"text\": \"a\"}"));
        };
    }

    private static Exercise catalogThatFails(ErrorCode code, String message) {
        return server -> {
            server.catalog.failWith(new FreshetException(code, message));
            return Problem.of(server.post("/v1/vectors/index", "{\"name\": \"new\", \"dataset\": \"docs\"}"));
        };
    }

    /** What no client library sends. */
    private static Problem raw(RunningServer server, String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            socket.getOutputStream().flush();
            String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
            int body = answer.indexOf("\r\n\r\n") + 4;
            String type = answer.lines()
                    .filter(line -> line.startsWith("Content-Type: "))
                    .findFirst()
                    .orElse("");
            return new Problem(
                    Integer.parseInt(answer.substring(9, 12)),
                    type.replace("Content-Type: ", ""),
                    MAPPER.readTree(answer.substring(body)));
        }
    }

    static Stream<ErrorCode> codes() {
        return exercises().keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("codes")
    void isAnsweredAsAProblem(ErrorCode code) throws Exception {
        try (RunningServer server = new RunningServer()) {
            assertThat(server.put("/v1/catalog/datasets/docs", DOCS).status()).isEqualTo(201);
            assertThat(server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}")
                            .status())
                    .isEqualTo(201);
            assertThat(server.put("/v1/vectors/aliases/live", "{\"index\": \"docs_v1\"}")
                            .status())
                    .isEqualTo(201);

            Problem problem = requireNonNull(exercises().get(code)).on(server);

            assertThat(problem.json().path("code").asText()).isEqualTo(code.code());
            assertThat(problem.status()).isEqualTo(code.status());
            assertThat(problem.json().path("status").asInt()).isEqualTo(code.status());
            assertThat(problem.contentType()).isEqualTo("application/problem+json");
            assertThat(problem.json().path("detail").asText()).isNotBlank();
            assertThat(problem.json().path("request_id").asText()).isNotBlank();
            assertThat(problem.json().toString()).doesNotContain("Exception", "\\tat ", "etty");
        }
    }

    @Test
    void saysInAnswersWhyALetterWasNotSent() throws IOException {
        try (RunningServer server = new RunningServer()) {
            for (ErrorCode code : IN_ANSWERS) {
                server.letters.refuseWith(code);
                Answer answer = server.post("/v1/dead-letters/replay", "{\"ids\": [\"0-0-1\"]}");

                assertThat(answer.status()).isEqualTo(200);
                assertThat(answer.json().path("refused").path(0).path("code").asText())
                        .isEqualTo(code.code());
            }
        }
    }

    @Test
    void hasEveryCode() {
        Set<ErrorCode> known = EnumSet.copyOf(exercises().keySet());
        known.addAll(IN_ANSWERS);
        known.addAll(ELSEWHERE.keySet());

        assertThat(known)
                .as("codes that have an exercise; give a new one a line in EveryErrorCodeTest, as its class doc says")
                .containsExactlyInAnyOrder(ErrorCode.values());
    }
}
