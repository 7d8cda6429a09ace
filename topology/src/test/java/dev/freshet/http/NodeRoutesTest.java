package dev.freshet.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.cluster.HttpRemotePartitions;
import dev.freshet.cluster.NodeClient;
import dev.freshet.cluster.NodeGate;
import dev.freshet.cluster.NodeSecret;
import dev.freshet.refresh.StaleView.IndexFreshness;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.AwaitResult;
import dev.freshet.search.Filter;
import dev.freshet.search.IndexStatistics.PartitionStatistics;
import dev.freshet.search.Node;
import dev.freshet.search.PageQuery;
import dev.freshet.search.PartitionAnswer;
import dev.freshet.search.RowFailure;
import dev.freshet.search.RowPage;
import dev.freshet.search.RowPosition;
import dev.freshet.search.RowView;
import dev.freshet.search.SearchHit;
import dev.freshet.search.VectorQuery;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Calls between processes, over HTTP, with what they ask for faked. */
@Timeout(60)
class NodeRoutesTest {
    private static final String SECRET = "the-secret-of-this-test";
    private static final Duration LONG = Duration.ofSeconds(30);
    private static final VectorQuery QUERY =
            new VectorQuery(7, new float[] {0.1f, -2.5f, 3e-9f}, 5, 40, true, 0.25, true, true, null);

    private final List<AutoCloseable> open = new ArrayList<>();

    @AfterEach
    void close() throws Exception {
        for (AutoCloseable each : open) {
            each.close();
        }
    }

    private RunningServer server(NodeGate gate) throws IOException {
        RunningServer server = new RunningServer(gate);
        open.add(server);
        return server;
    }

    private RunningServer guarded() throws IOException {
        return server(new NodeGate(new NodeSecret(SECRET), () -> true));
    }

    private HttpRemotePartitions caller(@Nullable String secret) {
        NodeClient client = new NodeClient(secret == null ? null : new NodeSecret(secret), null);
        open.add(client);
        return new HttpRemotePartitions(client);
    }

    private static Node node(RunningServer server) {
        return new Node("127.0.0.1", server.port());
    }

    private static <T> T get(CompletableFuture<T> future) throws Exception {
        return future.get(LONG.toSeconds(), TimeUnit.SECONDS);
    }

    private static Throwable failed(CompletableFuture<?> future) throws Exception {
        try {
            future.get(LONG.toSeconds(), TimeUnit.SECONDS);
            throw new AssertionError("it was answered");
        } catch (ExecutionException e) {
            return requireNonNull(e.getCause());
        }
    }

    private static FreshetException failure(CompletableFuture<?> future) throws Exception {
        Throwable failure = failed(future);
        assertThat(failure).isInstanceOf(FreshetException.class);
        return (FreshetException) failure;
    }

    @Test
    void shouldBringASearchThereAndItsHitsBackAsTheyAre() throws Exception {
        RunningServer server = guarded();
        SearchHit hit = new SearchHit(
                "a%3Ab#3",
                "a%3Ab",
                3,
                -1.0 / 3,
                Math.nextUp(1.0),
                "Grüße, \u0000\"\uD83D\uDE00\"\n",
                "{\"n\":1.10,\"m\":12345678901234567890}",
                new float[] {Float.MIN_VALUE, -0f, 1 / 3f});
        server.partitions.answer(List.of(
                new PartitionAnswer(2, List.of(hit), Long.MAX_VALUE, Long.MIN_VALUE),
                new PartitionAnswer(0, List.of(), -1, 12)));

        List<PartitionAnswer> answers = get(caller(SECRET).search(node(server), Map.of(2, 44L, 0, -1L), QUERY, LONG));

        assertThat(answers)
                .usingRecursiveComparison()
                .isEqualTo(List.of(
                        new PartitionAnswer(2, List.of(hit), Long.MAX_VALUE, Long.MIN_VALUE),
                        new PartitionAnswer(0, List.of(), -1, 12)));
        FakePartitions.Asked asked = server.partitions.searches().get(0);
        assertThat(asked.partitions()).isEqualTo(Map.of(2, 44L, 0, -1L));
        assertThat(asked.timeout()).isEqualTo(LONG);
        assertThat(asked.query()).usingRecursiveComparison().isEqualTo(QUERY);
    }

    @Test
    void shouldAskForRowsStatisticsAndWait() throws Exception {
        RunningServer server = guarded();
        HttpRemotePartitions caller = caller(SECRET);
        RowView row = new RowView(
                "k",
                99,
                List.of(new RowView.ChunkView(0, "text", new float[] {1.5f}), new RowView.ChunkView(1, "", null)),
                "{\"a\":null}",
                new RowFailure("embedding_refused", "too odd"));
        PartitionStatistics held = new PartitionStatistics(3, true, 10, 20, 1, 77);
        AwaitResult outcome = new AwaitResult(Map.of("x", new RowFailure("internal", "why")), List.of("y", "z"));
        server.partitions.row(row);
        server.partitions.statistics(List.of(held));
        server.partitions.outcome(outcome);

        assertThat(get(caller.row(node(server), 7, "k", 3, true, LONG)).orElseThrow())
                .usingRecursiveComparison()
                .isEqualTo(row);
        assertThat(get(caller.row(node(server), 7, "other", 3, true, LONG))).isEqualTo(Optional.empty());
        PageQuery query = new PageQuery(7, 3, "j", 5, 1_000, true, Filter.parse("{\"eq\":{\"a\":1}}"));
        assertThat(get(caller.page(node(server), query, LONG)))
                .usingRecursiveComparison()
                .isEqualTo(new RowPage(List.of(row), "k", 17));
        assertThat(server.partitions.listed()).isEqualTo(query);
        assertThat(get(caller.statistics(node(server), 7, LONG))).containsExactly(held);
        List<RowPosition> positions = List.of(new RowPosition("x", 1, 5), new RowPosition("y", 2, 6));
        assertThat(get(caller.await(node(server), 7, positions, LONG))).isEqualTo(outcome);
        assertThat(server.partitions.awaited()).containsExactly(positions);
    }

    @Test
    void shouldHandBackWhatWasRefusedThereUnderItsCode() throws Exception {
        RunningServer server = guarded();
        server.partitions.failWith(new FreshetException(ErrorCode.INDEX_NOT_FOUND, "there is no index 7"));

        FreshetException failure = failure(caller(SECRET).search(node(server), Map.of(0, -1L), QUERY, LONG));

        assertThat(failure.code()).isEqualTo(ErrorCode.INDEX_NOT_FOUND);
        assertThat(failure).hasMessage(node(server) + ": there is no index 7");
    }

    @Test
    void shouldRefuseWhoeverDoesNotKnowTheSecret() throws Exception {
        RunningServer server = guarded();

        for (String secret : new String[] {null, SECRET + "x", SECRET.substring(0, SECRET.length() - 1)}) {
            FreshetException failure = failure(caller(secret).search(node(server), Map.of(0, -1L), QUERY, LONG));
            assertThat(failure.code()).isEqualTo(ErrorCode.UNAUTHENTICATED);
            assertThat(failure).hasMessageContaining(NodeSecret.SETTING).hasMessageNotContaining(SECRET);
        }
        for (String operation : List.of("search", "row", "statistics", "await", "stale")) {
            assertThat(server.post("/internal/v1/" + operation, "{}").status()).isEqualTo(401);
        }
        assertThat(server.partitions.searches()).isEmpty();
    }

    @Test
    void shouldBeAsOpenAsTheApiWhereThereIsNoSecret() throws Exception {
        RunningServer open = server(new NodeGate(null, () -> true));
        RunningServer closed = server(new NodeGate(null, () -> false));

        assertThat(get(caller(null).search(node(open), Map.of(0, -1L), QUERY, LONG)))
                .isEmpty();
        assertThat(failure(caller(SECRET).search(node(closed), Map.of(0, -1L), QUERY, LONG))
                        .code())
                .isEqualTo(ErrorCode.UNAUTHENTICATED);
    }

    @Test
    void shouldNotAcceptASecretThatCouldBeGuessedOrNotSent() {
        assertThatThrownBy(() -> new NodeSecret("fifteen-letters"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("16")
                .hasMessageNotContaining("fifteen");
        assertThatThrownBy(() -> new NodeSecret("sixteen letters!")).isInstanceOf(IllegalArgumentException.class);
        assertThat(new NodeSecret(SECRET).toString()).doesNotContain(SECRET);
    }

    @Test
    void shouldPassOverFieldsThatOnlyLaterReleasesKnow() throws Exception {
        RunningServer server = server(new NodeGate(null, () -> true));

        RunningServer.Answer answer = server.post(
                "/internal/v1/search",
                "{\"partitions\":{\"1\":4},\"index_id\":7,\"vector\":\"AACAPwAAAMA=\",\"k\":3,\"ef\":9,\"shiny\":{\"new\":[1]},\"timeout_ms\":50}");

        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(answer.response().body()).isEqualTo("{\"partitions\":[]}");
        FakePartitions.Asked asked = server.partitions.searches().get(0);
        assertThat(asked.partitions()).isEqualTo(Map.of(1, 4L));
        assertThat(asked.timeout()).isEqualTo(Duration.ofMillis(50));
        assertThat(asked.query())
                .usingRecursiveComparison()
                .isEqualTo(new VectorQuery(7, new float[] {1, -2}, 3, 9, false, null, false, false, null));
    }

    @Test
    void shouldSayWhatIsWrongWithACall() throws Exception {
        RunningServer server = server(new NodeGate(null, () -> true));

        assertThat(server.post("/internal/v2/search", "{}").detail()).contains("v1", "v2");
        assertThat(server.post("/internal/v1/guess", "{}").detail()).contains("guess", "search, row");
        assertThat(server.post("/internal/v1/search", "{\"vector\":\"AAA=\"}").status())
                .isEqualTo(400);
        assertThat(server.post("/internal/v1/search", "{}").code()).isEqualTo("bad_request");
        assertThat(server.post("/internal/v1/row", "null").code()).isEqualTo("bad_request");
        assertThat(server.post("/internal/v1/row", "nonsense").code()).isEqualTo("bad_request");
        assertThat(server.send(server.request("/internal/v1/row")
                                .header("Content-Type", "text/csv")
                                .POST(BodyPublishers.ofString("a,b")))
                        .status())
                .isEqualTo(415);
    }

    @Test
    void shouldTellOfTheStaleIndexesByPartition() throws Exception {
        RunningServer server = server(new NodeGate(null, () -> true));
        server.stale.add(new IndexFreshness(4, 2, 11, server.clock.instant(), null, null));

        assertThat(server.post("/internal/v1/stale", "{}").json())
                .isEqualTo(
                        new ObjectMapper()
                                .readTree(
                                        "{\"partitions\":{\"0\":[{\"index_id\":4,\"dataset_id\":2,\"pending_rows\":11,\"stale_since\":\"2026-11-20T12:00:00Z\"}],\"1\":[]}}"));
    }

    @Test
    void shouldBoundTheCallsThatWait() throws Exception {
        RunningServer server = server(new NodeGate(null, () -> true));
        HttpRemotePartitions caller = caller(null);
        CountDownLatch until = new CountDownLatch(1);
        server.partitions.hold(until);
        List<CompletableFuture<AwaitResult>> waiting = new ArrayList<>();
        for (int i = 0; i < RunningServer.WAITING_NODES_MAX; i++) {
            waiting.add(caller.await(node(server), 7, List.of(), LONG));
        }
        assertThat(server.partitions.entered().tryAcquire(RunningServer.WAITING_NODES_MAX, 30, TimeUnit.SECONDS))
                .isTrue();

        assertThat(failure(caller.await(node(server), 7, List.of(), LONG)).code())
                .isEqualTo(ErrorCode.NOT_READY);
        until.countDown();
        for (CompletableFuture<AwaitResult> each : waiting) {
            assertThat(get(each).missing()).isEmpty();
        }
    }

    @Test
    void shouldBoundTheSearchesThatWaitForAPositionWithThem() throws Exception {
        RunningServer server = server(new NodeGate(null, () -> true));
        HttpRemotePartitions caller = caller(null);
        CountDownLatch until = new CountDownLatch(1);
        server.partitions.hold(until);
        try {
            for (int i = 0; i < RunningServer.WAITING_NODES_MAX; i++) {
                open.add(cancelled(caller.search(node(server), Map.of(0, -1L, 1, 0L), QUERY, LONG)));
            }
            assertThat(server.partitions.entered().tryAcquire(RunningServer.WAITING_NODES_MAX, 30, TimeUnit.SECONDS))
                    .isTrue();
            assertThat(failure(caller.search(node(server), Map.of(0, 0L), QUERY, LONG))
                            .code())
                    .isEqualTo(ErrorCode.NOT_READY);
            assertThat(failure(caller.await(node(server), 7, List.of(), LONG)).code())
                    .isEqualTo(ErrorCode.NOT_READY);
            CompletableFuture<List<PartitionAnswer>> anywhere =
                    caller.search(node(server), Map.of(0, -1L, 1, -1L), QUERY, LONG);
            assertThat(server.partitions.entered().tryAcquire(30, TimeUnit.SECONDS))
                    .as("it does not wait for a position")
                    .isTrue();
            until.countDown();
            assertThat(get(anywhere)).isEmpty();
        } finally {
            until.countDown();
        }
        // The places are free again, once those that had them have been answered.
        while (true) {
            try {
                assertThat(get(caller.search(node(server), Map.of(0, 0L), QUERY, LONG)))
                        .isEmpty();
                return;
            } catch (ExecutionException e) {
                assertThat(e).hasCauseInstanceOf(FreshetException.class);
            }
        }
    }

    private static AutoCloseable cancelled(CompletableFuture<?> call) {
        return () -> call.cancel(true);
    }

    @Test
    void shouldTakeLongerCallsThanCallersMaySend() throws Exception {
        RunningServer server = server(new NodeGate(null, () -> true));
        List<RowPosition> many = new ArrayList<>();
        for (int row = 0; row < RunningServer.MAX_BODY_BYTES / 10; row++) {
            many.add(new RowPosition("row-" + row, 0, row));
        }

        assertThat(get(caller(null).await(node(server), 7, many, LONG)).missing())
                .isEmpty();

        assertThat(server.partitions.awaited()).containsExactly(many);
    }

    @Test
    void shouldSayThatAProcessIsGone() throws Exception {
        int port;
        try (ServerSocket free = loopback()) {
            port = free.getLocalPort();
        }
        Throwable failure = failed(caller(SECRET).statistics(new Node("127.0.0.1", port), 7, Duration.ofHours(1)));

        assertThat(failure).isInstanceOf(IOException.class).hasMessageContaining("127.0.0.1:" + port);
    }

    @Test
    void shouldSayThatAProcessCannotBeCalledRatherThanThrow() throws Exception {
        for (String host : List.of("no host", "under_score", "[", "a/b")) {
            assertThat(failed(caller(SECRET).statistics(new Node(host, 80), 7, LONG)))
                    .as(host)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining(host);
        }
        NodeClient closed = new NodeClient(null, null);
        closed.close();
        assertThat(failed(new HttpRemotePartitions(closed).statistics(new Node("127.0.0.1", 80), 7, LONG)))
                .isInstanceOf(IOException.class);
    }

    @Test
    void shouldNotWaitLongerThanItsTime() throws Exception {
        RunningServer server = server(new NodeGate(null, () -> true));
        CountDownLatch until = new CountDownLatch(1);
        server.partitions.hold(until);
        try {
            assertThat(failed(caller(null).await(node(server), 7, List.of(), Duration.ofNanos(1))))
                    .isInstanceOf(HttpTimeoutException.class);
            assertThat(failed(caller(null).search(node(server), Map.of(0, -1L), QUERY, Duration.ofMillis(20))))
                    .isInstanceOf(HttpTimeoutException.class)
                    .hasMessageContaining(node(server).toString());
        } finally {
            until.countDown();
        }
    }

    @Test
    void shouldHangUpWhenTheCallIsCancelled() throws Exception {
        try (ServerSocket silent = loopback()) {
            CompletableFuture<?> call =
                    caller(null).statistics(new Node("127.0.0.1", silent.getLocalPort()), 7, Duration.ofHours(1));
            try (Socket connection = silent.accept()) {
                InputStream in = connection.getInputStream();
                assertThat(in.read()).isEqualTo('P');
                assertThat(call.cancel(true)).isTrue();
                // Ends when the caller has closed the connection.
                in.transferTo(OutputStream.nullOutputStream());
            }
        }
    }

    @Test
    void shouldCallAgainWhenTheConnectionBreaks() throws Exception {
        try (ServerSocket breaking = loopback()) {
            CompletableFuture<List<PartitionStatistics>> call =
                    caller(null).statistics(new Node("127.0.0.1", breaking.getLocalPort()), 7, LONG);
            try (Socket first = breaking.accept()) {
                assertThat(first.getInputStream().read()).isEqualTo('P');
            }
            try (Socket second = breaking.accept()) {
                byte[] request = new byte[4096];
                assertThat(second.getInputStream().read(request)).isPositive();
                second.getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 17\r\n\r\n{\"partitions\":[]}".getBytes(US_ASCII));
                assertThat(get(call)).isEmpty();
            }
        }
    }

    @Test
    void shouldSayThatAnAnswerMakesNoSense() throws Exception {
        try (ServerSocket other = loopback()) {
            CompletableFuture<List<PartitionStatistics>> call =
                    caller(null).statistics(new Node("127.0.0.1", other.getLocalPort()), 7, LONG);
            try (Socket connection = other.accept()) {
                byte[] request = new byte[4096];
                assertThat(connection.getInputStream().read(request)).isPositive();
                connection
                        .getOutputStream()
                        .write("HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\nhello!".getBytes(US_ASCII));
                assertThat(failure(call).code()).isEqualTo(ErrorCode.INTERNAL);
            }
        }
    }

    private static ServerSocket loopback() throws IOException {
        return new ServerSocket(0, 5, InetAddress.getByAddress(new byte[] {127, 0, 0, 1}));
    }
}
