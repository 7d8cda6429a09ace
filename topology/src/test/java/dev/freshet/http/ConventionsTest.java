package dev.freshet.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.search.Coverage;
import dev.freshet.search.SearchHit;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpClient;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.LoggerFactory;

/** What holds for every route: ids, the access log, packed bodies, and what happens when the server stops. */
class ConventionsTest {
    private static final String DOCS = "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}";

    private RunningServer server;
    private final ExecutorService callers = Executors.newCachedThreadPool();
    private final ListAppender<ILoggingEvent> log = new ListAppender<>();

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        server.put("/v1/catalog/datasets/docs", DOCS);
    }

    @AfterEach
    void stop() {
        logger(AccessLog.LOGGER).detachAppender(log);
        logger(Problems.class.getName()).detachAppender(log);
        callers.shutdownNow();
        server.close();
    }

    @Test
    void keepsASaneRequestIdAndMakesOneElse() {
        assertThat(withId("trace-1.a:b/c").header(RequestIds.HEADER)).isEqualTo("trace-1.a:b/c");
        Answer made = server.get("/livez");
        assertThat(made.header(RequestIds.HEADER)).hasSize(36);
        assertThat(server.get("/livez").header(RequestIds.HEADER)).isNotEqualTo(made.header(RequestIds.HEADER));
    }

    @ParameterizedTest
    @ValueSource(strings = {"with space", "quote\"", "semi;colon", "<b>", "\u00e4"})
    void replacesARequestIdThatDoesNotBelongIntoLogs(String id) throws IOException {
        assertThat(rawHeader(id)).hasSize(36);
    }

    @Test
    void replacesARequestIdThatIsTooLong() {
        assertThat(withId("a".repeat(128)).header(RequestIds.HEADER)).hasSize(128);
        assertThat(withId("a".repeat(129)).header(RequestIds.HEADER)).hasSize(36);
    }

    @Test
    void namesTheRequestInProblemsAndInLogs() {
        logger(Problems.class.getName()).addAppender(log);
        log.start();
        server.search.failWith(new IllegalStateException("a bug"));
        Answer answer = server.send(server.request("/v1/vectors/index/docs_v1/search")
                .header(RequestIds.HEADER, "my-id")
                .POST(BodyPublishers.ofString("{\"text\": \"a\"}")));

        assertThat(answer.json().path("request_id").asText()).isEqualTo("my-id");
        assertThat(answer.header(RequestIds.HEADER)).isEqualTo("my-id");
        assertThat(log.list).hasSize(1);
        assertThat(log.list.get(0).getMDCPropertyMap()).containsEntry(RequestIds.MDC_KEY, "my-id");
    }

    @Test
    void logsEachRequestOnceWithoutItsQuery() throws Exception {
        Logger access = logger(AccessLog.LOGGER);
        access.setLevel(Level.INFO);
        access.addAppender(log);
        log.start();
        server.send(server.request("/v1/vectors/stale?secret=hush")
                .header(RequestIds.HEADER, "first")
                .GET());
        server.send(server.request("/livez").header(RequestIds.HEADER, "second").GET());
        raw("NONSENSE\r\n\r\n");
        // A request is logged once its answer has been written, which its caller may see before.
        await(() -> accessLines().size() >= 3);
        access.setLevel(null);

        List<String> lines = accessLines();
        assertThat(lines).hasSize(3).noneMatch(line -> line.contains("hush"));
        assertThat(lines.get(0))
                .matches("remote=127\\.0\\.0\\.1 principal=anonymous method=GET path=/v1/vectors/stale status=400"
                        + " bytes=[1-9][0-9]* ms=[0-9.]+ request_id=first");
        assertThat(lines.get(1)).contains("path=/livez status=200 bytes=18 ").endsWith(" request_id=second");
        assertThat(lines.get(2)).contains(" status=400 ");
    }

    /** Without the one that {@link #start} causes, which may come before or after logging begins. */
    private List<String> accessLines() {
        return List.copyOf(log.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .filter(line -> !line.contains("/v1/catalog/datasets/docs"))
                .toList();
    }

    @Test
    void packsLongAnswersForThoseWhoTakeThem() throws IOException {
        SearchHit[] hits = new SearchHit[20];
        for (int i = 0; i < hits.length; i++) {
            hits[i] = new SearchHit("r" + i + "#0", "r" + i, 0, 0.5, 0.5, "the same text, ".repeat(20), "{}", null);
        }
        server.search.answer(new Coverage(2, 2), hits);
        Answer plain = server.post("/v1/vectors/index/docs_v1/search", "{\"text\": \"a\"}");
        HttpResponse<byte[]> packed = packed("/v1/vectors/index/docs_v1/search", "{\"text\": \"a\"}");

        assertThat(plain.header("Content-Encoding")).isEmpty();
        assertThat(packed.headers().firstValue("Content-Encoding")).contains("gzip");
        assertThat(packed.headers().firstValue("Vary").orElse("")).containsIgnoringCase("Accept-Encoding");
        assertThat(packed.body().length).isLessThan(plain.response().body().length() / 5);
        try (InputStream unpacked = new GZIPInputStream(new ByteArrayInputStream(packed.body()))) {
            assertThat(new String(unpacked.readAllBytes(), UTF_8)).contains("\"row\":\"r19\"");
        }
        server.search.answer(new Coverage(2, 2));
        assertThat(packed("/v1/vectors/index/docs_v1/search", "{\"text\": \"a\"}")
                        .headers()
                        .firstValue("Content-Encoding"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"application/json", "application/x-ndjson"})
    void takesPackedBodies(String type) {
        String row = "{\"id\": 1, \"text\": \"packed\"}";
        Answer answer = sendPacked(type, gzip(row.getBytes(UTF_8)));

        assertThat(answer.status()).as(answer.response().body()).isEqualTo(200);
        assertThat(server.rows.written()).hasSize(1);
        assertThat(String.valueOf(server.rows.written().get(0).getColumns().get("text")))
                .contains("packed");
    }

    @Test
    void refusesABodyThatUnpacksToMoreThanIsTaken() {
        byte[] bomb = gzip(" ".repeat(RunningServer.MAX_BODY_BYTES + 1).getBytes(UTF_8));
        assertThat(bomb.length).isLessThan(RunningServer.MAX_BODY_BYTES / 100);
        for (String type : List.of("application/json", "application/x-ndjson", "text/csv")) {
            Answer answer = sendPacked(type, bomb);

            assertThat(answer.status()).isEqualTo(413);
            assertThat(answer.code()).isEqualTo("body_too_large");
        }
        assertThat(server.rows.written()).isEmpty();
    }

    @Test
    void refusesABodyThatIsNoWholeGzip() {
        byte[] whole = gzip("[{\"id\": 1, \"text\": \"a\"}]".getBytes(UTF_8));
        byte[] cut = Arrays.copyOf(whole, whole.length - 9);
        for (byte[] body : List.of(cut, "[]".getBytes(UTF_8), new byte[0])) {
            Answer answer = sendPacked("application/json", body);

            assertThat(answer.status()).isEqualTo(400);
            assertThat(answer.code()).isEqualTo("bad_request");
            assertThat(answer.detail()).contains("gzip");
        }
        assertThat(server.rows.written()).isEmpty();
    }

    @Test
    void answersBadHttpWithAProblemThatTellsNothingOfTheServer() throws IOException {
        for (String request : List.of(
                "NONSENSE\r\n\r\n",
                "GET / HTTP/9.9\r\n\r\n",
                "GET / HTTP/1.1\r\n\r\n",
                "GET / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n",
                "POST /v1/ingest/docs HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET /v1/%zz HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /a/../../b HTTP/1.1\r\nHost: a\r\n\r\n",
                "GET /v1/vectors/index/a%2fb HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")) {
            String answer = raw(request);

            assertThat(answer).as(request).startsWith("HTTP/1.1 4").contains("Content-Type: application/problem+json");
            assertThat(answer).as(request).doesNotContain("Server:", "etty", "<html", "\tat ");
            assertThat(answer).as(request).contains("\"request_id\"").contains("X-Request-Id: ");
        }
    }

    @Test
    void refusesOnlyTheSearchesThatAreTooMany() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        server.search.holdSearches(gate);
        List<CompletableFuture<Answer>> running = List.of(search(), search());
        await(() -> server.search.entries() == RunningServer.MAX_SEARCHES);
        // These wait, and are refused when their patience is over.
        for (CompletableFuture<Answer> waiting : List.of(search(), search())) {
            Answer refused = waiting.get(30, TimeUnit.SECONDS);
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.header("Retry-After")).isEqualTo("1");
            assertThat(refused.detail()).contains("http.max.concurrent.searches");
        }
        // Everything else is answered.
        assertThat(server.get("/v1/vectors/index/docs_v1").status()).isEqualTo(200);
        CompletableFuture<Answer> patient = search();
        gate.countDown();

        for (CompletableFuture<Answer> search : running) {
            assertThat(search.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
        assertThat(patient.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
        assertThat(search().get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
    }

    @Test
    void searchesThatWaitForPositionsKeepNoOthersFromSearching() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        server.search.holdSearches(gate);
        List<CompletableFuture<Answer>> all = new ArrayList<>();
        for (int i = 0; i < 5 * RunningServer.MAX_SEARCHES; i++) {
            all.add(search("{\"text\": \"a\", \"min_positions\": {\"0\": 7}}"));
        }
        for (int i = 0; i < RunningServer.MAX_SEARCHES; i++) {
            all.add(search());
        }
        await(() -> server.search.entries() == 6 * RunningServer.MAX_SEARCHES);
        gate.countDown();

        for (CompletableFuture<Answer> search : all) {
            assertThat(search.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
        }
    }

    /** Of those, more than the server has threads: each is answered although it never sends what it said it would. */
    @Test
    void waitsForNobodyWhoIsRefusedAndSilent() throws IOException {
        List<Socket> silent = new ArrayList<>();
        try {
            for (int i = 0; i < 400; i++) {
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
                silent.add(socket);
                socket.setSoTimeout(15_000);
                write(socket, "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n");
            }
            for (Socket socket : silent) {
                assertThat(readHead(socket)).startsWith("HTTP/1.1 404").contains("route_not_found");
            }
        } finally {
            for (Socket socket : silent) {
                socket.close();
            }
        }
    }

    @Test
    void takesNoMethodFromACallerThatItDoesNotKnow() throws IOException {
        String word = "BREWCOFFEE";
        String refused = raw(word + " /v1/vectors/index/docs_v1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
        assertThat(refused)
                .startsWith("HTTP/1.1 405")
                .contains("Allow: DELETE, GET, HEAD, OPTIONS, PATCH, POST, PUT\r\n")
                .contains("\"code\":\"method_not_allowed\"")
                .contains("\"request_id\"");
        for (String override : List.of(word, "DELETE")) {
            String answer = raw("GET /v1/vectors/index/docs_v1 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                    + "X-HTTP-Method-Override: " + override + "\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 200").contains("\"name\":\"docs_v1\"");
        }
        assertThat(server.get("/metrics").response().body())
                .contains("method=\"GET\",route=\"/v1/vectors/index/{name}\"")
                .doesNotContain(word);
        assertThat(RequestMethods.label(word)).isEqualTo("other");
    }

    @Test
    void tellsWhatIsMissingWhileItIsNotReady() {
        server.search.ready(false);
        server.missing = new Readiness(List.of("search"), List.of(1, 3), 2);
        Answer answer = server.get("/readyz");

        assertThat(answer.status()).isEqualTo(503);
        JsonNode json = answer.json();
        assertThat(json.path("applications").toString()).isEqualTo("[\"search\"]");
        assertThat(json.path("restoring").toString()).isEqualTo("[1,3]");
        assertThat(json.path("loading_graphs").asInt()).isEqualTo(2);
        assertThat(answer.detail())
                .isEqualTo(
                        "the application search does not run yet; partitions are being restored: [1, 3]; graphs are being loaded: 2");
    }

    @Test
    void asksCallersToLeaveWhileItStops() throws Exception {
        int port = server.port();
        CountDownLatch gate = new CountDownLatch(1);
        server.search.holdSearches(gate);
        CompletableFuture<Answer> slow = search();
        await(() -> server.search.entries() == 1);
        try (Socket kept = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            kept.setSoTimeout(30_000);
            write(kept, "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
            assertThat(readHead(kept)).startsWith("HTTP/1.1 200").doesNotContain("Connection: close");
            CompletableFuture<Void> stopping = CompletableFuture.runAsync(server::close);
            await(() -> refusesConnections(port));
            write(kept, "GET /readyz HTTP/1.1\r\nHost: a\r\n\r\n");
            String answer = new String(kept.getInputStream().readAllBytes(), ISO_8859_1);

            assertThat(answer)
                    .contains("HTTP/1.1 503")
                    .contains("Connection: close")
                    .contains("stopping");
            assertThat(stopping).isNotDone();
            gate.countDown();
            assertThat(slow.get(30, TimeUnit.SECONDS).status()).isEqualTo(200);
            assertThat(slow.get().header("Connection")).isIn("close", "");
            stopping.get(30, TimeUnit.SECONDS);
        }
    }

    private static boolean refusesConnections(int port) {
        try (Socket probe = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !probe.isConnected();
        } catch (IOException e) {
            return true; // Which is what was asked.
        }
    }

    private CompletableFuture<Answer> search() {
        return search("{\"text\": \"a\"}");
    }

    private CompletableFuture<Answer> search(String body) {
        return CompletableFuture.supplyAsync(() -> server.post("/v1/vectors/index/docs_v1/search", body), callers);
    }

    private Answer withId(String id) {
        return server.send(
                server.request("/livez").header(RequestIds.HEADER, id).GET());
    }

    private String rawHeader(String id) throws IOException {
        return raw("GET /livez HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX-Request-Id: " + id + "\r\n\r\n")
                .lines()
                .filter(line -> line.startsWith("X-Request-Id: "))
                .findFirst()
                .orElse("")
                .replace("X-Request-Id: ", "");
    }

    private String raw(String request) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port())) {
            socket.setSoTimeout(30_000);
            write(socket, request);
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static void write(Socket socket, String request) throws IOException {
        socket.getOutputStream().write(request.getBytes(ISO_8859_1));
        socket.getOutputStream().flush();
    }

    /** The head of an answer whose body is there when its head is. */
    private static String readHead(Socket socket) throws IOException {
        byte[] buffer = new byte[8_192];
        int read = socket.getInputStream().read(buffer);
        return new String(buffer, 0, Math.max(read, 0), ISO_8859_1);
    }

    private Answer sendPacked(String type, byte[] body) {
        return server.send(server.request("/v1/ingest/docs")
                .header("Content-Type", type)
                .header("Content-Encoding", "gzip")
                .POST(BodyPublishers.ofByteArray(body)));
    }

    private HttpResponse<byte[]> packed(String path, String json) throws IOException {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            server.request(path)
                                    .header("Content-Type", "application/json")
                                    .header("Accept-Encoding", "gzip")
                                    .POST(BodyPublishers.ofString(json))
                                    .build(),
                            BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private static byte[] gzip(byte[] bytes) {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(bytes);
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return packed.toByteArray();
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("gave up waiting").isLessThan(deadline);
            Thread.sleep(5);
        }
    }
}
