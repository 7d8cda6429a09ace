package dev.freshet.connect.worker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** An HTTP server that gives, for each request of a method and path, one prepared answer after the other, the last one for ever. */
final class FakeConnect implements AutoCloseable {
    private final HttpServer server;
    private final Map<String, Deque<Prepared>> answers = new HashMap<>();
    private final List<String> requests = Collections.synchronizedList(new ArrayList<>());

    private record Prepared(int status, String body) {}

    FakeConnect() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    FakeConnect on(String request, int status, String body) {
        synchronized (answers) {
            answers.computeIfAbsent(request, any -> new ArrayDeque<>()).add(new Prepared(status, body));
        }
        return this;
    }

    /** What was asked, in order; with its body, if it had one. */
    List<String> requests() {
        return List.copyOf(requests);
    }

    private void answer(HttpExchange exchange) throws IOException {
        String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
        String body = new String(exchange.getRequestBody().readAllBytes(), UTF_8);
        requests.add(body.isEmpty() ? request : request + " " + body);
        Prepared prepared;
        synchronized (answers) {
            Deque<Prepared> queue = answers.getOrDefault(request, new ArrayDeque<>());
            prepared = queue.size() > 1 ? queue.remove() : queue.peek();
        }
        byte[] bytes =
                (prepared == null ? "{\"error_code\":404,\"message\":\"not found\"}" : prepared.body()).getBytes(UTF_8);
        exchange.sendResponseHeaders(prepared == null ? 404 : prepared.status(), bytes.length == 0 ? -1 : bytes.length);
        if (bytes.length > 0) {
            exchange.getResponseBody().write(bytes);
        }
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
