package dev.freshet.schemas.registry;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;

/**
 * A client of any registry that speaks Confluent's HTTP API: Confluent Schema Registry, Apicurio (base path {@code
 * /apis/ccompat/v7}), Karapace, Redpanda.
 *
 * <ul>
 *   <li>Ids and schemas that were seen once are cached for good and cost no request: they cannot change.
 *   <li>Several URLs are replicas of one registry. A URL that does not answer, or answers with a server error, is tried once more
 *       after {@value #RETRY_PAUSE_MILLIS} ms, then the next one is. No call takes longer than about 2 × URLs × timeout.
 *   <li>Not reached, not authorised or not a registry: {@link FreshetException} with {@code REGISTRY_UNAVAILABLE} that names each URL
 *       (never with credentials), what it said, and what to do. Reached and refused: {@link SchemaRefusedException}.
 *   <li>TLS follows the JVM's settings ({@code javax.net.ssl.trustStore} and so on) unless a context is given. Redirects are not followed, so that credentials go
 *       to no one else.
 * </ul>
 *
 * <p>Thread-safe. Threads that miss the cache at the same time may ask twice.
 */
public final class HttpSchemaRegistryClient implements SchemaRegistryClient {
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final String ACCEPT =
            "application/vnd.schemaregistry.v1+json, application/vnd.schemaregistry+json, application/json";
    private static final int ATTEMPTS_PER_URL = 2;
    private static final long RETRY_PAUSE_MILLIS = 100;
    private static final int ANSWER_EXCERPT_CHARS_MAX = 200;

    private final List<URI> urls;
    private final RegistryAuth auth;
    private final Duration timeout;
    private final HttpClient http;
    private final ObjectMapper json = new ObjectMapper();
    private final ConcurrentMap<SubjectSchema, Integer> registeredIds = new ConcurrentHashMap<>();
    private final ConcurrentMap<SubjectSchema, Integer> foundIds = new ConcurrentHashMap<>();
    private final ConcurrentMap<Integer, Schema> schemas = new ConcurrentHashMap<>();
    private volatile int preferredUrl;

    private record SubjectSchema(String subject, Schema schema) {}

    /** What one attempt came to. */
    private sealed interface Attempt {
        record Answer(JsonNode body) implements Attempt {}

        record Refusal(int errorCode, String message) implements Attempt {}

        /** @param again whether the same URL may do better a moment later */
        record Failure(String what, boolean again, @Nullable Throwable cause) implements Attempt {}
    }

    /**
     * @param urls at least one; a base path is kept; {@code user:password@} in the first URL serves as basic authentication when
     *     {@code auth} is none
     * @param timeout for one attempt, from connecting to the last byte
     */
    public HttpSchemaRegistryClient(List<URI> urls, RegistryAuth auth, Duration timeout) {
        this(urls, auth, timeout, null);
    }

    /**
     * As above, with TLS of one's own.
     *
     * @param tls whom to trust and which certificate to show; null for the JVM's settings
     */
    public HttpSchemaRegistryClient(List<URI> urls, RegistryAuth auth, Duration timeout, @Nullable SSLContext tls) {
        if (urls.isEmpty()) {
            throw new IllegalArgumentException("No schema registry URL is given");
        }
        if (timeout.isZero() || timeout.isNegative()) {
            throw new IllegalArgumentException("The timeout is " + timeout + ", not positive");
        }
        this.auth = auth instanceof RegistryAuth.None ? authOf(urls.get(0)) : requireNonNull(auth, "auth is null");
        this.urls = urls.stream().map(HttpSchemaRegistryClient::base).toList();
        this.timeout = timeout;
        HttpClient.Builder client = HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(timeout);
        this.http = tls == null ? client.build() : client.sslContext(tls).build();
    }

    @Override
    public int register(String subject, Schema schema) {
        return cached(
                registeredIds, subject, schema, "register a schema", "/subjects/" + encode(subject) + "/versions");
    }

    /**
     * The id under which the subject holds this schema, without registering it.
     *
     * @throws SchemaRefusedException when it does not
     */
    public int find(String subject, Schema schema) {
        return cached(foundIds, subject, schema, "look up a schema", "/subjects/" + encode(subject));
    }

    @Override
    public Schema schema(int id) {
        Schema known = schemas.get(id);
        if (known != null) {
            return known;
        }
        String task = "read the schema with id " + id;
        JsonNode answer = call("GET", "/schemas/ids/" + id, null, task);
        String type = answer.path("schemaType").asText("AVRO");
        if (!type.equals("AVRO")) {
            throw new SchemaRefusedException(
                    SchemaStore.INVALID_SCHEMA, "Schema id " + id + " is of type " + type + ", expected AVRO");
        }
        Schema schema;
        try {
            schema = SchemaStore.parse(answer.path("schema").asText());
        } catch (SchemaRefusedException e) {
            throw new SchemaRefusedException(e.errorCode(), "Schema id " + id + ": " + e.getMessage());
        }
        Schema raced = schemas.putIfAbsent(id, schema);
        return raced == null ? schema : raced;
    }

    /** Whether the registry would take this schema as the subject's next version. A subject that does not exist takes any. */
    public boolean compatible(String subject, Schema schema) {
        String path = "/compatibility/subjects/" + encode(subject) + "/versions/latest";
        try {
            return call("POST", path, body(schema), "check a schema for subject '" + subject + "'")
                    .path("is_compatible")
                    .asBoolean();
        } catch (SchemaRefusedException e) {
            if (e.errorCode() == SchemaStore.SUBJECT_NOT_FOUND || e.errorCode() == SchemaStore.VERSION_NOT_FOUND) {
                return true;
            }
            throw e;
        }
    }

    /** The URLs, without credentials. */
    @Override
    public String toString() {
        return "HttpSchemaRegistryClient" + urls + " with " + auth;
    }

    @Override
    public void close() {}

    private int cached(
            ConcurrentMap<SubjectSchema, Integer> cache, String subject, Schema schema, String task, String path) {
        SubjectSchema key = new SubjectSchema(subject, schema);
        Integer known = cache.get(key);
        if (known != null) {
            return known;
        }
        String fullTask = task + " for subject '" + subject + "'";
        JsonNode id = call("POST", path, body(schema), fullTask).path("id");
        if (!id.isIntegralNumber() || !id.canConvertToInt()) {
            throw unavailable(fullTask, List.of("the answer holds no id; is it a schema registry?"), null);
        }
        cache.put(key, id.asInt());
        return id.asInt();
    }

    private JsonNode call(String method, String path, @Nullable String body, String task) {
        List<String> failures = new ArrayList<>();
        Throwable cause = null;
        int first = preferredUrl;
        for (int i = 0; i < urls.size(); i++) {
            int index = (first + i) % urls.size();
            for (int attempt = 1; attempt <= ATTEMPTS_PER_URL; attempt++) {
                Attempt outcome = attempt(request(urls.get(index), method, path, body));
                if (outcome instanceof Attempt.Answer answer) {
                    preferredUrl = index;
                    return answer.body();
                }
                if (outcome instanceof Attempt.Refusal refusal) {
                    preferredUrl = index;
                    throw new SchemaRefusedException(
                            refusal.errorCode(),
                            "The schema registry refused to " + task + ": " + refusal.message() + " (error "
                                    + refusal.errorCode() + ")");
                }
                Attempt.Failure failure = (Attempt.Failure) outcome;
                cause = failure.cause();
                if (!failure.again() || attempt == ATTEMPTS_PER_URL) {
                    failures.add(urls.get(index) + " " + failure.what());
                    break;
                }
                pause(task);
            }
        }
        throw unavailable(task, failures, cause);
    }

    private HttpRequest request(URI url, String method, String path, @Nullable String body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(url + path))
                .header("Accept", ACCEPT)
                .timeout(timeout);
        auth.header().ifPresent(value -> request.header("Authorization", value));
        if (body == null) {
            return request.method(method, HttpRequest.BodyPublishers.noBody()).build();
        }
        return request.header("Content-Type", CONTENT_TYPE)
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
    }

    private Attempt attempt(HttpRequest request) {
        // The request's own timeout ends with the headers, the future's covers the body as well.
        CompletableFuture<HttpResponse<String>> future =
                http.sendAsync(request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        try {
            return understand(future.get(timeout.toMillis(), TimeUnit.MILLISECONDS));
        } catch (TimeoutException e) {
            future.cancel(true);
            return timedOut(e);
        } catch (InterruptedException e) {
            future.cancel(true);
            Thread.currentThread().interrupt();
            return new Attempt.Failure("was not waited for: the thread was interrupted", false, e);
        } catch (ExecutionException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            if (cause instanceof ConnectException) {
                return new Attempt.Failure("refused the connection", true, cause);
            }
            if (cause instanceof HttpTimeoutException) {
                return timedOut(cause);
            }
            if (cause instanceof IOException) {
                return new Attempt.Failure("failed: " + reason(cause), true, cause);
            }
            throw new IllegalStateException("An HTTP request failed unexpectedly", cause);
        }
    }

    private Attempt understand(HttpResponse<String> response) {
        int status = response.statusCode();
        JsonNode body;
        try {
            body = json.readTree(response.body());
        } catch (JsonProcessingException e) {
            body = JsonNodeFactory.instance.missingNode();
        }
        if (status >= 200 && status < 300) {
            return body.isObject() || body.isArray()
                    ? new Attempt.Answer(body)
                    : new Attempt.Failure("answered what is not JSON: " + excerpt(response.body()), false, null);
        }
        int errorCode = body.path("error_code").asInt(status);
        String message = body.path("message").asText(excerpt(response.body()));
        if (status == 401 || status == 403) {
            return new Attempt.Failure(
                    "refused the credentials (" + status + " " + message + "); check user, password or token",
                    false,
                    null);
        }
        if (errorCode == 404 && (!body.has("error_code") || message.startsWith("HTTP 404"))) {
            return new Attempt.Failure(
                    "answered 404 without a registry's error; is its base path right (Apicurio: /apis/ccompat/v7)?",
                    false,
                    null);
        }
        if (status == 404 || status == 409 || status == 422) {
            return new Attempt.Refusal(errorCode, message);
        }
        boolean again = status >= 500 || status == 408 || status == 429;
        return new Attempt.Failure("answered " + status + ": " + message, again, null);
    }

    private Attempt timedOut(Throwable cause) {
        return new Attempt.Failure("did not answer within " + timeout.toMillis() + " ms", true, cause);
    }

    private static void pause(String task) {
        try {
            Thread.sleep(RETRY_PAUSE_MILLIS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable(task, List.of("the thread was interrupted"), e);
        }
    }

    private static FreshetException unavailable(String task, List<String> failures, @Nullable Throwable cause) {
        return new FreshetException(
                ErrorCode.REGISTRY_UNAVAILABLE,
                "Cannot " + task + ", no schema registry helped: " + String.join("; ", failures)
                        + ". Check that the registry runs and that schema.registry.url points at it.",
                cause);
    }

    private static String reason(Throwable cause) {
        String message = cause.getMessage();
        return message == null ? cause.getClass().getSimpleName() : message;
    }

    private static String excerpt(String body) {
        String line = body.strip().replaceAll("\\s+", " ");
        return line.length() <= ANSWER_EXCERPT_CHARS_MAX ? line : line.substring(0, ANSWER_EXCERPT_CHARS_MAX) + "…";
    }

    private static String body(Schema schema) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        return body.put("schema", schema.toString()).toString();
    }

    private static String encode(String subject) {
        return URLEncoder.encode(subject, StandardCharsets.UTF_8).replace("+", "%20");
    }

    private static URI base(URI url) {
        String scheme = url.getScheme();
        if (!("http".equals(scheme) || "https".equals(scheme)) || url.getHost() == null) {
            throw new IllegalArgumentException("'" + (url.getRawUserInfo() == null ? url : "(with credentials)")
                    + "' is no schema registry URL, expected http://host:port or https://host:port");
        }
        String path = url.getRawPath() == null ? "" : url.getRawPath().replaceAll("/+$", "");
        String port = url.getPort() < 0 ? "" : ":" + url.getPort();
        return URI.create(scheme + "://" + url.getHost() + port + path);
    }

    private static RegistryAuth authOf(URI url) {
        String userInfo = url.getRawUserInfo();
        if (userInfo == null) {
            return new RegistryAuth.None();
        }
        int colon = userInfo.indexOf(':');
        String user = colon < 0 ? userInfo : userInfo.substring(0, colon);
        String password = colon < 0 ? "" : userInfo.substring(colon + 1);
        return new RegistryAuth.Basic(percentDecode(user), percentDecode(password));
    }

    private static String percentDecode(String text) {
        return URLDecoder.decode(text.replace("+", "%2B"), StandardCharsets.UTF_8);
    }
}
