package dev.freshet.http;

import dev.freshet.catalog.Catalog;
import dev.freshet.refresh.StaleView.StaleIndex;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The datasets with rows that wait to be embedded. */
record StaleAnswer(List<StaleDataset> stale) {
    /** One dataset; {@code pendingRows} counts a row once per index that waits for it. */
    record StaleDataset(String dataset, long pendingRows, String staleSince, List<Waiting> indexes) {}

    /** One index that waits. */
    record Waiting(String index, long pendingRows, String staleSince) {}

    static StaleAnswer of(List<StaleIndex> entries, Catalog catalog) {
        Map<String, List<StaleIndex>> byDataset = new TreeMap<>();
        for (StaleIndex entry : entries) {
            // What is being dropped is no longer stale.
            catalog.dataset(entry.datasetId())
                    .filter(dataset -> catalog.index(entry.indexId()).isPresent())
                    .ifPresent(dataset -> byDataset.merge(
                            dataset.name(),
                            List.of(entry),
                            (some, more) ->
                                    Stream.concat(some.stream(), more.stream()).toList()));
        }
        return new StaleAnswer(byDataset.entrySet().stream()
                .map(dataset -> dataset(dataset.getKey(), dataset.getValue(), catalog))
                .toList());
    }

    private static StaleDataset dataset(String name, List<StaleIndex> entries, Catalog catalog) {
        return new StaleDataset(
                name,
                entries.stream().mapToLong(StaleIndex::pendingRows).sum(),
                entries.stream()
                        .map(StaleIndex::staleSince)
                        .min(Comparator.naturalOrder())
                        .orElseThrow()
                        .toString(),
                entries.stream()
                        .map(entry -> new Waiting(
                                catalog.index(entry.indexId()).orElseThrow().name(),
                                entry.pendingRows(),
                                entry.staleSince().toString()))
                        .toList());
    }
}
