package dev.freshet.http;

import dev.freshet.catalog.CatalogService.IndexSpec;
import dev.freshet.catalog.Names;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The body of {@code POST /v1/vectors/index}. */
record IndexRequest(IndexSpec spec) {
    private static final List<String> FIELDS = List.of(
            "name",
            "dataset",
            "dimension",
            "model",
            "distance",
            "engine",
            "quantization",
            "vectors_on_disk",
            "m",
            "ef_construction",
            "ef_search",
            "chunk_size",
            "overlap");
    private static final List<String> DATASET_ONLY = List.of("model", "chunk_size", "overlap");
    private static final int MAX_DIMENSION = 16_384;

    static IndexRequest read(byte[] body) {
        JsonFields fields = JsonFields.of(HttpJson.read(body), FIELDS);
        boolean direct = fields.has("dimension");
        if (direct == fields.has("dataset")) {
            throw bad("an index takes either 'dataset' (its rows are embedded) or 'dimension' (you bring the vectors), "
                    + (direct ? "not both" : "and neither is given"));
        }
        for (String name : DATASET_ONLY) {
            if (direct && fields.has(name)) {
                throw bad("'" + name + "' goes with 'dataset', not with 'dimension': you bring the vectors");
            }
        }
        Integer chunkSize = fields.integer("chunk_size", 1, 1 << 20);
        Integer overlap = fields.integer("overlap", 0, 1 << 20);
        if (chunkSize != null && overlap != null && overlap >= chunkSize) {
            throw bad("'overlap' is " + overlap + ", must be less than 'chunk_size', which is " + chunkSize);
        }
        return new IndexRequest(new IndexSpec(
                Names.require("index", fields.requiredText("name")),
                fields.text("dataset"),
                fields.integer("dimension", 1, MAX_DIMENSION),
                fields.text("model"),
                distance(fields.text("distance")),
                fields.text("engine"),
                fields.text("quantization"),
                fields.flag("vectors_on_disk", false),
                fields.integer("m", 2, 256),
                fields.integer("ef_construction", 1, 10_000),
                fields.integer("ef_search", 1, 10_000),
                chunkSize,
                overlap));
    }

    private static @Nullable Distance distance(@Nullable String text) {
        if (text == null) {
            return null;
        }
        return Arrays.stream(Distance.values())
                .filter(distance -> distance.name().toLowerCase(Locale.ROOT).equals(text))
                .findFirst()
                .orElseThrow(() -> bad("'distance' is '" + text + "', must be one of "
                        + Arrays.stream(Distance.values())
                                .map(distance -> distance.name().toLowerCase(Locale.ROOT))
                                .collect(Collectors.joining(", "))));
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
