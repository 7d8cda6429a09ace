package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset as answers show it.
 *
 * @param metadataColumns null means every column that is not a text column
 * @param direct whether it belongs to an index whose vectors callers bring
 */
record DatasetInfo(
        long id,
        String name,
        List<String> idColumns,
        List<String> textColumns,
        @JsonInclude(JsonInclude.Include.ALWAYS) @Nullable List<String> metadataColumns,
        String refreshPolicy,
        boolean direct,
        String created,
        long revision,
        List<IndexSummary> indexes) {
    static DatasetInfo of(Dataset dataset, Catalog catalog) {
        return new DatasetInfo(
                dataset.id(),
                dataset.name(),
                dataset.idColumns(),
                dataset.textColumns(),
                dataset.metadataColumns(),
                dataset.refreshPolicy().text(),
                dataset.direct(),
                dataset.created().toString(),
                dataset.revision(),
                catalog.indexesOf(dataset.id()).stream()
                        .map(index -> IndexSummary.of(index, dataset.name()))
                        .toList());
    }

    /** All datasets. */
    record Listing(List<DatasetInfo> datasets) {}
}
