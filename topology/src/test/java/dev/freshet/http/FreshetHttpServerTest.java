package dev.freshet.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.refresh.LineageRegistry;
import dev.freshet.refresh.StaleRegistry;
import dev.freshet.refresh.StaleView.IndexFreshness;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FreshetHttpServerTest {
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
    void answersProbes() {
        assertThat(server.get("/livez").status()).isEqualTo(200);
        assertThat(server.get("/readyz").status()).isEqualTo(200);
        server.search.ready(false);
        assertThat(server.get("/livez").status()).isEqualTo(200);
        Answer notReady = server.get("/readyz");
        assertThat(notReady.status()).isEqualTo(503);
        assertThat(notReady.code()).isEqualTo("not_ready");
        assertThat(notReady.header("Retry-After")).isEqualTo("1");
        assertThat(server.get("/").json().path("links").path("search").asText()).contains("/search");
    }

    @Test
    void showsMetricsByRouteAndNotByPath() {
        server.get("/v1/vectors/index/some-name");
        Answer metrics = server.get("/metrics");

        assertThat(metrics.header("Content-Type")).startsWith("text/plain");
        assertThat(metrics.response().body())
                .contains("freshet_http_requests_seconds_count{method=\"GET\",route=\"/v1/vectors/index/{name}\","
                        + "status=\"404\"}")
                .doesNotContain("some-name");
    }

    @Test
    void describesProblemsInOneShape() {
        Answer answer = server.get("/v1/vectors/index/nope");

        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.header("Content-Type")).isEqualTo("application/problem+json");
        JsonNode json = answer.json();
        assertThat(json.path("type").asText()).isEqualTo("urn:freshet:problem:index_not_found");
        assertThat(json.path("title").asText()).isEqualTo("Index not found");
        assertThat(json.path("status").asInt()).isEqualTo(404);
        assertThat(json.path("code").asText()).isEqualTo("index_not_found");
        assertThat(json.path("detail").asText()).contains("'nope'");
        assertThat(json.path("instance").asText()).isEqualTo("/v1/vectors/index/nope");
    }

    @Test
    void knowsItsRoutesAndTheirMethods() {
        Answer unknown = server.get("/v2/nothing");
        assertThat(unknown.status()).isEqualTo(404);
        assertThat(unknown.code()).isEqualTo("route_not_found");

        Answer method =
                server.send(server.request("/v1/catalog/datasets/docs").method("PATCH", BodyPublishers.ofString("{}")));
        assertThat(method.status()).isEqualTo(405);
        assertThat(method.code()).isEqualTo("method_not_allowed");
        assertThat(method.header("Allow")).isEqualTo("DELETE, GET, PUT");
        assertThat(server.delete("/v1/ingest/docs").header("Allow")).isEqualTo("POST");
    }

    @Test
    void showsOnlyAnIdOfWhatWasNotForeseen() {
        server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        server.search.failWith(new IllegalStateException("secret internals"));
        Answer answer = server.post("/v1/vectors/index/docs_v1/search", "{\"text\": \"a\"}");

        assertThat(answer.status()).isEqualTo(500);
        assertThat(answer.code()).isEqualTo("internal");
        assertThat(answer.json().path("error_id").asText()).hasSize(8);
        assertThat(answer.detail()).contains(answer.json().path("error_id").asText());
        assertThat(answer.response().body()).doesNotContain("secret", "IllegalState", "\\tat ");
    }

    @Test
    void showsWhatIsStale() {
        assertThat(server.get("/v1/vectors/stale").json().path("stale").size()).isZero();
        server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        long dataset = server.catalog.current().dataset("docs").orElseThrow().id();
        long index = server.catalog.current().index("docs_v1").orElseThrow().id();
        Instant since = Instant.parse("2024-05-01T10:00:00Z");
        server.stale.add(new IndexFreshness(index, dataset, 12, since, since, null));
        server.stale.add(new IndexFreshness(999, 998, 1, Instant.EPOCH, Instant.EPOCH, null));

        JsonNode answer = server.get("/v1/vectors/stale").json();
        assertThat(answer.path("coverage").toString())
                .isEqualTo("{\"partitions\":" + FakeRowWriter.PARTITIONS + ",\"answered\":2,\"complete\":"
                        + (FakeRowWriter.PARTITIONS == 2) + "}");
        JsonNode stale = answer.path("stale");
        assertThat(stale.size()).isEqualTo(1);
        assertThat(stale.path(0).path("dataset").asText()).isEqualTo("docs");
        assertThat(stale.path(0).path("pending_rows").asInt()).isEqualTo(12);
        assertThat(stale.path(0).path("stale_since").asText()).isEqualTo("2024-05-01T10:00:00Z");
        assertThat(stale.path(0).path("indexes").path(0).path("index").asText()).isEqualTo("docs_v1");
        assertThat(stale.path(0).path("indexes").path(0).path("pending_rows").asInt())
                .isEqualTo(12);
        assertThat(stale.path(0).path("refresh_policy").asText()).isEqualTo("on_append");
        assertThat(stale.path(0).has("next_refresh")).isFalse();
        assertThat(stale.path(0).has("last_embedded_at")).isFalse();
        assertThat(stale.path(0).path("oldest_pending_age_ms").isNumber()).isTrue();
        assertThat(server.get("/v1/vectors/index/docs_v1").json().path("status").asText())
                .isEqualTo("stale");
        assertThat(server.get("/v1/vectors/index/docs_v1")
                        .json()
                        .path("pending_rows")
                        .asInt())
                .isEqualTo(12);
    }

    @Test
    void doesNotSayThatNothingWaitsWhereNobodyTells() {
        server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimensions\": 2, \"distance\": \"dot\"}");
        long dataset = server.catalog.current().dataset("docs").orElseThrow().id();
        long index = server.catalog.current().index("docs_v1").orElseThrow().id();
        String direct =
                server.get("/v1/vectors/index/own").json().path("status").asText();
        server.told = Set.of(1);

        JsonNode unknown = server.get("/v1/vectors/index/docs_v1").json();
        assertThat(unknown.path("status").asText()).isEqualTo("unknown");
        assertThat(unknown.has("pending_rows")).isFalse();
        assertThat(server.get("/v1/catalog/datasets/docs").json().has("staleness"))
                .isFalse();
        assertThat(server.get("/v1/vectors/index/own").json().path("status").asText())
                .as("what has no model waits for none")
                .isEqualTo(direct)
                .isNotEqualTo("unknown");

        server.stale.add(new IndexFreshness(index, dataset, 3, Instant.EPOCH, Instant.EPOCH, null));
        JsonNode stale = server.get("/v1/vectors/index/docs_v1").json();
        assertThat(stale.path("status").asText()).isEqualTo("stale");
        assertThat(stale.path("pending_rows").asInt()).isEqualTo(3);

        server.stale.clear();
        server.told = Set.of(0, 1);
        assertThat(server.get("/v1/vectors/index/docs_v1")
                        .json()
                        .path("pending_rows")
                        .isNumber())
                .isTrue();
        assertThat(server.get("/v1/catalog/datasets/docs").json().has("staleness"))
                .isTrue();
    }

    @Test
    void showsWhatIsFreshWhenAskedForAll() {
        server.put(
                "/v1/catalog/datasets/docs",
                "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"], \"refresh_policy\": \"scheduled\", \"schedule\": \"0 3 * * *\"}");
        long dataset = server.catalog.current().dataset("docs").orElseThrow().id();
        long index = server.catalog.current().index("docs_v1").orElseThrow().id();
        Instant embedded = Instant.parse("2024-05-01T10:00:00Z");
        server.stale.add(new IndexFreshness(index, dataset, 0, null, null, embedded));

        assertThat(server.get("/v1/vectors/stale").json().path("stale")).isEmpty();
        JsonNode all = server.get("/v1/vectors/stale?all=true").json().path("stale");
        assertThat(all).hasSize(1);
        assertThat(all.path(0).path("pending_rows").asInt()).isZero();
        assertThat(all.path(0).has("stale_since")).isFalse();
        assertThat(all.path(0).path("last_embedded_at").asText()).isEqualTo("2024-05-01T10:00:00Z");
        assertThat(all.path(0).path("next_refresh").asText()).endsWith("T03:00:00Z");
    }

    @Test
    void refusesAPortInUseInOneLine() {
        FreshetHttpServer second = new FreshetHttpServer(
                HttpSettings.defaults("127.0.0.1", server.port()),
                new HttpServices(
                        server.catalog,
                        server.search,
                        server.rows,
                        new StaleRegistry(),
                        new LineageRegistry(),
                        server.letters,
                        new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                        () -> true,
                        () -> 2,
                        () -> Readiness.READY,
                        null));

        assertThatThrownBy(second::start)
                .isInstanceOf(IOException.class)
                .hasMessageContaining("127.0.0.1:" + server.port())
                .hasMessageContaining("Address already in use; choose another port with --port")
                .hasMessageNotContaining("\n");
    }

    @Test
    void answersOnASocketThatWasBoundBefore() throws Exception {
        try (ListeningSocket socket = ListeningSocket.bind("127.0.0.1", 0)) {
            FreshetHttpServer late = new FreshetHttpServer(
                    HttpSettings.defaults("127.0.0.1", 0),
                    new HttpServices(
                            server.catalog,
                            server.search,
                            server.rows,
                            new StaleRegistry(),
                            new LineageRegistry(),
                            server.letters,
                            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT),
                            () -> true,
                            () -> 2,
                            () -> Readiness.READY,
                            null),
                    socket);
            try (Socket early = new Socket(InetAddress.getLoopbackAddress(), socket.port())) {
                early.getOutputStream()
                        .write("GET /livez HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n"
                                .getBytes(StandardCharsets.US_ASCII));
                late.start();

                assertThat(late.port()).isEqualTo(socket.port());
                assertThat(new String(early.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                        .startsWith("HTTP/1.1 200");
            } finally {
                late.close();
            }
        }
    }

    @Test
    void finishesRequestsInFlightWhenItStops() throws Exception {
        server.put("/v1/catalog/datasets/docs", "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}");
        CountDownLatch gate = new CountDownLatch(1);
        server.search.holdSearches(gate);
        CompletableFuture<Answer> slow = CompletableFuture.supplyAsync(
                () -> server.post("/v1/vectors/index/docs_v1/search", "{\"text\": \"a\"}"));
        assertThat(server.search.entered().await(30, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::close);
        Thread.sleep(300);
        assertThat(stopping).isNotDone();
        gate.countDown();

        assertThat(slow.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
        stopping.get(30, TimeUnit.SECONDS);
    }
}
