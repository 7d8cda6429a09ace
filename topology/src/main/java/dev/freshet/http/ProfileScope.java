package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Profile;
import dev.freshet.catalog.ProfileBinding;
import dev.freshet.http.ProfileInfo.BindingInfo;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What a reader profile may search. Names that are out of its scope and names that there are not get the same answer, after the same look at the newest catalog, so that a
 * caller who is tied to a profile learns nothing of what else there is.
 */
final class ProfileScope {
    /** An index in the scope, and the name that led to it: its own, or an alias's. */
    record Found(String name, IndexDefinition index) {}

    private final Profile profile;
    private final CatalogLookup lookup;

    ProfileScope(Profile profile, CatalogLookup lookup) {
        this.profile = requireNonNull(profile, "profile is null");
        this.lookup = requireNonNull(lookup, "lookup is null");
    }

    /**
     * What a request searches. Throws {@code PROFILE_SCOPE} for what it may not, and {@code BAD_REQUEST} if it does not say which of several bindings it means, or
     * contradicts itself.
     *
     * @param dataset as the request names it, or null
     * @param index an index or an alias as the request names it, or null
     */
    Found find(@Nullable String dataset, @Nullable String index) {
        ProfileBinding binding = dataset == null ? null : bound(dataset);
        if (index == null) {
            return byDefault(binding == null ? onlyBinding() : binding);
        }
        IndexDefinition found = lookup.findIndexOrAlias(
                        index, any -> profile.binding(any.datasetId()).isPresent())
                .orElseThrow(() -> outOfScope("there is no index or alias '" + index + "'"));
        if (binding != null && binding.datasetId() != found.datasetId()) {
            throw refused(
                    ErrorCode.BAD_REQUEST,
                    "'" + index + "' is not an index of the dataset '" + dataset + "': leave one of the two out");
        }
        return new Found(index, found);
    }

    private ProfileBinding bound(String dataset) {
        return lookup.findDataset(dataset, any -> profile.binding(any.id()).isPresent())
                .map(Dataset::id)
                .flatMap(profile::binding)
                .orElseThrow(() -> outOfScope("there is no dataset '" + dataset + "'"));
    }

    private ProfileBinding onlyBinding() {
        if (profile.bindings().size() > 1) {
            throw refused(
                    ErrorCode.BAD_REQUEST,
                    "the profile '" + profile.id()
                            + "' is bound to several datasets: say which, as 'dataset' or 'index'");
        }
        return profile.bindings().get(0);
    }

    private Found byDefault(ProfileBinding binding) {
        Catalog catalog = lookup.current();
        Optional<String> name = binding.target(catalog);
        Optional<IndexDefinition> index = binding.index(catalog);
        if (name.isEmpty() || index.isEmpty()) {
            // Nothing that a profile names can be deleted, so the profile was changed before its index was.
            throw new FreshetException(
                    ErrorCode.NOT_READY,
                    "the profile '" + profile.id()
                            + "' was changed and what it led to deleted at the same moment: try again");
        }
        return new Found(name.get(), index.get());
    }

    private ProblemException outOfScope(String what) {
        return refused(ErrorCode.PROFILE_SCOPE, what + " in the scope of the profile '" + profile.id() + "'");
    }

    /** Says what is allowed: the names, and for programs the bindings. */
    private ProblemException refused(ErrorCode code, String detail) {
        List<BindingInfo> allowed = ProfileInfo.bindings(profile, lookup.current());
        String names = allowed.stream()
                .map(binding -> "'" + binding.dataset() + "' (" + binding.index() + ")")
                .collect(Collectors.joining(", "));
        return new ProblemException(
                code, detail + "; it searches " + names, Map.of("profile", profile.id(), "allowed", allowed));
    }
}
