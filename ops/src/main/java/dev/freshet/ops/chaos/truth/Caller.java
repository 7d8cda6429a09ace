package dev.freshet.ops.chaos.truth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Consumer;

/** Calls processes, once per call: no call is tried again here. Every answer is looked at for what no answer may be. Thread-safe. */
final class Caller {
    static final String JSON = "application/json";
    static final String LINES = "application/x-ndjson";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(3))
            .build();
    private final Consumer<Finding> findings;

    /** @param findings is told of answers that no request should get */
    Caller(Consumer<Finding> findings) {
        this.findings = requireNonNull(findings, "findings is null");
    }

    /** An {@link IOException} if there was no answer within the time, or not the whole of it. */
    Reply call(URI node, String method, String path, String contentType, String body, Duration within)
            throws IOException {
        HttpRequest request = HttpRequest.newBuilder(node.resolve(path))
                .timeout(within)
                .header("Content-Type", contentType)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            Reply reply =
                    new Reply(node, method + " " + path, response.statusCode(), json(response.body()), response.body());
            reply.breach().ifPresent(findings);
            return reply;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    Reply get(URI node, String path) throws IOException {
        return call(node, "GET", path, JSON, "", Target.CALL);
    }

    Reply post(URI node, String path, JsonNode body) throws IOException {
        return call(node, "POST", path, JSON, body.toString(), Target.CALL);
    }

    /** A get that must give a result. */
    JsonNode require(URI node, String path) throws IOException {
        return result(get(node, path));
    }

    /** The result of an answer, which must be one. */
    static JsonNode result(Reply reply) throws IOException {
        if (!reply.ok()) {
            throw new IOException(reply.toString());
        }
        return reply.json();
    }

    /** A part of a path. */
    static String segment(String text) {
        return URLEncoder.encode(text, UTF_8).replace("+", "%20");
    }

    private static JsonNode json(String body) {
        try {
            JsonNode node = MAPPER.readTree(body);
            return node == null ? MissingNode.getInstance() : node;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }
}
