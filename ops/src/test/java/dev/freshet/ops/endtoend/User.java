package dev.freshet.ops.endtoend;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A user of one Freshet process: plain HTTP and JSON. Whatever is not the expected status is an {@link AssertionError} with the answer. */
final class User {
    /** As many as a search gives at once: more chunks than any index of these tests has. */
    static final int EVERYTHING = 1_000;

    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build();
    private final URI base;

    User(URI base) {
        this.base = base;
    }

    /** What came back. */
    record Answer(int status, String body) {
        JsonNode json() {
            try {
                return JSON.readTree(body);
            } catch (JsonProcessingException e) {
                throw new AssertionError("no JSON: " + body, e);
            }
        }

        JsonNode expect(int wanted) {
            assertThat(status).as(body).isEqualTo(wanted);
            return body.isEmpty() ? JSON.createObjectNode() : json();
        }
    }

    /** A hit of a search. */
    record Hit(String id, String row, int chunk, double distance, String text, String metadata) {}

    /** A search's answer. */
    record Found(List<Hit> hits, int partitions, int answered, boolean complete) {
        List<String> ids() {
            return hits.stream().map(Hit::id).toList();
        }

        List<Double> distances() {
            return hits.stream().map(Hit::distance).toList();
        }
    }

    Answer send(String method, String path, String contentType, String body) throws IOException {
        HttpRequest request = HttpRequest.newBuilder(base.resolve(path))
                .timeout(Duration.ofSeconds(90))
                .header("Content-Type", contentType)
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
                .build();
        try {
            HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
            return new Answer(response.statusCode(), response.body());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    Answer call(String method, String path, String body) {
        try {
            return send(method, path, "application/json", body);
        } catch (IOException e) {
            throw new UncheckedIOException(method + " " + path, e);
        }
    }

    Answer get(String path) {
        return call("GET", path, "");
    }

    /** Creates a dataset with the id column {@code id} and the text column {@code text}, and its index {@code <name>_v1}. */
    void createDataset(String name) {
        call("PUT", "/v1/catalog/datasets/" + name, "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}")
                .expect(201);
    }

    /** Writes rows; returns when they are acknowledged, or throws an {@link IOException} when nobody knows. */
    Answer write(String dataset, Collection<Row> rows, boolean wait) throws IOException {
        StringBuilder lines = new StringBuilder();
        rows.forEach(row -> lines.append(json(row)).append('\n'));
        return send(
                "POST",
                "/v1/ingest/" + dataset + "?wait=" + wait + (wait ? "&timeout_ms=60000" : ""),
                "application/x-ndjson",
                lines.toString());
    }

    /** Writes rows and waits until they are searchable. */
    void ingest(String dataset, Collection<Row> rows) {
        ingest(dataset, rows, true);
    }

    void ingest(String dataset, Collection<Row> rows, boolean wait) {
        try {
            JsonNode answer = write(dataset, rows, wait).expect(200);
            assertThat(answer.path("accepted").asInt()).as(answer.toString()).isEqualTo(rows.size());
            assertThat(answer.path("failed").size()).as(answer.toString()).isZero();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void delete(String dataset, String key, boolean wait) {
        call("DELETE", "/v1/ingest/" + dataset + "/" + encode(key) + "?wait=" + wait, "")
                .expect(200);
    }

    /** A row as an index holds it. */
    Optional<JsonNode> item(String index, String key) {
        Answer answer = get("/v1/vectors/index/" + index + "/items/" + encode(key));
        return answer.status() == 404 ? Optional.empty() : Optional.of(answer.expect(200));
    }

    JsonNode index(String index) {
        return get("/v1/vectors/index/" + index).expect(200);
    }

    Found search(String index, String text, int k, boolean exact) {
        ObjectNode body = JSON.createObjectNode().put("text", text).put("k", k).put("exact", exact);
        return search(index, body);
    }

    /** Every chunk of an index, by an exact search for more than there are. */
    Found everything(String index) {
        ObjectNode body = JSON.createObjectNode().put("k", EVERYTHING).put("exact", true);
        ArrayNode vector = body.putArray("vector");
        int dimensions = index(index).path("dimensions").asInt();
        for (int i = 0; i < dimensions; i++) {
            vector.add(i == 0 ? 1.0 : 0.0);
        }
        Found found = search(index, body);
        assertThat(found.hits()).as("an index of these tests").hasSizeLessThan(EVERYTHING);
        return found;
    }

    private Found search(String index, ObjectNode body) {
        JsonNode answer = call("POST", "/v1/vectors/index/" + index + "/search", body.toString())
                .expect(200);
        List<Hit> hits = new ArrayList<>();
        for (JsonNode hit : answer.path("results")) {
            hits.add(new Hit(
                    hit.path("id").asText(),
                    hit.path("row").asText(),
                    hit.path("chunk").asInt(),
                    hit.path("distance").asDouble(),
                    hit.path("text").asText(),
                    hit.path("metadata").toString()));
        }
        JsonNode coverage = answer.path("coverage");
        return new Found(
                List.copyOf(hits),
                coverage.path("partitions").asInt(),
                coverage.path("answered").asInt(),
                coverage.path("complete").asBoolean());
    }

    /** The sum of a metric over its labels; 0 when it is absent. */
    double metric(String name) {
        Answer answer = get("/metrics");
        assertThat(answer.status()).isEqualTo(200);
        return answer.body()
                .lines()
                .filter(line -> line.startsWith(name + " ") || line.startsWith(name + "{"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .sum();
    }

    double embeddedTexts() {
        return metric("freshet_embedding_texts_total");
    }

    private static String json(Row row) {
        try {
            return JSON.writeValueAsString(Map.of("id", row.id(), "text", row.text(), "label", row.label()));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String encode(String key) {
        return URLEncoder.encode(key, StandardCharsets.UTF_8).replace("+", "%20");
    }
}
