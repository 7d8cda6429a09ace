package dev.freshet.connect.avro;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.freshet.schemas.registry.SchemaRefusedException;
import dev.freshet.schemas.registry.SchemaStore;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URLDecoder;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A registry behind HTTP, in memory: what serializers and deserializers ask for. */
final class RegistryServer implements AutoCloseable {
    private final SchemaStore store = new SchemaStore();
    private final ObjectMapper json = new ObjectMapper();
    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final List<String> authorizations = new CopyOnWriteArrayList<>();
    private volatile boolean down;

    RegistryServer() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.setExecutor(threads);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort();
    }

    SchemaStore store() {
        return store;
    }

    /** What the header said, once for each request that had one. */
    List<String> authorizations() {
        return List.copyOf(authorizations);
    }

    /** Answers 503 from now on. */
    void breakDown() {
        down = true;
    }

    private void handle(HttpExchange exchange) throws IOException {
        try {
            String authorization = exchange.getRequestHeaders().getFirst("Authorization");
            if (authorization != null) {
                authorizations.add(authorization);
            }
            if (down) {
                answer(exchange, 503, "{\"error_code\":50003,\"message\":\"down\"}");
                return;
            }
            answer(exchange, 200, answerOf(exchange));
        } catch (SchemaRefusedException e) {
            int status = e.errorCode() < 1000 ? e.errorCode() : e.errorCode() / 100;
            answer(
                    exchange,
                    status,
                    json.createObjectNode()
                            .put("error_code", e.errorCode())
                            .put("message", e.getMessage())
                            .toString());
        } finally {
            exchange.close();
        }
    }

    private String answerOf(HttpExchange exchange) throws IOException {
        String[] path = exchange.getRequestURI().getRawPath().split("/", -1);
        if (path.length == 4 && path[1].equals("schemas") && path[2].equals("ids")) {
            return json.createObjectNode()
                    .put("schema", store.schemaText(Integer.parseInt(path[3])))
                    .toString();
        }
        String subject = URLDecoder.decode(path[2], UTF_8);
        String schema = schemaOf(exchange);
        if (path.length == 3) {
            return id(store.find(subject, schema));
        }
        synchronized (store) {
            SchemaStore.Plan plan = store.plan(subject, schema);
            if (plan instanceof SchemaStore.Plan.Added added) {
                store.apply(added.registration());
            }
            return id(plan.registration());
        }
    }

    private String schemaOf(HttpExchange exchange) throws IOException {
        JsonNode body = json.readTree(exchange.getRequestBody().readAllBytes());
        return body.path("schema").asText();
    }

    private String id(SchemaStore.Registration registration) {
        return json.createObjectNode()
                .put("subject", registration.subject())
                .put("version", registration.version())
                .put("id", registration.id())
                .put("schema", registration.schema())
                .toString();
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().add("Content-Type", "application/vnd.schemaregistry.v1+json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }
}
