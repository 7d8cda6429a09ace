package dev.freshet.ops.bench.server;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.ops.bench.index.MeasuredEngine;
import dev.freshet.ops.client.FreshetClient;
import java.util.LinkedHashMap;
import java.util.Map;

/** The index with own vectors that a benchmark fills, as its server tells of it. Thread-safe. */
public record BenchmarkIndex(FreshetClient client) {
    /** Its name. */
    public static final String NAME = "bench";

    private static final String PATH = "/v1/vectors/index/" + NAME;

    public BenchmarkIndex {
        requireNonNull(client, "client is null");
    }

    /** Where it is searched. */
    public static String searchPath() {
        return PATH + "/search";
    }

    /**
     * Where vectors are added.
     *
     * @param query behind the question mark, for example {@code wait=false}
     */
    public static String addPath(String query) {
        return PATH + "/add?" + query;
    }

    /** Has the server create it, for cosine. */
    public void create(MeasuredEngine engine, int dimensions, int m, int efConstruction) {
        Map<String, Object> definition = new LinkedHashMap<>();
        definition.put("name", NAME);
        definition.put("dimension", dimensions);
        definition.put("engine", engine.engine().engine());
        definition.put("quantization", engine.quantization().text());
        definition.put("vectors_on_disk", engine.vectorsOnDisk());
        definition.put("m", m);
        definition.put("ef_construction", efConstruction);
        client.createIndex(definition);
    }

    /** What the server tells of it now. */
    public State state() {
        return new State(client.get(PATH));
    }

    /** How many of its vectors are in no snapshot. */
    public double unsaved() {
        return ServerMetrics.of(client).sum("freshet_index_unsaved_vectors", "index=\"" + NAME + "\"");
    }

    /**
     * The index at one moment.
     *
     * @param json the server's answer
     */
    public record State(JsonNode json) {
        public State {
            requireNonNull(json, "json is null");
        }

        /** How many a search can find. */
        public long vectors() {
            return json.path("vectors").asLong();
        }

        /** Whether all partitions answer. */
        public boolean ready() {
            return json.path("status").asText().equals("ready");
        }
    }
}
