package dev.freshet.schemas.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.avro.Schema;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpSchemaRegistryClientTest {
    private static final Schema STRING = Schema.create(Schema.Type.STRING);
    private static final Duration PATIENT = Duration.ofSeconds(30);
    /** Where nobody listens, and no test beside this one does. */
    private static final String NOBODY = "http://127.0.0.1:1";

    private static final Duration IMPATIENT = Duration.ofSeconds(1);

    private final List<Request> requests = new CopyOnWriteArrayList<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;
    private volatile Answer answer = new Answer(200, "{}");

    private record Request(
            String method,
            String path,
            String body,
            @Nullable String contentType,
            @Nullable String authorization) {}

    private record Answer(int status, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(new Request(
                exchange.getRequestMethod(),
                exchange.getRequestURI().getRawPath(),
                body,
                exchange.getRequestHeaders().getFirst("Content-Type"),
                exchange.getRequestHeaders().getFirst("Authorization")));
        byte[] bytes = answer.body().getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(answer.status(), bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    private String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    private HttpSchemaRegistryClient client(String... urls) {
        return client(new RegistryAuth.None(), urls);
    }

    private static HttpSchemaRegistryClient client(RegistryAuth auth, String... urls) {
        return new HttpSchemaRegistryClient(
                List.of(urls).stream().map(URI::create).toList(), auth, PATIENT);
    }

    private static HttpSchemaRegistryClient impatient(String url) {
        return new HttpSchemaRegistryClient(List.of(URI.create(url)), new RegistryAuth.None(), IMPATIENT);
    }

    @Test
    void registersOnceAndThenKnowsTheId() {
        answer = new Answer(200, "{\"id\":42}");
        HttpSchemaRegistryClient client = client(url());
        assertThat(client.register("t-value", STRING)).isEqualTo(42);
        assertThat(client.register("t-value", Schema.create(Schema.Type.STRING)))
                .isEqualTo(42);
        assertThat(requests)
                .containsExactly(new Request(
                        "POST",
                        "/subjects/t-value/versions",
                        "{\"schema\":\"\\\"string\\\"\"}",
                        "application/vnd.schemaregistry.v1+json",
                        null));
    }

    @Test
    void findsWithoutRegistering() {
        answer = new Answer(200, "{\"subject\":\"s\",\"version\":1,\"id\":5,\"schema\":\"x\"}");
        assertThat(client(url()).find("s", STRING)).isEqualTo(5);
        assertThat(requests).extracting(Request::path).containsExactly("/subjects/s");
    }

    @Test
    void readsASchemaOnce() {
        answer = new Answer(200, "{\"schema\":\"\\\"string\\\"\"}");
        HttpSchemaRegistryClient client = client(url());
        assertThat(client.schema(7)).isEqualTo(STRING).isSameAs(client.schema(7));
        assertThat(requests).extracting(Request::path).containsExactly("/schemas/ids/7");
    }

    @Test
    void keepsTheBasePathAndEncodesTheSubject() {
        answer = new Answer(200, "{\"id\":1}");
        client(url() + "/apis/ccompat/v7/").register("a/b c+ü%-value", STRING);
        assertThat(requests)
                .extracting(Request::path)
                .containsExactly("/apis/ccompat/v7/subjects/a%2Fb%20c%2B%C3%BC%25-value/versions");
    }

    @Test
    void asksForCompatibility() {
        answer = new Answer(200, "{\"is_compatible\":false}");
        assertThat(client(url()).compatible("s", STRING)).isFalse();
        answer = new Answer(404, "{\"error_code\":40401,\"message\":\"no subject\"}");
        assertThat(client(url()).compatible("s", STRING)).isTrue();
        assertThat(requests).extracting(Request::path).containsOnly("/compatibility/subjects/s/versions/latest");
    }

    @Test
    void sendsCredentials() {
        answer = new Answer(200, "{\"id\":1}");
        client(new RegistryAuth.Basic("ann", "s3cret:x"), url()).register("s", STRING);
        client(new RegistryAuth.Bearer("t0ken"), url()).register("s", STRING);
        client(url().replace("http://", "http://ann:p%40ss@")).register("s", STRING);
        assertThat(requests)
                .extracting(Request::authorization)
                .containsExactly("Basic YW5uOnMzY3JldDp4", "Bearer t0ken", "Basic YW5uOnBAc3M=");
    }

    @Test
    void neverShowsASecret() {
        assertThat(new RegistryAuth.Basic("ann", "s3cret").toString()).doesNotContain("s3cret");
        assertThat(new RegistryAuth.Bearer("t0ken").toString()).doesNotContain("t0ken");
        String down = NOBODY.replace("http://", "http://ann:s3cret@");
        assertThat(client(down).toString()).doesNotContain("s3cret");
        assertThatThrownBy(() -> client(down).schema(1))
                .satisfies(
                        e -> assertThat(e.toString()).doesNotContain("s3cret").contains("127.0.0.1"));
    }

    @ParameterizedTest
    @ValueSource(ints = {40401, 40403, 40499})
    void whatTheRegistryDoesNotKnowIsRefusedWithItsCode(int errorCode) {
        answer = new Answer(404, "{\"error_code\":%d,\"message\":\"Schema not found\"}".formatted(errorCode));
        assertThatThrownBy(() -> client(url()).schema(9))
                .isInstanceOfSatisfying(
                        SchemaRefusedException.class,
                        e -> assertThat(e.errorCode()).isEqualTo(errorCode))
                .hasMessageContaining("id 9")
                .hasMessageContaining("Schema not found");
        assertThat(requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {409, 422})
    void anIncompatibleOrInvalidSchemaIsRefusedWithItsSubject(int status) {
        answer = new Answer(status, "{\"error_code\":%d,\"message\":\"field b has no default\"}".formatted(status));
        assertThatThrownBy(() -> client(url()).register("orders-value", STRING))
                .isInstanceOf(SchemaRefusedException.class)
                .hasMessageContaining("orders-value")
                .hasMessageContaining("field b has no default");
        assertThat(requests).hasSize(1);
    }

    @Test
    void refusedCredentialsAreSaidAndNotTriedAgain() {
        answer = new Answer(401, "{\"error_code\":401,\"message\":\"Unauthorized\"}");
        unavailable(client(url()), "refused the credentials (401 Unauthorized)");
        assertThat(requests).hasSize(1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"<html>nginx</html>", "{\"error_code\":404,\"message\":\"HTTP 404 Not Found\"}"})
    void aWrongBasePathIsNotAnUnknownSchema(String body) {
        answer = new Answer(404, body);
        unavailable(client(url()), "base path");
    }

    @ParameterizedTest
    @ValueSource(ints = {500, 503, 429})
    void aServerErrorIsTriedOnceMore(int status) {
        answer = new Answer(status, "{\"error_code\":50002,\"message\":\"forwarding failed\"}");
        unavailable(client(url()), "answered " + status + ": forwarding failed");
        assertThat(requests).hasSize(2);
    }

    @Test
    void garbageIsNoAnswer() {
        answer = new Answer(200, "<html>hello</html>");
        unavailable(client(url()), "not JSON: <html>hello</html>");
        answer = new Answer(200, "");
        unavailable(client(url()), "not JSON");
        answer = new Answer(200, "{\"ok\":true}");
        assertThatThrownBy(() -> client(url()).register("s", STRING)).hasMessageContaining("holds no id");
    }

    @Test
    void redirectsAreNotFollowed() {
        answer = new Answer(302, "");
        unavailable(client(url()), "answered 302");
        assertThat(requests).hasSize(1);
    }

    @Test
    void aRefusedConnectionNamesTheUrlAndTheRemedy() {
        unavailable(client(NOBODY), NOBODY + " refused the connection", "schema.registry.url");
    }

    @Test
    void aServerThatNeverAnswersIsTriedOnceMore() throws IOException {
        try (ServerSocket silent = new ServerSocket(0, 10, InetAddress.getLoopbackAddress())) {
            unavailable(impatient("http://127.0.0.1:" + silent.getLocalPort()), "did not answer within 1000 ms");
            silent.setSoTimeout(1);
            silent.accept().close();
            silent.accept().close();
            assertThatThrownBy(silent::accept).isInstanceOf(SocketTimeoutException.class);
        }
    }

    @Test
    void aBodyThatNeverEndsIsCutOff() {
        server.createContext("/schemas/ids/13", exchange -> {
            requests.add(new Request("GET", "/schemas/ids/13", "", null, null));
            exchange.sendResponseHeaders(200, 1000);
            exchange.getResponseBody().write('{');
            exchange.getResponseBody().flush();
        });
        assertThatThrownBy(() -> impatient(url()).schema(13)).hasMessageContaining("did not answer within");
        assertThat(requests).hasSize(2);
    }

    @Test
    void failsOverAndStaysWithTheUrlThatAnswered() throws IOException {
        answer = new Answer(200, "{\"schema\":\"\\\"string\\\"\"}");
        AtomicInteger refused = new AtomicInteger();
        HttpServer broken = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        broken.createContext("/", exchange -> {
            refused.incrementAndGet();
            exchange.sendResponseHeaders(503, -1);
            exchange.close();
        });
        broken.start();
        try {
            HttpSchemaRegistryClient client =
                    client("http://127.0.0.1:" + broken.getAddress().getPort(), url());
            assertThat(client.schema(1)).isEqualTo(STRING);
            int before = refused.get();
            assertThat(client.schema(2)).isEqualTo(STRING);
            assertThat(before).isPositive();
            assertThat(refused).hasValue(before);
        } finally {
            broken.stop(0);
        }
    }

    @Test
    void schemasThatAreNotAvroAreRefused() {
        answer = new Answer(200, "{\"schemaType\":\"PROTOBUF\",\"schema\":\"syntax\"}");
        assertThatThrownBy(() -> client(url()).schema(3))
                .isInstanceOf(SchemaRefusedException.class)
                .hasMessageContaining("PROTOBUF, expected AVRO");
        answer = new Answer(200, "{\"schema\":\"{\"}");
        assertThatThrownBy(() -> client(url()).schema(3))
                .isInstanceOf(SchemaRefusedException.class)
                .hasMessageContaining("Schema id 3: Invalid Avro schema");
    }

    @Test
    void anInterruptedThreadStopsAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        try {
            unavailable(client(url()), "interrupted");
            assertThat(Thread.currentThread().isInterrupted()).isTrue();
        } finally {
            Thread.interrupted();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost:8081", "ftp://registry", "http:///path"})
    void whatIsNoUrlOfARegistryIsRefusedAtOnce(String url) {
        assertThatThrownBy(() -> client(url))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("expected http://host:port");
    }

    private static void unavailable(HttpSchemaRegistryClient client, String... parts) {
        assertThatThrownBy(() -> client.schema(1))
                .isInstanceOfSatisfying(
                        FreshetException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE))
                .hasMessageContainingAll(parts);
    }
}
