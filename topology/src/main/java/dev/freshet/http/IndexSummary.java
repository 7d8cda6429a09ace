package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.ModelReference;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * An index in a line.
 *
 * @param source the dataset's name, or {@value #DIRECT}
 * @param model the model's name; null for a direct index
 */
record IndexSummary(
        String name,
        String source,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable String model,
        int dimensions,
        String distance) {
    static final String DIRECT = "direct";

    static IndexSummary of(IndexDefinition index, String dataset) {
        ModelReference model = index.model();
        return new IndexSummary(
                index.name(),
                source(index, dataset),
                model == null ? null : model.name(),
                index.dimensions(),
                index.distance().name().toLowerCase(Locale.ROOT));
    }

    static String source(IndexDefinition index, String dataset) {
        return index.direct() ? DIRECT : dataset;
    }

    /** All indexes. */
    record Listing(List<IndexSummary> indexes) {}
}
