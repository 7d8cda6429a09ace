package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.refresh.StaleView;
import dev.freshet.refresh.StaleView.IndexFreshness;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The datasets with rows that wait to be embedded.
 *
 * @param coverage the partitions that were told of: by this process, or by another that it could ask
 */
record StaleAnswer(List<StaleDataset> stale, SearchAnswer.CoverageInfo coverage) {
    /**
     * One dataset.
     *
     * @param nextRefresh when its schedule refreshes it next; null if it has none
     */
    record StaleDataset(
            String dataset,
            String refreshPolicy,
            @Nullable String nextRefresh,
            @JsonUnwrapped Staleness staleness,
            List<StaleIndex> indexes) {}

    /** One of its indexes. */
    record StaleIndex(String index, @JsonUnwrapped Staleness staleness) {}

    /**
     * What the view tells.
     *
     * @param all whether to name those that wait for nothing as well
     */
    static StaleAnswer of(StaleView view, Catalog catalog, int partitions, boolean all, Instant now) {
        Map<String, List<IndexFreshness>> byDataset = view.freshness().stream()
                // What is being dropped is no longer stale.
                .filter(index -> catalog.index(index.indexId()).isPresent())
                .filter(index -> catalog.dataset(index.datasetId())
                        .filter(dataset -> !dataset.direct())
                        .isPresent())
                .filter(index -> all || index.staleSince() != null)
                .collect(Collectors.groupingBy(
                        index ->
                                catalog.dataset(index.datasetId()).orElseThrow().name(),
                        TreeMap::new,
                        Collectors.toList()));
        int answered = view.partitions().size();
        return new StaleAnswer(
                byDataset.entrySet().stream()
                        .map(entry ->
                                dataset(catalog.dataset(entry.getKey()).orElseThrow(), entry.getValue(), catalog, now))
                        .toList(),
                new SearchAnswer.CoverageInfo(partitions, answered, answered == partitions));
    }

    private static StaleDataset dataset(Dataset dataset, List<IndexFreshness> indexes, Catalog catalog, Instant now) {
        return new StaleDataset(
                dataset.name(),
                dataset.refreshPolicy().text(),
                DatasetInfo.nextRefresh(dataset, now),
                Staleness.of(indexes, now),
                indexes.stream()
                        .map(index -> new StaleIndex(
                                catalog.index(index.indexId()).orElseThrow().name(), Staleness.of(List.of(index), now)))
                        .toList());
    }
}
