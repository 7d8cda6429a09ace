package dev.freshet.connect.worker;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Kafka Connect's REST API, as far as a worker needs it. Thread-safe. */
final class ConnectRest {
    /** Connect itself gives up after 90 s; validating a connector connects to its database. */
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(100);

    private final ObjectMapper json = new ObjectMapper();
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI base;

    ConnectRest(URI base) {
        this.base = requireNonNull(base, "base is null");
    }

    /** What came back. */
    record Answer(int status, JsonNode body) {
        boolean ok() {
            return status / 100 == 2;
        }

        /** Whether the same request may be taken a moment later: the group is being rebalanced, or its leader is not there yet. */
        boolean later() {
            return status == 409 || status >= 500;
        }

        /** Connect's own words about what is wrong. */
        String message() {
            return body.path("message").asText("HTTP status " + status);
        }
    }

    URI uri() {
        return base;
    }

    /** The names of all connectors of the group; empty while Connect cannot tell. */
    Optional<List<String>> names() throws IOException {
        Answer answer = send("GET", "/connectors", null);
        if (!answer.ok()) {
            return Optional.empty();
        }
        List<String> names = new ArrayList<>();
        answer.body().forEach(name -> names.add(name.asText()));
        return Optional.of(names);
    }

    /** The configuration that a connector has now; empty if there is none. */
    Optional<Map<String, String>> config(String connector) throws IOException {
        Answer answer = send("GET", "/connectors/" + connector + "/config", null);
        if (!answer.ok()) {
            return Optional.empty();
        }
        Map<String, String> settings = new TreeMap<>();
        answer.body()
                .properties()
                .forEach(field -> settings.put(field.getKey(), field.getValue().asText()));
        return Optional.of(settings);
    }

    /** Creates a connector, or changes it. */
    Answer put(String connector, Map<String, String> settings) throws IOException {
        ObjectNode body = json.createObjectNode();
        settings.forEach(body::put);
        return send("PUT", "/connectors/" + connector + "/config", body);
    }

    /** Empty while Connect does not know it, or cannot tell. */
    Optional<ConnectorStatus> status(String connector) throws IOException {
        Answer answer = send("GET", "/connectors/" + connector + "/status", null);
        return answer.ok() ? Optional.of(ConnectorStatus.of(answer.body())) : Optional.empty();
    }

    /** Starts again what has failed of a connector. */
    Answer restart(String connector) throws IOException {
        return send("POST", "/connectors/" + connector + "/restart?includeTasks=true&onlyFailed=true", null);
    }

    private Answer send(String method, String path, @Nullable JsonNode body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(ANSWERS_WITHIN)
                .header("Content-Type", "application/json")
                .method(method, body == null ? BodyPublishers.noBody() : BodyPublishers.ofString(body.toString()))
                .build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), parse(response.body()));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while Kafka Connect was asked", e);
        }
    }

    private JsonNode parse(String body) throws IOException {
        if (body.isBlank()) {
            return MissingNode.getInstance();
        }
        try {
            return json.readTree(body);
        } catch (JsonProcessingException e) {
            throw new IOException("Kafka Connect at " + base + " answers with something else than JSON", e);
        }
    }
}
