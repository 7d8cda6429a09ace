package dev.freshet.catalog;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.schemas.avro.PutProfile;
import dev.freshet.schemas.avro.WantedBinding;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What reader profiles may be, and what they keep from being deleted and moved: each binding leads to an index of its dataset, for as long as the profile is there.
 * Pure, like {@link CatalogRules}.
 */
final class ProfileRules {
    static final int BINDINGS_MAX = 100;
    static final int DESCRIPTION_MAX = 1_000;
    static final int FILTER_MAX = 16_384;
    private static final int K_MAX = 1_000;
    private static final int EF_MAX = 10_000;

    private ProfileRules() {}

    /** Creates a profile, or replaces the one of its id. Throws {@link FreshetException} if it is refused. */
    static Accepted put(CatalogChange change, PutProfile wanted) {
        String id = requireId(wanted.getId());
        String description = wanted.getDescription();
        if (description != null && description.length() > DESCRIPTION_MAX) {
            throw bad("the description has " + description.length() + " characters, must have at most "
                    + DESCRIPTION_MAX);
        }
        SearchDefaults search = ProfileEntries.defaults(wanted.getSearch());
        requireSearch(search);
        Optional<Profile> existing = change.catalog().profiles().find(id);
        if (existing.isPresent() && !wanted.getReplace()) {
            throw new FreshetException(
                    ErrorCode.PROFILE_EXISTS,
                    "there already is a profile '" + id + "': PUT /v1/catalog/profiles/" + id
                            + " replaces it, and DELETE removes it");
        }
        Instant now = change.now();
        Profile profile = new Profile(
                id,
                description,
                bindings(change.catalog(), wanted.getBindings()),
                search,
                existing.map(Profile::createdBy).orElse(wanted.getBy()),
                existing.map(Profile::created).orElse(now),
                now);
        if (existing.isPresent() && sameDefinition(existing.get(), profile)) {
            return change.accepted(false, null);
        }
        change.put(profile);
        return change.accepted(existing.isEmpty(), null);
    }

    static Accepted drop(CatalogChange change, String id) {
        profile(change.catalog(), id);
        if (change.catalog().profiles().isActive(id)) {
            throw new FreshetException(
                    ErrorCode.PROFILE_IN_USE,
                    "'" + id + "' is the active profile: deactivate it first (POST /v1/vectors/profile/" + id
                            + "/deactivate), or activate another one");
        }
        change.remove(ProfileEntries.key(id));
        return change.accepted(false, null);
    }

    static Accepted activate(CatalogChange change, String id, String by) {
        profile(change.catalog(), id);
        if (!change.catalog().profiles().isActive(id)) {
            change.put(new ActiveProfile(id, by, change.now()));
        }
        return change.accepted(false, null);
    }

    /** Nothing is changed if another profile is active, or none. */
    static Accepted deactivate(CatalogChange change, String id) {
        profile(change.catalog(), id);
        if (change.catalog().profiles().isActive(id)) {
            change.remove(ProfileEntries.ACTIVE_KEY);
        }
        return change.accepted(false, null);
    }

    /**
     * Refuses to delete what profiles name.
     *
     * @param dataset deleted as well; null if it stays
     */
    static void requireUnused(
            Catalog catalog,
            String what,
            @Nullable Dataset dataset,
            Collection<IndexDefinition> indexes,
            ErrorCode code) {
        Set<Long> ids = indexes.stream().map(IndexDefinition::id).collect(Collectors.toSet());
        requireUnnamed(
                catalog,
                what,
                binding -> (dataset != null && binding.datasetId() == dataset.id())
                        || (binding.indexId() != null && ids.contains(binding.indexId())),
                code);
    }

    /** Refuses to delete an alias that profiles name. */
    static void requireUnused(Catalog catalog, Alias alias) {
        requireUnnamed(
                catalog,
                "the alias '" + alias.name() + "'",
                binding -> alias.name().equals(binding.alias()),
                ErrorCode.ALIAS_IN_USE);
    }

    /** Refuses to move an alias that profiles name to an index of another dataset. */
    static void requireMovable(Catalog catalog, Alias alias, IndexDefinition target) {
        requireUnnamed(
                catalog,
                "the alias '" + alias.name() + "' cannot move to another dataset's index: it",
                binding -> alias.name().equals(binding.alias()) && binding.datasetId() != target.datasetId(),
                ErrorCode.ALIAS_IN_USE);
    }

    /** Returns the id, or throws {@code INVALID_NAME}. */
    static String requireId(String id) {
        if (Names.require("profile", id).equals(Profile.ACTIVE)) {
            throw new FreshetException(
                    ErrorCode.INVALID_NAME,
                    "a profile cannot be called '" + id + "', which stands for the active profile: choose another id");
        }
        return id;
    }

    private static void requireUnnamed(Catalog catalog, String what, Predicate<ProfileBinding> names, ErrorCode code) {
        List<String> profiles = catalog.profiles().all().stream()
                .filter(profile -> profile.bindings().stream().anyMatch(names))
                .map(profile -> "'" + profile.id() + "'")
                .toList();
        if (!profiles.isEmpty()) {
            boolean one = profiles.size() == 1;
            throw new FreshetException(
                    code,
                    what + " is in use by the profile" + (one ? " " : "s ") + String.join(", ", profiles)
                            + ": bind " + (one ? "it" : "them") + " to something else first"
                            + " (PUT /v1/catalog/profiles/{id}), or delete " + (one ? "it" : "them"));
        }
    }

    private static Profile profile(Catalog catalog, String id) {
        return catalog.profiles()
                .find(id)
                .orElseThrow(
                        () -> new FreshetException(ErrorCode.PROFILE_NOT_FOUND, "there is no profile '" + id + "'"));
    }

    private static List<ProfileBinding> bindings(Catalog catalog, List<WantedBinding> wanted) {
        if (wanted.isEmpty() || wanted.size() > BINDINGS_MAX) {
            throw bad("a profile is bound to " + wanted.size() + " datasets, must be to 1 to " + BINDINGS_MAX);
        }
        Set<String> seen = new HashSet<>();
        List<ProfileBinding> bindings = new ArrayList<>();
        for (WantedBinding binding : wanted) {
            if (!seen.add(binding.getDataset())) {
                throw bad("the profile is bound to the dataset '" + binding.getDataset() + "' twice");
            }
            Dataset dataset = DatasetRules.dataset(catalog, binding.getDataset());
            String target = binding.getIndex();
            bindings.add(target == null ? onlyIndex(catalog, dataset) : target(catalog, dataset, target));
        }
        return bindings;
    }

    private static ProfileBinding onlyIndex(Catalog catalog, Dataset dataset) {
        List<IndexDefinition> indexes = catalog.indexesOf(dataset.id());
        if (indexes.isEmpty()) {
            throw new FreshetException(
                    ErrorCode.INDEX_NOT_FOUND,
                    "the dataset '" + dataset.name() + "' has no index that could be searched: create one first");
        }
        if (indexes.size() > 1) {
            throw bad("the dataset '" + dataset.name() + "' has several indexes ("
                    + indexes.stream().map(IndexDefinition::name).collect(Collectors.joining(", "))
                    + "): name one of them, or an alias, as 'index' of its binding");
        }
        return new ProfileBinding(dataset.id(), indexes.get(0).id(), null);
    }

    private static ProfileBinding target(Catalog catalog, Dataset dataset, String name) {
        IndexDefinition index = catalog.indexOrAlias(name)
                .orElseThrow(() ->
                        new FreshetException(ErrorCode.INDEX_NOT_FOUND, "there is no index or alias '" + name + "'"));
        if (index.datasetId() != dataset.id()) {
            throw bad("'" + name + "' is not an index of the dataset '" + dataset.name()
                    + "', nor an alias of one: bind its own dataset"
                    + catalog.dataset(index.datasetId())
                            .map(own -> ", '" + own.name() + "'")
                            .orElse(""));
        }
        return index.name().equals(name)
                ? new ProfileBinding(dataset.id(), index.id(), null)
                : new ProfileBinding(dataset.id(), null, name);
    }

    private static void requireSearch(SearchDefaults search) {
        Integer k = search.k();
        Integer ef = search.ef();
        Double threshold = search.scoreThreshold();
        String filter = search.filter();
        if (k != null && (k < 1 || k > K_MAX)) {
            throw bad("k is " + k + ", must be 1 to " + K_MAX);
        }
        if (ef != null && (ef < 1 || ef > EF_MAX)) {
            throw bad("ef is " + ef + ", must be 1 to " + EF_MAX);
        }
        if (k != null && ef != null && ef < k) {
            throw bad("ef is " + ef + ", must be at least k, which is " + k);
        }
        if (threshold != null && !Double.isFinite(threshold)) {
            throw bad("score_threshold is " + threshold + ", must be a finite number");
        }
        if (filter != null && filter.length() > FILTER_MAX) {
            throw bad("the filter has " + filter.length() + " characters as JSON, must have at most " + FILTER_MAX);
        }
    }

    private static boolean sameDefinition(Profile before, Profile after) {
        return new Profile(
                        before.id(),
                        after.description(),
                        after.bindings(),
                        after.search(),
                        before.createdBy(),
                        before.created(),
                        before.updated())
                .equals(before);
    }

    private static FreshetException bad(String message) {
        return new FreshetException(ErrorCode.BAD_REQUEST, message);
    }
}
