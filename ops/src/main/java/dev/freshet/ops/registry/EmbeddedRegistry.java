package dev.freshet.ops.registry;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.POJONode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.registry.SchemaRefusedException;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A small schema registry in this process that speaks Confluent's HTTP API and keeps its schemas in a Kafka topic, in Confluent's own
 * record shape.
 *
 * <ul>
 *   <li>{@link #start} returns when the topic has been read to its end and requests are taken.
 *   <li>An answered registration is on the topic: it survives a restart with the same id.
 *   <li>Avro only, without references, and without deletion. No authentication: bind it to loopback.
 *   <li>One writer per topic: whoever starts last takes over, and the earlier one answers 500 to registrations.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class EmbeddedRegistry implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(EmbeddedRegistry.class);
    private static final String CONTENT_TYPE = "application/vnd.schemaregistry.v1+json";
    private static final int BODY_BYTES_MAX = 4 * 1024 * 1024;
    private static final long CLOSE_SECONDS_MAX = 5;
    private static final int STORE_ERROR = 50001;

    private final SchemaLog log;
    private final RegistryApi api;
    private final HttpServer server;
    private final ExecutorService threads;
    private final ObjectMapper json = new ObjectMapper();

    /**
     * @param bind port 0 takes a free one
     * @param topic created when it is missing: 1 partition, compacted
     */
    public record Config(String bootstrapServers, InetSocketAddress bind, String topic, short replicationFactor) {
        public Config {
            requireNonNull(bootstrapServers, "bootstrapServers is null");
            requireNonNull(bind, "bind is null");
            requireNonNull(topic, "topic is null");
        }
    }

    private record Answer(int status, JsonNode body) {}

    private EmbeddedRegistry(SchemaLog log, HttpServer server) {
        this.log = log;
        this.api = new RegistryApi(log);
        this.server = server;
        // As many as there are requests: those that write wait for one another and for Kafka, those that read do not.
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "schema-registry");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * @throws FreshetException {@code KAFKA_UNAVAILABLE} when the topic cannot be used, {@code REGISTRY_UNAVAILABLE} when the address is
     *     taken
     */
    public static EmbeddedRegistry start(Config config) {
        HttpServer server = bind(config.bind());
        try {
            SchemaLog log = SchemaLog.open(config.bootstrapServers(), config.topic(), config.replicationFactor());
            EmbeddedRegistry registry = new EmbeddedRegistry(log, server);
            server.setExecutor(registry.threads);
            server.createContext("/", registry::handle);
            server.start();
            return registry;
        } catch (RuntimeException e) {
            server.stop(0);
            throw e;
        }
    }

    private static HttpServer bind(InetSocketAddress address) {
        try {
            return HttpServer.create(address, 0);
        } catch (BindException e) {
            throw new FreshetException(
                    ErrorCode.REGISTRY_UNAVAILABLE,
                    "The schema registry cannot listen on " + address + ": " + e.getMessage()
                            + ". Stop what uses the port, or choose another with --registry-port.",
                    e);
        } catch (IOException e) {
            throw new FreshetException(
                    ErrorCode.REGISTRY_UNAVAILABLE, "The schema registry cannot listen on " + address, e);
        }
    }

    /** Where clients find it, for example {@code http://127.0.0.1:8081}. */
    public URI uri() {
        InetSocketAddress address = server.getAddress();
        InetAddress host = address.getAddress();
        String name = host.isAnyLocalAddress() ? "127.0.0.1" : host.getHostAddress();
        return URI.create("http://" + (name.contains(":") ? "[" + name + "]" : name) + ":" + address.getPort());
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdown();
        try {
            if (!threads.awaitTermination(CLOSE_SECONDS_MAX, TimeUnit.SECONDS)) {
                LOGGER.warn("A request was still running after {} s", CLOSE_SECONDS_MAX);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        log.close();
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            Answer answer = answer(exchange);
            byte[] bytes = bytes(answer.body());
            exchange.getResponseHeaders().set("Content-Type", CONTENT_TYPE);
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private Answer answer(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
        if (body.length > BODY_BYTES_MAX) {
            return error(413, 413, "The body is larger than " + BODY_BYTES_MAX + " bytes");
        }
        String query = exchange.getRequestURI().getRawQuery();
        try {
            JsonNode parsed = body.length == 0 ? JsonNodeFactory.instance.missingNode() : json.readTree(body);
            List<String> path = segments(exchange.getRequestURI().getRawPath());
            return new Answer(200, api.answer(exchange.getRequestMethod(), path, query == null ? "" : query, parsed));
        } catch (JsonProcessingException e) {
            return error(400, 400, "The body is not JSON: " + e.getOriginalMessage());
        } catch (IllegalArgumentException e) {
            return error(400, 400, "The path is not valid: " + e.getMessage());
        } catch (SchemaRefusedException e) {
            return error(status(e.errorCode()), e.errorCode(), String.valueOf(e.getMessage()));
        } catch (FreshetException e) {
            LOGGER.warn("A request failed: {}", e.getMessage());
            return error(500, STORE_ERROR, String.valueOf(e.getMessage()));
        } catch (RuntimeException e) {
            LOGGER.error("A request failed unexpectedly", e);
            return error(500, STORE_ERROR, "Unexpected failure, see the log of freshet");
        }
    }

    private static Answer error(int status, int errorCode, String message) {
        return new Answer(
                status,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("error_code", errorCode)
                        .put("message", message));
    }

    /** Confluent's codes of five digits start with the HTTP status. */
    private static int status(int errorCode) {
        return errorCode < 1000 ? errorCode : errorCode / 100;
    }

    private byte[] bytes(JsonNode body) throws IOException {
        // A bare schema is answered as its own text, not as a JSON string.
        return body instanceof POJONode text
                ? String.valueOf(text.getPojo()).getBytes(StandardCharsets.UTF_8)
                : json.writeValueAsBytes(body);
    }

    private static List<String> segments(String rawPath) {
        return Arrays.stream(rawPath.split("/", -1))
                .filter(segment -> !segment.isEmpty())
                .map(segment -> URLDecoder.decode(segment.replace("+", "%2B"), StandardCharsets.UTF_8))
                .toList();
    }
}
