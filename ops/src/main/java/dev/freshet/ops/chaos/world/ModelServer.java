package dev.freshet.ops.chaos.world;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * A model behind Ollama's API ({@code POST /api/embed}, {@code GET /api/tags}) on 127.0.0.1, in this process, that misbehaves when it is told to.
 *
 * <ul>
 *   <li>A text's vector depends on the text alone, see {@link #vector}; so any answer can be checked.
 *   <li>An answer is of one model, whatever it is told meanwhile. After {@link Misbehaviour#CHANGED_MODEL} it embeds nothing (status 503) and still tells the other model's digest for
 *       {@link #EXCHANGE}: whoever was given a vector of the other model and then asks, is told of the other model. Who asks later than that (a process that is paused, a link
 *       that is slow) cannot know that the model was another one for a while, as with Ollama itself; so these are not to be combined.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class ModelServer implements AutoCloseable {
    /** What the model is called. */
    public static final String MODEL = "chaos";

    /** How long it takes to have the right model back. */
    public static final Duration EXCHANGE = Duration.ofSeconds(2);

    private static final String DIGEST = "c4a05";
    private static final String OTHER_DIGEST = "07e4c4a05";
    private static final int BODY_BYTES_MAX = 64 << 20;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpServer server;
    private final ExecutorService threads;
    private final TextVectors vectors;
    private final TextVectors otherVectors;
    private final Map<Misbehaviour, AtomicLong> misbehaved;
    private final LongAdder requests = new LongAdder();
    private final LongAdder texts = new LongAdder();
    /** Written under this object's lock. */
    private volatile Mood mood = new Mood(null, 0, false);

    private boolean closed;

    /**
     * How it behaves.
     *
     * @param sinceNanos as {@link System#nanoTime}
     * @param wasOther whether it was another model just before
     */
    private record Mood(@Nullable Misbehaviour misbehaviour, long sinceNanos, boolean wasOther) {
        boolean isExchanging() {
            return misbehaviour != Misbehaviour.CHANGED_MODEL
                    && wasOther
                    && System.nanoTime() - sinceNanos < EXCHANGE.toNanos();
        }

        String digest() {
            return misbehaviour == Misbehaviour.CHANGED_MODEL || isExchanging() ? OTHER_DIGEST : DIGEST;
        }
    }

    private ModelServer(HttpServer server, int dimensions) {
        this.server = server;
        this.vectors = new TextVectors(MODEL, dimensions);
        Map<Misbehaviour, AtomicLong> counts = new EnumMap<>(Misbehaviour.class);
        for (Misbehaviour misbehaviour : Misbehaviour.values()) {
            counts.put(misbehaviour, new AtomicLong());
        }
        this.misbehaved = Collections.unmodifiableMap(counts);
        this.otherVectors = new TextVectors("another " + MODEL, dimensions);
        this.threads = Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "model-server");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** @throws IOException if the port is taken */
    public static ModelServer start(int port, int dimensions) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
        ModelServer model = new ModelServer(server, dimensions);
        server.setExecutor(model.threads);
        server.createContext("/api/embed", model::embed);
        server.createContext("/api/tags", model::tags);
        server.start();
        return model;
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    /** From now on it misbehaves so. */
    public void misbehave(Misbehaviour misbehaviour) {
        change(requireNonNull(misbehaviour, "misbehaviour is null"));
    }

    /** From now on it behaves; after {@link Misbehaviour#CHANGED_MODEL}, when {@link #EXCHANGE} is over. */
    public void behave() {
        change(null);
    }

    private synchronized void change(@Nullable Misbehaviour next) {
        Mood before = mood;
        boolean wasOther = before.misbehaviour() == Misbehaviour.CHANGED_MODEL || before.isExchanging();
        mood = new Mood(next, System.nanoTime(), wasOther);
        notifyAll();
    }

    /** The vector of a text, of length 1. */
    public float[] vector(String text) {
        return vectors.of(text);
    }

    /** What it gives for a text under {@link Misbehaviour#CHANGED_MODEL}: such a vector must be found nowhere. */
    public float[] otherVector(String text) {
        return otherVectors.of(text);
    }

    /** Requests for vectors so far. */
    public long requests() {
        return requests.sum();
    }

    /** Texts for which it gave the right vectors. */
    public long texts() {
        return texts.sum();
    }

    /** How many requests for vectors met this misbehaviour. */
    public long misbehaved(Misbehaviour misbehaviour) {
        return count(misbehaviour).get();
    }

    private AtomicLong count(Misbehaviour misbehaviour) {
        return requireNonNull(misbehaved.get(misbehaviour), "no count");
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        server.stop(0);
        threads.shutdownNow();
    }

    private void tags(HttpExchange exchange) throws IOException {
        try (exchange) {
            exchange.getRequestBody().readAllBytes();
            Mood now = mood;
            Misbehaviour wrong = now.misbehaviour();
            if (wrong == Misbehaviour.HANG) {
                awaitChange(now);
            } else if (wrong == Misbehaviour.HTTP_429 || wrong == Misbehaviour.HTTP_500) {
                refuse(exchange, wrong);
            } else if (wrong != Misbehaviour.DROPPED_CONNECTION) {
                answer(
                        exchange,
                        200,
                        JSON.writeValueAsString(JSON.createObjectNode()
                                .set(
                                        "models",
                                        JSON.createArrayNode()
                                                .add(JSON.createObjectNode()
                                                        .put("name", MODEL + ":latest")
                                                        .put("digest", now.digest())))));
            }
        }
    }

    private void embed(HttpExchange exchange) throws IOException {
        try (exchange) {
            byte[] body = exchange.getRequestBody().readNBytes(BODY_BYTES_MAX + 1);
            List<String> input = body.length > BODY_BYTES_MAX ? null : input(body);
            if (input == null) {
                answer(exchange, 400, "{\"error\":\"expected {model, input: [text…]} of up to 64 MiB\"}");
                return;
            }
            requests.increment();
            // Looked at once: an answer is of one model.
            Mood now = mood;
            Misbehaviour wrong = now.misbehaviour();
            if (wrong != null) {
                long times = count(wrong).incrementAndGet();
                answerWrongly(exchange, now, wrong, input, times);
            } else if (now.isExchanging()) {
                answer(exchange, 503, "{\"error\":\"the model is being loaded\"}");
            } else {
                String answered = embeddings(vectors(vectors, input));
                // Counted first: whoever has the answer finds it counted.
                texts.add(input.size());
                answer(exchange, 200, answered);
            }
        }
    }

    private void answerWrongly(HttpExchange exchange, Mood now, Misbehaviour wrong, List<String> input, long times)
            throws IOException {
        List<float[]> right = vectors(vectors, input);
        switch (wrong) {
            case HTTP_429, HTTP_500 -> refuse(exchange, wrong);
            case HANG -> awaitChange(now);
            case WRONG_DIMENSION ->
                answer(
                        exchange,
                        200,
                        embeddings(right.stream()
                                .map(vector -> Arrays.copyOf(vector, vector.length + 1))
                                .toList()));
            case NOT_A_NUMBER -> {
                right.forEach(vector -> vector[0] = Float.NaN);
                answer(exchange, 200, embeddings(right));
            }
            case SHORT_ARRAY -> answer(exchange, 200, embeddings(right.subList(0, Math.max(0, right.size() - 1))));
            case DROPPED_CONNECTION -> {
                if (times % 2 == 0) {
                    byte[] whole = embeddings(right).getBytes(UTF_8);
                    exchange.sendResponseHeaders(200, whole.length);
                    exchange.getResponseBody().write(whole, 0, whole.length / 2);
                    exchange.getResponseBody().flush();
                }
            }
            case CHANGED_MODEL -> answer(exchange, 200, embeddings(vectors(otherVectors, input)));
        }
    }

    /** The connection is closed afterwards, without an answer. */
    private synchronized void awaitChange(Mood seen) {
        try {
            while (mood.sinceNanos() == seen.sinceNanos() && !closed) {
                wait(TimeUnit.MINUTES.toMillis(1));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void refuse(HttpExchange exchange, Misbehaviour how) throws IOException {
        if (how == Misbehaviour.HTTP_429) {
            exchange.getResponseHeaders().set("Retry-After", "1");
            answer(exchange, 429, "{\"error\":\"too many requests\"}");
        } else {
            answer(exchange, 500, "{\"error\":\"the model runner has stopped\"}");
        }
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
    }

    /** The texts of a request; null: it is none. */
    private static @Nullable List<String> input(byte[] body) throws IOException {
        JsonNode request;
        try {
            request = JSON.readTree(body);
        } catch (JsonProcessingException e) {
            return null;
        }
        if (!MODEL.equals(request.path("model").asText())
                || !request.path("input").isArray()) {
            return null;
        }
        List<String> input = new ArrayList<>();
        request.path("input").forEach(text -> input.add(text.asText()));
        return input;
    }

    private static List<float[]> vectors(TextVectors of, List<String> texts) {
        return texts.stream().map(of::of).collect(Collectors.toCollection(ArrayList::new));
    }

    /** Written by hand, because there are things in it that no JSON library writes. */
    private static String embeddings(List<float[]> vectors) {
        return vectors.stream()
                .map(Arrays::toString)
                .collect(Collectors.joining(",", "{\"model\":\"" + MODEL + "\",\"embeddings\":[", "]}"));
    }
}
