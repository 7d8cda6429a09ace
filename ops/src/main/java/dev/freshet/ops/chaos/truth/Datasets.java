package dev.freshet.ops.chaos.truth;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What the workload writes to, and how that is made and seen. Thread-safe. */
final class Datasets {
    /** Rows with texts, in two indexes with chunks of other sizes. */
    static final String NOTES = "chaos-notes";

    static final List<String> NOTES_INDEXES = List.of("chaos-notes-a", "chaos-notes-b");

    /** Moves between the two. */
    static final String ALIAS = "chaos-live";

    /** Vectors that the workload brings. */
    static final String OWN = "chaos-own";

    static final int OWN_DIMENSIONS = 16;

    /** Is dropped and made anew. */
    static final String PHOENIX = "chaos-phoenix";

    private static final String NOTES_DEFINITION =
            "{\"id_columns\": [\"id\"], \"text_columns\": [\"title\", \"text\"], \"create_index\": false}";
    static final String PHOENIX_DEFINITION = "{\"id_columns\": [\"id\"], \"text_columns\": [\"text\"]}";
    private static final List<String> INDEXES = List.of(
            "{\"name\": \"chaos-notes-a\", \"dataset\": \"chaos-notes\", \"chunk_size\": 200}",
            "{\"name\": \"chaos-notes-b\", \"dataset\": \"chaos-notes\", \"chunk_size\": 160, \"overlap\": 40}",
            "{\"name\": \"chaos-own\", \"dimension\": " + OWN_DIMENSIONS + "}");
    private static final Duration WITHIN = Duration.ofSeconds(60);

    private final Caller caller;
    private final URI node;

    /** @param node makes them */
    Datasets(Caller caller, URI node) {
        this.caller = caller;
        this.node = node;
    }

    /** All shapes that a process knows, by the names of their indexes, and how many partitions there are. */
    record Shapes(Map<String, IndexShape> byName, Map<String, Long> datasetIds, int partitions) {
        Shapes {
            byName = Map.copyOf(byName);
            datasetIds = Map.copyOf(datasetIds);
        }

        List<IndexShape> of(String dataset) {
            return byName.values().stream()
                    .filter(shape -> shape.dataset().equals(dataset))
                    .toList();
        }
    }

    /** Makes what is not there yet. */
    void create() throws IOException {
        command("PUT", "/v1/catalog/datasets/" + NOTES, NOTES_DEFINITION, "");
        command("PUT", "/v1/catalog/datasets/" + PHOENIX, PHOENIX_DEFINITION, "");
        for (String index : INDEXES) {
            command("POST", "/v1/vectors/index", index, "index_exists");
        }
        command("PUT", "/v1/vectors/aliases/" + ALIAS, "{\"index\": \"" + NOTES_INDEXES.get(0) + "\"}", "");
    }

    private void command(String method, String path, String body, String alreadyCode) throws IOException {
        long deadline = System.nanoTime() + WITHIN.toNanos();
        while (true) {
            Reply reply = caller.call(node, method, path, Caller.JSON, body, WITHIN);
            if (reply.ok() || reply.code().equals(alreadyCode)) {
                return;
            }
            if (!reply.passing() || System.nanoTime() > deadline) {
                throw new IOException("the workload's datasets cannot be made: " + reply);
            }
            Waits.pause(Duration.ofMillis(200));
        }
    }

    /** What a process knows of them. */
    Shapes shapes(URI asked) throws IOException {
        Map<String, IndexShape> byName = new LinkedHashMap<>();
        Map<String, Long> ids = new LinkedHashMap<>();
        int partitions = 0;
        for (String dataset : List.of(NOTES, OWN, PHOENIX)) {
            Reply reply = caller.get(asked, "/v1/catalog/datasets/" + dataset);
            if (dataset.equals(PHOENIX) && reply.code().equals("dataset_not_found")) {
                continue;
            }
            JsonNode described = Caller.result(reply);
            ids.put(dataset, described.path("id").asLong());
            for (String name : names(described.path("indexes"))) {
                JsonNode index = caller.require(asked, "/v1/vectors/index/" + name);
                byName.put(name, IndexShape.of(described, index));
                partitions = index.path("partition_count").asInt();
            }
        }
        if (partitions < 1) {
            throw new IOException("no index says how many partitions there are");
        }
        return new Shapes(byName, ids, partitions);
    }

    private static List<String> names(JsonNode indexes) {
        List<String> names = new ArrayList<>();
        indexes.forEach(index -> names.add(index.path("name").asText()));
        return names;
    }
}
