package dev.freshet.ops.client;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.schemas.tls.ClientTls;
import dev.freshet.schemas.tls.TrustSource;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.net.http.HttpTimeoutException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * A client of one server. Thread-safe.
 *
 * <ul>
 *   <li>Every failure is a {@link ClientException} with one line, the server's own words if it answered.
 *   <li>Rows that could not be written because something was not there (503) are sent again after {@code Retry-After}, for up to {@value
 *       #INGEST_RETRIES} times: writing a row twice is harmless.
 * </ul>
 */
public final class FreshetClient {
    /** Where a server listens unless told otherwise. */
    public static final String DEFAULT_URL = "http://127.0.0.1:3110";

    private static final int INGEST_RETRIES = 10;
    private static final int PAGE_ITEMS = 500;
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final Duration REPLAY_TIMEOUT = Duration.ofMinutes(10);
    private static final Duration NETWORK_MARGIN = Duration.ofSeconds(10);
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .defaultPropertyInclusion(JsonInclude.Value.ALL_NON_NULL)
            .build();

    private final String baseUrl;
    private final HttpClient http;
    private final @Nullable String apiKey;

    /**
     * @param baseUrl for example {@value #DEFAULT_URL}
     */
    public FreshetClient(String baseUrl) {
        this(baseUrl, ServerAccess.open());
    }

    /**
     * As above, for a server that asks who calls, or has a certificate of one's own.
     *
     * @throws ClientException if the key or the file of authorities cannot be used
     */
    public FreshetClient(String baseUrl, ServerAccess access) {
        URI uri;
        try {
            uri = URI.create(requireNonNull(baseUrl, "baseUrl is null"));
        } catch (IllegalArgumentException e) {
            throw badUrl(baseUrl, e);
        }
        if (uri.getHost() == null || !("http".equals(uri.getScheme()) || "https".equals(uri.getScheme()))) {
            throw badUrl(baseUrl, null);
        }
        this.baseUrl = baseUrl.replaceAll("/+$", "");
        this.apiKey = usable(access.apiKey());
        HttpClient.Builder client =
                HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(Duration.ofSeconds(5));
        Path authorities = access.authorities();
        this.http = authorities == null
                ? client.build()
                : client.sslContext(trusting(authorities)).build();
    }

    /** Whether the server can serve; false while it restores. */
    public boolean ready() {
        HttpResponse<String> response = send(request("/readyz", TIMEOUT).GET().build());
        if (response.statusCode() != 200 && response.statusCode() != 503) {
            throw problem(response);
        }
        return response.statusCode() == 200;
    }

    public List<DatasetDescription> datasets() {
        JsonNode answer = get("/v1/catalog/datasets");
        return MAPPER.convertValue(answer.path("datasets"), new TypeReference<List<DatasetDescription>>() {});
    }

    public Optional<DatasetDescription> dataset(String name) {
        try {
            return Optional.of(
                    MAPPER.convertValue(get("/v1/catalog/datasets/" + segment(name)), DatasetDescription.class));
        } catch (ClientException e) {
            if (e.code().equals("dataset_not_found")) {
                return Optional.empty();
            }
            throw e;
        }
    }

    /** Where the rows of a dataset come from; the answer as the server gave it. */
    public JsonNode lineageJson(String dataset) {
        return get("/v1/catalog/datasets/" + segment(dataset) + "/lineage");
    }

    /** As {@link #lineageJson}. */
    public LineageDescription lineage(String dataset) {
        return MAPPER.convertValue(lineageJson(dataset), LineageDescription.class);
    }

    /** Creates the dataset with its first index, or changes it. */
    public DatasetDescription putDataset(String name, DatasetDefinition definition) {
        HttpRequest request = request("/v1/catalog/datasets/" + segment(name), TIMEOUT)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(write(definition)))
                .build();
        return MAPPER.convertValue(json(send(request)), DatasetDescription.class);
    }

    public List<IndexDescription> indexes() {
        JsonNode answer = get("/v1/vectors/indexes");
        return MAPPER.convertValue(answer.path("indexes"), new TypeReference<List<IndexDescription>>() {});
    }

    /** Removes a dataset with its indexes. Returns the job that clears away what is stored of them. */
    public JobDescription dropDataset(String name) {
        return job(request("/v1/catalog/datasets/" + segment(name), TIMEOUT).DELETE());
    }

    /**
     * How fresh the datasets are.
     *
     * @param all whether to name those that wait for nothing as well
     */
    public StaleReport stale(boolean all) {
        return MAPPER.convertValue(get("/v1/vectors/stale?all=" + all), StaleReport.class);
    }

    /** Starts a job that embeds the rows of a dataset that wait, or finds one running. */
    public JobDescription refresh(String dataset) {
        return job(request("/v1/vectors/refresh/" + segment(dataset), TIMEOUT).POST(BodyPublishers.noBody()));
    }

    /** Starts a job that embeds all rows of an index again, or finds the same one running. */
    public JobDescription rebuild(String index) {
        return job(request("/v1/vectors/index/" + segment(index) + "/rebuild", TIMEOUT)
                .POST(BodyPublishers.noBody()));
    }

    /** Removes an index. Returns the job that clears away what is stored of it. */
    public JobDescription dropIndex(String index) {
        return job(request("/v1/vectors/index/" + segment(index), TIMEOUT).DELETE());
    }

    public List<AliasDescription> aliases() {
        JsonNode answer = get("/v1/vectors/aliases");
        return MAPPER.convertValue(answer.path("aliases"), new TypeReference<List<AliasDescription>>() {});
    }

    /** Points an alias at an index, and creates it if there is none of this name. */
    public AliasDescription putAlias(String alias, String index) {
        HttpRequest request = request("/v1/vectors/aliases/" + segment(alias), TIMEOUT)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(write(Map.of("index", index))))
                .build();
        return MAPPER.convertValue(json(send(request)), AliasDescription.class);
    }

    public void dropAlias(String alias) {
        HttpResponse<String> response = send(request("/v1/vectors/aliases/" + segment(alias), TIMEOUT)
                .DELETE()
                .build());
        if (response.statusCode() != 204) {
            throw problem(response);
        }
    }

    public List<ProfileDescription> profiles() {
        JsonNode answer = get("/v1/catalog/profiles");
        return MAPPER.convertValue(answer.path("profiles"), new TypeReference<List<ProfileDescription>>() {});
    }

    /** Creates a reader profile, or replaces the one of this id. */
    public ProfileDescription putProfile(String id, ProfileDefinition definition) {
        HttpRequest request = request("/v1/catalog/profiles/" + segment(id), TIMEOUT)
                .header("Content-Type", "application/json")
                .PUT(BodyPublishers.ofString(write(definition)))
                .build();
        return MAPPER.convertValue(json(send(request)), ProfileDescription.class);
    }

    public void dropProfile(String id) {
        HttpResponse<String> response = send(
                request("/v1/catalog/profiles/" + segment(id), TIMEOUT).DELETE().build());
        if (response.statusCode() != 204) {
            throw problem(response);
        }
    }

    /** Makes a profile the active one. */
    public ActiveProfileDescription activateProfile(String id) {
        return MAPPER.convertValue(
                json(send(request("/v1/vectors/profile/" + segment(id) + "/activate", TIMEOUT)
                        .POST(BodyPublishers.noBody())
                        .build())),
                ActiveProfileDescription.class);
    }

    /** Leaves no profile active, if this one is. */
    public void deactivateProfile(String id) {
        json(send(request("/v1/vectors/profile/" + segment(id) + "/deactivate", TIMEOUT)
                .POST(BodyPublishers.noBody())
                .build()));
    }

    /** Searches within a profile; the answer as the server gave it. */
    public JsonNode searchProfileJson(String profile, ProfileQuery query) {
        HttpRequest request = request("/v1/vectors/profile/" + segment(profile) + "/search", TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(write(query)))
                .build();
        return json(send(request));
    }

    /** As {@link #searchProfileJson}. */
    public SearchResult searchProfile(String profile, ProfileQuery query) {
        return MAPPER.convertValue(searchProfileJson(profile, query), SearchResult.class);
    }

    /** The jobs that run and the last that ended, the newest first. */
    public List<JobDescription> jobs() {
        JsonNode answer = get("/v1/vectors/jobs");
        return MAPPER.convertValue(answer.path("jobs"), new TypeReference<List<JobDescription>>() {});
    }

    public JobDescription job(long id) {
        return MAPPER.convertValue(get("/v1/vectors/jobs/" + id), JobDescription.class);
    }

    /**
     * The dead letters, the newest first; {@code next_cursor} of the answer is the cursor of the next page.
     *
     * @param filter {@code dataset}, {@code code}, {@code state}, {@code cursor} and {@code limit}, each optional
     */
    public DeadLetterPage deadLetters(Map<String, String> filter) {
        String query = filter.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + segment(entry.getValue()))
                .collect(Collectors.joining("&"));
        return MAPPER.convertValue(
                get("/v1/dead-letters" + (query.isEmpty() ? "" : "?" + query)), DeadLetterPage.class);
    }

    /** A dead letter with its record, as the server shows it. */
    public JsonNode deadLetter(String id) {
        return get("/v1/dead-letters/" + segment(id));
    }

    /** Has these dead letters tried again. */
    public ReplayResult replay(List<String> ids) {
        return replay(Map.of("ids", ids));
    }

    /** Has the open dead letters of a dataset, of a code, or of both tried again; all of them, if neither is given. */
    public ReplayResult replay(@Nullable String dataset, @Nullable String code) {
        Map<String, Object> body = new HashMap<>();
        if (dataset != null) {
            body.put("dataset", dataset);
        }
        if (code != null) {
            body.put("code", code);
        }
        return replay(body.isEmpty() ? Map.of("all", true) : body);
    }

    private ReplayResult replay(Map<String, ?> body) {
        HttpRequest request = request("/v1/dead-letters/replay", REPLAY_TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(write(body)))
                .build();
        return MAPPER.convertValue(json(send(request)), ReplayResult.class);
    }

    /** Ends a job before it is done; what it has done stays done. */
    public JobDescription cancelJob(long id) {
        return job(request("/v1/vectors/jobs/" + id, TIMEOUT).DELETE());
    }

    private JobDescription job(HttpRequest.Builder request) {
        return MAPPER.convertValue(json(send(request.build())), JobDescription.class);
    }

    /** Starts a job that copies one index with own vectors into another, or finds the same one running. */
    public JobDescription merge(String source, String destination, boolean clearSource) {
        return job(request("/v1/vectors/index/" + segment(source) + "/merge", TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(write(new MergeRequest(destination, clearSource)))));
    }

    private record MergeRequest(String dest, boolean clearSource) {}

    /**
     * Writes rows. A batch of which some or all rows were rejected, or were not searchable in time, is a result as well.
     *
     * @param contentType {@code application/json}, {@code application/x-ndjson} or {@code text/csv}
     * @param wait how long to wait for the rows to be searchable; null does not wait
     */
    public IngestResult ingest(String dataset, String contentType, byte[] rows, @Nullable Duration wait) {
        String query = wait == null ? "" : "?wait=true&timeout_ms=" + wait.toMillis();
        HttpRequest request = request(
                        "/v1/ingest/" + segment(dataset) + query, wait == null ? TIMEOUT : wait.plus(NETWORK_MARGIN))
                .header("Content-Type", contentType)
                .POST(BodyPublishers.ofByteArray(rows))
                .build();
        HttpResponse<String> response = sendAgainWhileUnavailable(request);
        if (response.statusCode() / 100 == 4 || response.statusCode() == 504) {
            JsonNode body = tryRead(response.body());
            if (body != null && body.has("rejected")) {
                return MAPPER.convertValue(body, IngestResult.class);
            }
        }
        return MAPPER.convertValue(json(response), IngestResult.class);
    }

    /** Creates an index. {@code definition} is written as JSON: names are the API's. */
    public IndexDescription createIndex(Map<String, Object> definition) {
        JsonNode answer = json(send(request("/v1/vectors/index", TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(write(definition)))
                .build()));
        return MAPPER.convertValue(answer, IndexDescription.class);
    }

    /**
     * Writes vectors into a direct index, and does not wait until they are searchable.
     *
     * @param items a JSON object with {@code items}
     */
    public void addVectors(String index, byte[] items) {
        json(sendAgainWhileUnavailable(request("/v1/vectors/index/" + segment(index) + "/add?wait=false", TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(items))
                .build()));
    }

    /** Deletes a row by its key. */
    public IngestResult delete(String dataset, String rowKey, @Nullable Duration wait) {
        String query = wait == null ? "" : "?wait=true&timeout_ms=" + wait.toMillis();
        HttpRequest request = request(
                        "/v1/ingest/" + segment(dataset) + "/" + segment(rowKey) + query,
                        wait == null ? TIMEOUT : wait.plus(NETWORK_MARGIN))
                .DELETE()
                .build();
        return MAPPER.convertValue(json(send(request)), IngestResult.class);
    }

    public SearchResult search(String index, SearchQuery query) {
        return MAPPER.convertValue(searchJson(index, query), SearchResult.class);
    }

    /** As {@link #search}, the answer as the server gave it. */
    public JsonNode searchJson(String index, SearchQuery query) {
        return searchJson(index, (Object) query);
    }

    /** A search by vector; the answer as the server gave it. */
    public JsonNode searchJson(String index, VectorSearch query) {
        return searchJson(index, (Object) query);
    }

    /**
     * Asks two indexes the same queries.
     *
     * @param request written as JSON: names are the API's
     * @param timeout after which the server gives up
     */
    public ComparisonResult compare(String index, Map<String, Object> request, Duration timeout) {
        Map<String, Object> body = new LinkedHashMap<>(request);
        body.put("timeout_ms", timeout.toMillis());
        return MAPPER.convertValue(
                json(send(request("/v1/vectors/index/" + segment(index) + "/compare", timeout.plus(NETWORK_MARGIN))
                        .header("Content-Type", "application/json")
                        .POST(BodyPublishers.ofString(write(body)))
                        .build())),
                ComparisonResult.class);
    }

    private JsonNode searchJson(String index, Object query) {
        HttpRequest request = request("/v1/vectors/index/" + segment(index) + "/search", TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(write(query)))
                .build();
        return json(send(request));
    }

    /** How many rows an index holds. */
    public long rows(String index) {
        return get("/v1/vectors/index/" + segment(index)).path("rows").asLong(-1);
    }

    /**
     * Some items of an index; {@code next_cursor} of the answer is the cursor of the next page.
     *
     * @param cursor null: the first page
     * @param filter as JSON; null: all
     */
    public JsonNode items(String index, @Nullable String cursor, @Nullable String filter, boolean includeVector) {
        return get("/v1/vectors/index/" + segment(index) + "/items?limit=" + PAGE_ITEMS + "&include_vector="
                + includeVector
                + (cursor == null ? "" : "&cursor=" + segment(cursor))
                + (filter == null ? "" : "&filter=" + segment(filter)));
    }

    /** The server's metrics, as Prometheus reads them. */
    public String metrics() {
        HttpResponse<String> response = send(request("/metrics", TIMEOUT).GET().build());
        if (response.statusCode() != 200) {
            throw problem(response);
        }
        return response.body();
    }

    /** The answer to any path, as JSON. */
    public JsonNode get(String path) {
        return json(send(request(path, TIMEOUT).GET().build()));
    }

    private HttpRequest.Builder request(String path, Duration timeout) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(baseUrl + path)).timeout(timeout);
        return apiKey == null ? request : request.header("Authorization", "Bearer " + apiKey);
    }

    private HttpResponse<String> sendAgainWhileUnavailable(HttpRequest request) {
        HttpResponse<String> response = send(request);
        for (int retry = 0; response.statusCode() == 503 && retry < INGEST_RETRIES; retry++) {
            pause(retryAfter(response));
            response = send(request);
        }
        return response;
    }

    private HttpResponse<String> send(HttpRequest request) {
        try {
            return http.send(request, BodyHandlers.ofString(UTF_8));
        } catch (ConnectException e) {
            throw new ClientException(
                    ClientException.NO_ANSWER,
                    "unreachable",
                    "nothing answers at " + baseUrl
                            + "; is it running? Start it with ./freshet up, or name it with --url",
                    e);
        } catch (HttpTimeoutException e) {
            throw new ClientException(
                    ClientException.NO_ANSWER, "unreachable", "no answer from " + request.uri() + " in time", e);
        } catch (SSLException e) {
            throw new ClientException(
                    ClientException.NO_ANSWER,
                    "unreachable",
                    "no trust between this and " + baseUrl + ": " + (e.getMessage() == null ? e : e.getMessage())
                            + "; --cacert names the authorities of a certificate that the JVM does not know",
                    e);
        } catch (IOException e) {
            throw new ClientException(
                    ClientException.NO_ANSWER,
                    "unreachable",
                    "the connection to " + baseUrl + " broke: " + (e.getMessage() == null ? e : e.getMessage()),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException(ClientException.NO_ANSWER, "interrupted", "interrupted", e);
        }
    }

    private JsonNode json(HttpResponse<String> response) {
        if (response.statusCode() / 100 != 2) {
            throw problem(response);
        }
        JsonNode body = tryRead(response.body());
        if (body == null) {
            throw new ClientException(
                    response.statusCode(),
                    "not_freshet",
                    baseUrl + " answers, but not as Freshet does; is --url right?",
                    null);
        }
        return body;
    }

    private ClientException problem(HttpResponse<String> response) {
        JsonNode body = tryRead(response.body());
        String detail = body == null ? "" : body.path("detail").asText("");
        String code = body == null ? "" : body.path("code").asText("");
        String message = detail.isEmpty()
                ? baseUrl + " answered with status " + response.statusCode()
                : detail.replaceAll("\\s+", " ") + " (" + code + ")";
        String remedy = response.statusCode() == 401 ? "; FRESHET_API_KEY or --api-key gives one" : "";
        return new ClientException(response.statusCode(), code.isEmpty() ? "unknown" : code, message + remedy, null);
    }

    private static @Nullable JsonNode tryRead(String body) {
        try {
            JsonNode node = MAPPER.readTree(body);
            return node.isObject() ? node : null;
        } catch (JsonProcessingException e) {
            return null;
        }
    }

    private static String write(Object value) {
        try {
            return MAPPER.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("cannot be written as JSON", e);
        }
    }

    private static Duration retryAfter(HttpResponse<String> response) {
        try {
            return Duration.ofSeconds(
                    Long.parseLong(response.headers().firstValue("Retry-After").orElse("1")));
        } catch (NumberFormatException e) {
            return Duration.ofSeconds(1);
        }
    }

    private static void pause(Duration duration) {
        try {
            Thread.sleep(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new ClientException(ClientException.NO_ANSWER, "interrupted", "interrupted", e);
        }
    }

    private static String segment(String name) {
        return URLEncoder.encode(name, UTF_8).replace("+", "%20");
    }

    private static @Nullable String usable(@Nullable String key) {
        // The JDK's client would show a value that it refuses in its message.
        if (key != null && (key.isEmpty() || !key.chars().allMatch(unit -> unit > ' ' && unit < 0x7f))) {
            throw new ClientException(
                    ClientException.NO_ANSWER,
                    "bad_key",
                    "the API key is empty, or has other characters than visible ASCII",
                    null);
        }
        return key;
    }

    private static SSLContext trusting(Path authorities) {
        try {
            return ClientTls.context(null, new TrustSource(authorities, ""));
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw new ClientException(
                    ClientException.NO_ANSWER,
                    "bad_certificates",
                    "the certificates in " + authorities + " cannot be used: "
                            + (e.getMessage() == null ? e : e.getMessage()),
                    e);
        }
    }

    private static ClientException badUrl(String url, @Nullable Throwable cause) {
        return new ClientException(
                ClientException.NO_ANSWER,
                "bad_url",
                "'" + url + "' is no URL of a server, it must look like " + DEFAULT_URL,
                cause);
    }
}
