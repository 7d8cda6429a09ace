package dev.freshet.http;

import com.fasterxml.jackson.annotation.JsonRawValue;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.Profile;
import dev.freshet.catalog.SearchDefaults;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A reader profile as answers show it: what was asked for, and what the catalog knows of it. */
record ProfileInfo(
        String id,
        @Nullable String description,
        List<BindingInfo> bindings,
        Defaults search,
        boolean active,
        String createdBy,
        String created,
        String updated) {
    /**
     * A bound dataset.
     *
     * @param index the index or the alias that is searched unless a request says otherwise
     */
    record BindingInfo(String dataset, String index) {}

    /** What searches take where they are silent. */
    record Defaults(
            @Nullable Integer k,
            @Nullable Integer ef,
            @Nullable Double scoreThreshold,
            @Nullable Boolean groupByRow,
            @JsonRawValue @Nullable String filter) {
        static Defaults of(SearchDefaults search) {
            return new Defaults(search.k(), search.ef(), search.scoreThreshold(), search.groupByRow(), search.filter());
        }
    }

    /** All profiles. */
    record Listing(List<ProfileInfo> profiles) {}

    static ProfileInfo of(Profile profile, Catalog catalog) {
        return new ProfileInfo(
                profile.id(),
                profile.description(),
                bindings(profile, catalog),
                Defaults.of(profile.search()),
                catalog.profiles().isActive(profile.id()),
                profile.createdBy(),
                profile.created().toString(),
                profile.updated().toString());
    }

    static List<BindingInfo> bindings(Profile profile, Catalog catalog) {
        return profile.bindings().stream()
                .map(binding -> new BindingInfo(
                        catalog.dataset(binding.datasetId()).map(Dataset::name).orElse(""),
                        binding.target(catalog).orElse("")))
                .toList();
    }
}
