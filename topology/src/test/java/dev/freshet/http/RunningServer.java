package dev.freshet.http;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.catalog.InMemoryCatalog;
import dev.freshet.catalog.ManualClock;
import dev.freshet.cluster.NodeApi;
import dev.freshet.cluster.NodeGate;
import dev.freshet.http.openapi.Route;
import dev.freshet.refresh.LineageReport;
import dev.freshet.refresh.StaleReport;
import dev.freshet.refresh.StaleView;
import dev.freshet.refresh.StaleView.IndexFreshness;
import io.javalin.router.Endpoint;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/** The server on a free port, over fakes, and a client to it. */
final class RunningServer implements AutoCloseable {
    static final int MAX_BODY_BYTES = 200_000;
    static final int MAX_ROW_BYTES = 1_000;
    static final int MAX_HEADER_BYTES = 4_096;
    static final int MAX_SEARCHES = 2;
    static final int WAITING_NODES_MAX = 2;
    private static final ObjectMapper MAPPER = new ObjectMapper();

    final ManualClock clock = new ManualClock(Instant.parse("2026-11-20T12:00:00Z"));
    final InMemoryCatalog catalog = new InMemoryCatalog(FakeRowWriter.PARTITIONS, InMemoryCatalog.defaults(), clock);
    final FakeSearch search = new FakeSearch();
    final FakeDeadLetters letters = new FakeDeadLetters();
    final FakeRowWriter rows = new FakeRowWriter();
    final List<IndexFreshness> stale = new ArrayList<>();
    /** How often somebody asked how fresh the indexes are. */
    final AtomicInteger staleAsked = new AtomicInteger();
    /** The partitions that the view of what is stale tells of. */
    volatile Set<Integer> told = Set.of(0, 1);

    /** Where the rows of any dataset came from. */
    volatile LineageReport lineage = new LineageReport(Map.of());

    volatile Readiness missing = Readiness.READY;
    final FakePartitions partitions = new FakePartitions();
    private final FreshetHttpServer server;
    private final String scheme;
    private final HttpClient client = HttpClient.newHttpClient();

    RunningServer() throws IOException {
        this(HttpSecurity.none(), new NodeGate(null, () -> true));
    }

    RunningServer(HttpSecurity security) throws IOException {
        this(security, new NodeGate(null, () -> true));
    }

    /** @param gate who may call the inner routes */
    RunningServer(NodeGate gate) throws IOException {
        this(HttpSecurity.none(), gate);
    }

    private RunningServer(HttpSecurity security, NodeGate gate) throws IOException {
        scheme = security.scheme();
        server = new FreshetHttpServer(
                        new HttpSettings(
                                "127.0.0.1",
                                0,
                                MAX_BODY_BYTES,
                                MAX_ROW_BYTES,
                                Duration.ofSeconds(5),
                                Duration.ofSeconds(5),
                                new HttpSettings.Limits(MAX_HEADER_BYTES, MAX_SEARCHES),
                                true,
                                security),
                        new HttpServices(
                                catalog,
                                search,
                                rows,
                                staleView(),
                                datasetId -> lineage,
                                letters,
                                new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                                () -> true,
                                () -> FakeRowWriter.PARTITIONS,
                                () -> missing,
                                new NodeApi(
                                        gate, partitions, this::staleReport, datasetId -> lineage, WAITING_NODES_MAX)))
                .start();
    }

    private StaleReport staleReport() {
        return new StaleReport(Map.of(0, List.copyOf(stale), 1, List.of()));
    }

    private StaleView staleView() {
        return new StaleView() {
            @Override
            public List<IndexFreshness> freshness() {
                staleAsked.incrementAndGet();
                return List.copyOf(stale);
            }

            @Override
            public Set<Integer> partitions() {
                return told;
            }
        };
    }

    /** An answer with its body as JSON. */
    record Answer(int status, HttpResponse<String> response) {
        JsonNode json() {
            try {
                return MAPPER.readTree(response.body());
            } catch (IOException e) {
                throw new IllegalStateException("not JSON: " + response.body(), e);
            }
        }

        String header(String name) {
            return response.headers().firstValue(name).orElse("");
        }

        String code() {
            return json().path("code").asText();
        }

        String detail() {
            return json().path("detail").asText();
        }
    }

    /** Every route of the server. */
    List<Endpoint> endpoints() {
        return server.endpoints();
    }

    int port() {
        return server.port();
    }

    List<Route> routes() {
        return server.routes();
    }

    Answer get(String path) {
        return send(request(path).GET());
    }

    Answer delete(String path) {
        return send(request(path).DELETE());
    }

    Answer put(String path, String json) {
        return send(request(path).header("Content-Type", "application/json").PUT(BodyPublishers.ofString(json)));
    }

    Answer post(String path, String json) {
        return post(path, "application/json", json);
    }

    Answer post(String path, String contentType, String body) {
        return send(request(path).header("Content-Type", contentType).POST(BodyPublishers.ofString(body)));
    }

    Answer post(String path, String contentType, byte[] body) {
        return send(request(path).header("Content-Type", contentType).POST(BodyPublishers.ofByteArray(body)));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(scheme + "://127.0.0.1:" + port() + path));
    }

    Answer send(HttpRequest.Builder request) {
        return send(client, request);
    }

    /** By a client of one's own, with TLS of its own. */
    static Answer send(HttpClient client, HttpRequest.Builder request) {
        try {
            HttpResponse<String> response = client.send(request.build(), BodyHandlers.ofString());
            return new Answer(response.statusCode(), response);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        server.close();
    }
}
