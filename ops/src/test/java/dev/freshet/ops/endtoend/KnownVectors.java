package dev.freshet.ops.endtoend;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.data.Offset.offset;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;

/** An index with own vectors, and what it holds: answers are checked against brute force over that, under cosine. Any thread may search while one writes. */
final class KnownVectors {
    static final int DIMENSIONS = 16;

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final double TOLERANCE = 1e-5;

    private final String index;
    private final Map<String, float[]> items = new ConcurrentHashMap<>();
    private final Map<String, Long> written = new ConcurrentHashMap<>();

    /** What an answer is. */
    enum Kind {
        /** It has the nearest of all that was written. */
        NEWEST,
        /** It comes from all partitions, and one of them says that it has not come as far as what was written: right after it moved, or from a warm copy. */
        OLDER,
        /** It says that partitions are missing, and what it has is right. */
        INCOMPLETE
    }

    KnownVectors(String index) {
        this.index = index;
    }

    void create(User user) {
        user.call("POST", "/v1/vectors/index", "{\"name\":\"" + index + "\",\"dimension\":" + DIMENSIONS + "}")
                .expect(201);
    }

    int size() {
        return items.size();
    }

    Collection<String> ids() {
        return items.keySet();
    }

    String path(String rest) {
        return "/v1/vectors/index/" + index + rest;
    }

    static float[] vector(Random random) {
        float[] vector = new float[DIMENSIONS];
        for (int i = 0; i < DIMENSIONS; i++) {
            vector[i] = (float) random.nextGaussian();
        }
        return vector;
    }

    /** Adds or replaces items, and returns when they are searchable. */
    void add(User user, Random random, Collection<String> ids) {
        JsonNode answer = add(user, random, ids, "?timeout_ms=60000");
        assertThat(answer.path("searchable").asBoolean()).as(answer.toString()).isTrue();
    }

    /** As {@link #add}, without waiting; returns the positions that were written, by partition. */
    JsonNode write(User user, Random random, Collection<String> ids) {
        return add(user, random, ids, "?wait=false").path("positions");
    }

    private JsonNode add(User user, Random random, Collection<String> ids, String parameters) {
        ObjectNode body = JSON.createObjectNode();
        ArrayNode list = body.putArray("items");
        for (String id : ids) {
            float[] vector = vector(random);
            items.put(id, vector);
            put(list.addObject().put("id", id), vector);
        }
        JsonNode answer =
                user.call("POST", path("/add" + parameters), body.toString()).expect(200);
        answer.path("positions")
                .properties()
                .forEach(position ->
                        written.merge(position.getKey(), position.getValue().asLong(), Math::max));
        return answer;
    }

    private static void put(ObjectNode to, float[] vector) {
        ArrayNode components = to.putArray("vector");
        for (float component : vector) {
            components.add(component);
        }
    }

    static String searchBody(float[] query, int k) {
        return body(query, k).toString();
    }

    /** A search that is to see what was written at these positions, and all partitions. */
    static String searchBody(float[] query, int k, JsonNode positions) {
        return body(query, k)
                .put("timeout_ms", 60_000)
                .put("require_complete", true)
                .set("min_positions", positions)
                .toString();
    }

    private static ObjectNode body(float[] query, int k) {
        ObjectNode body = JSON.createObjectNode().put("k", k).put("exact", true).put("timeout_ms", 10_000);
        put(body, query);
        return body;
    }

    /** Checks that an answer has the nearest of all, or says why it may not have them, and then nothing but items that there are. Every partition must have been written to. */
    Kind check(JsonNode answer, float[] query, int k) {
        JsonNode coverage = answer.path("coverage");
        boolean complete = coverage.path("complete").asBoolean();
        assertThat(coverage.path("partitions").asInt()).isEqualTo(Cluster.PARTITIONS);
        assertThat(complete).isEqualTo(coverage.path("answered").asInt() == Cluster.PARTITIONS);
        boolean older = isOlder(answer.path("freshness").path("positions"));
        List<String> found = new ArrayList<>();
        for (JsonNode hit : answer.path("results")) {
            String id = hit.path("row").asText();
            found.add(id);
            assertThat(items).as(answer.toString()).containsKey(id);
            if (!older) {
                assertThat(hit.path("distance").asDouble())
                        .as("distance of %s in %s", id, answer)
                        .isCloseTo(distance(query, requireNonNull(items.get(id))), offset(TOLERANCE));
            }
        }
        assertThat(found).doesNotHaveDuplicates();
        if (!complete) {
            return Kind.INCOMPLETE;
        }
        if (older) {
            return Kind.OLDER;
        }
        // By their distances: of two that are as far away to seven digits, either may come first, or last and be left
        // out.
        List<String> nearest = nearest(query, k);
        assertThat(found).hasSameSizeAs(nearest);
        for (int rank = 0; rank < nearest.size(); rank++) {
            assertThat(distance(query, requireNonNull(items.get(found.get(rank)))))
                    .as("rank %d of %s, %s written, nearest are %s", rank, answer, written, nearest)
                    .isCloseTo(distance(query, requireNonNull(items.get(nearest.get(rank)))), offset(TOLERANCE));
        }
        return Kind.NEWEST;
    }

    private boolean isOlder(JsonNode positions) {
        assertThat(written).hasSize(Cluster.PARTITIONS);
        return positions.properties().stream()
                .anyMatch(position -> position.getValue().asLong() < requireNonNull(written.get(position.getKey())));
    }

    private List<String> nearest(float[] query, int k) {
        return items.entrySet().stream()
                .sorted(Comparator.comparingDouble(item -> distance(query, item.getValue())))
                .limit(k)
                .map(Map.Entry::getKey)
                .toList();
    }

    private static double distance(float[] left, float[] right) {
        double dot = 0;
        double leftSquares = 0;
        double rightSquares = 0;
        for (int i = 0; i < left.length; i++) {
            dot += (double) left[i] * right[i];
            leftSquares += (double) left[i] * left[i];
            rightSquares += (double) right[i] * right[i];
        }
        return 1 - dot / Math.sqrt(leftSquares * rightSquares);
    }
}
