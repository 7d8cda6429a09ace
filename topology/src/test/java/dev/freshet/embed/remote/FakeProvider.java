package dev.freshet.embed.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** A provider on a loopback port that speaks both APIs, answers as it is told, and remembers what it was asked. Thread-safe. */
public final class FakeProvider implements AutoCloseable {
    public static final int DIMENSIONS = 4;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final List<Call> calls = new CopyOnWriteArrayList<>();
    private final AtomicInteger fingerprintQuestions = new AtomicInteger();
    private final AtomicInteger atOnce = new AtomicInteger();
    private final AtomicInteger mostAtOnce = new AtomicInteger();
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Behaviour behaviour = FakeProvider::openAi;
    private volatile Behaviour tags = call -> ollamaTags("nomic-embed-text:latest", "d1");

    /** A request for vectors. */
    public record Call(String path, Map<String, List<String>> headers, JsonNode json) {
        public List<String> texts() {
            List<String> texts = new ArrayList<>();
            json.path("input").forEach(text -> texts.add(text.asText()));
            return texts;
        }
    }

    /** How a request is answered; may block. */
    @FunctionalInterface
    public interface Behaviour {
        Answer answer(Call call) throws InterruptedException;
    }

    /** How the body gets to the client. */
    enum Delivery {
        WHOLE,
        /** Half of it, then the connection is closed. */
        CUT,
        /** One byte, and the rest never. */
        STUCK
    }

    /** What is answered. */
    public record Answer(int status, Map<String, String> headers, byte[] body, Delivery delivery) {
        public static Answer of(int status, String body) {
            return new Answer(status, Map.of(), body.getBytes(UTF_8), Delivery.WHOLE);
        }

        Answer with(String header, String value) {
            return new Answer(status, Map.of(header, value), body, delivery);
        }

        Answer delivered(Delivery how) {
            return new Answer(status, headers, body, how);
        }
    }

    public FakeProvider() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", this::handle);
        server.start();
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    public void answer(Behaviour how) {
        behaviour = how;
    }

    /** How {@code GET /api/tags} is answered. */
    void answerTags(Behaviour how) {
        tags = how;
    }

    public List<Call> calls() {
        return List.copyOf(calls);
    }

    /** Texts of each request, in the order in which they came. */
    List<List<String>> batches() {
        return calls.stream().map(Call::texts).toList();
    }

    int fingerprintQuestions() {
        return fingerprintQuestions.get();
    }

    int mostAtOnce() {
        return mostAtOnce.get();
    }

    void awaitCalls(int count) {
        awaitThat(() -> calls.size() >= count);
    }

    /** Blocks until the provider is closed. */
    Answer hang() throws InterruptedException {
        closed.await();
        return Answer.of(500, "closing");
    }

    static void awaitThat(BooleanSupplier condition) {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > deadline) {
                throw new AssertionError("it did not come to that within a minute");
            }
            try {
                Thread.sleep(2);
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
        }
    }

    /** The vector that every model here gives a text. */
    public static float[] vector(String text) {
        Random random = new Random(text.hashCode());
        float[] vector = new float[DIMENSIONS];
        for (int component = 0; component < DIMENSIONS; component++) {
            vector[component] = random.nextFloat() - 0.5f;
        }
        return vector;
    }

    /** A proper answer of OpenAI's kind, its entries in reverse. */
    public static Answer openAi(Call call) {
        List<String> entries = IntStream.range(0, call.texts().size())
                .mapToObj(index -> entry(index, vector(call.texts().get(index))))
                .collect(Collectors.toList());
        Collections.reverse(entries);
        return openAi(entries, call.texts().size() * 5);
    }

    static Answer openAi(List<String> entries, int tokens) {
        return Answer.of(
                200,
                "{\"object\":\"list\",\"data\":[" + String.join(",", entries)
                        + "],\"model\":\"m\",\"usage\":{\"prompt_tokens\":" + tokens + ",\"total_tokens\":" + tokens
                        + "}}");
    }

    static String entry(int index, float... vector) {
        return "{\"object\":\"embedding\",\"index\":" + index + ",\"embedding\":" + Arrays.toString(vector) + "}";
    }

    /** A proper answer of Ollama's kind. */
    static Answer ollama(Call call) {
        return Answer.of(
                200,
                "{\"model\":\"nomic-embed-text\",\"embeddings\":["
                        + call.texts().stream()
                                .map(text -> Arrays.toString(vector(text)))
                                .collect(Collectors.joining(","))
                        + "],\"total_duration\":1,\"load_duration\":1,\"prompt_eval_count\":7}");
    }

    static Answer ollamaTags(String name, String digest) {
        return Answer.of(
                200,
                "{\"models\":[{\"name\":\"other:latest\",\"digest\":\"00\",\"size\":1},{\"name\":\"" + name
                        + "\",\"model\":\"" + name + "\",\"digest\":\"" + digest + "\",\"size\":1}]}");
    }

    private void handle(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readAllBytes();
            String path = exchange.getRequestURI().getPath();
            Call call = new Call(
                    path,
                    Map.copyOf(exchange.getRequestHeaders()),
                    JSON.readTree(body.length == 0 ? new byte[] {'{', '}'} : body));
            Answer answer;
            if (path.endsWith("/api/tags")) {
                fingerprintQuestions.incrementAndGet();
                answer = tags.answer(call);
            } else {
                mostAtOnce.accumulateAndGet(atOnce.incrementAndGet(), Math::max);
                try {
                    calls.add(call);
                    answer = behaviour.answer(call);
                } finally {
                    atOnce.decrementAndGet();
                }
            }
            answer.headers().forEach(exchange.getResponseHeaders()::set);
            exchange.sendResponseHeaders(answer.status(), answer.body().length == 0 ? -1 : answer.body().length);
            OutputStream out = exchange.getResponseBody();
            switch (answer.delivery()) {
                case WHOLE -> out.write(answer.body());
                case CUT -> out.write(answer.body(), 0, answer.body().length / 2);
                case STUCK -> {
                    out.write(answer.body(), 0, 1);
                    out.flush();
                    closed.await();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void close() {
        closed.countDown();
        server.stop(0);
        threads.shutdownNow();
    }
}
