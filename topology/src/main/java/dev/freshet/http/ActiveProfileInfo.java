package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.freshet.catalog.ActiveProfile;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Profile;
import dev.freshet.catalog.ProfileBinding;
import dev.freshet.search.IndexStatistics.PartitionStatistics;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The active profile, and what of it is ready.
 *
 * @param ready whether every binding is
 */
record ActiveProfileInfo(
        String profile,
        boolean active,
        String activated,
        String activatedBy,
        boolean ready,
        List<BindingReadiness> bindings) {

    /**
     * Whether a bound dataset can be searched.
     *
     * @param index the index that is searched unless a request says otherwise; null if it is being deleted
     * @param alias the alias that leads to it; null if the binding names the index itself
     * @param ready whether every partition answers and no job fills the index. A stale one may be ready: it answers with what it has
     * @param status of the index: {@code building}, {@code restoring}, {@code stale}, {@code unknown} or {@code ready}; {@code missing} if it is being deleted
     * @param coverage the partitions that answer
     * @param job the job that fills the index; null if none does
     */
    record BindingReadiness(
            String dataset,
            @Nullable String index,
            @Nullable String alias,
            boolean ready,
            String status,
            long rows,
            SearchAnswer.@Nullable CoverageInfo coverage,
            @JsonUnwrapped @Nullable Staleness staleness,
            @Nullable Long job) {
        static BindingReadiness of(ProfileBinding binding, Catalog catalog, Function<IndexDefinition, IndexInfo> info) {
            String dataset =
                    catalog.dataset(binding.datasetId()).map(Dataset::name).orElse("");
            return binding.index(catalog)
                    .map(index -> of(dataset, binding.alias(), info.apply(index)))
                    .orElseGet(() -> new BindingReadiness(
                            dataset, null, binding.alias(), false, "missing", 0, null, null, null));
        }

        private static BindingReadiness of(String dataset, @Nullable String alias, IndexInfo index) {
            int answered = (int) index.partitions().stream()
                    .filter(PartitionStatistics::ready)
                    .count();
            boolean complete = answered == index.partitionCount();
            return new BindingReadiness(
                    dataset,
                    index.name(),
                    alias,
                    complete && index.job() == null,
                    index.status(),
                    index.rows(),
                    new SearchAnswer.CoverageInfo(index.partitionCount(), answered, complete),
                    index.staleness(),
                    index.job());
        }
    }

    /** The answer to a deactivation. */
    record Inactive(String profile, boolean active) {}

    static ActiveProfileInfo of(
            ActiveProfile active, Profile profile, Catalog catalog, Function<IndexDefinition, IndexInfo> info) {
        List<BindingReadiness> bindings = profile.bindings().stream()
                .map(binding -> BindingReadiness.of(binding, catalog, info))
                .toList();
        return new ActiveProfileInfo(
                profile.id(),
                true,
                active.activated().toString(),
                active.activatedBy(),
                bindings.stream().allMatch(BindingReadiness::ready),
                bindings);
    }
}
