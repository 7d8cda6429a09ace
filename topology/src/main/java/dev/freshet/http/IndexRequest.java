package dev.freshet.http;

import dev.freshet.catalog.CatalogService.IndexSpec;
import dev.freshet.catalog.IndexRange;
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
        Integer chunkSize = integer(fields, IndexRange.CHUNK_SIZE);
        Integer overlap = integer(fields, IndexRange.OVERLAP);
        if (chunkSize != null && overlap != null && overlap > chunkSize / 2) {
            throw bad("'overlap' is " + overlap + ", must be at most half of 'chunk_size', which is " + chunkSize);
        }
        return new IndexRequest(new IndexSpec(
                Names.require("index", fields.requiredText("name")),
                fields.text("dataset"),
                integer(fields, IndexRange.DIMENSION),
                fields.text("model"),
                distance(fields.text("distance")),
                fields.text("engine"),
                fields.text("quantization"),
                fields.flag("vectors_on_disk", false),
                integer(fields, IndexRange.M),
                integer(fields, IndexRange.EF_CONSTRUCTION),
                integer(fields, IndexRange.EF_SEARCH),
                chunkSize,
                overlap));
    }

    private static @Nullable Integer integer(JsonFields fields, IndexRange range) {
        return fields.integer(range.field(), range.min(), range.max());
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
