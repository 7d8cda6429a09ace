package dev.freshet.http;

import dev.freshet.catalog.Alias;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.Profile;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;

/** Finds datasets, indexes, aliases and profiles by name, and jobs. A miss first catches up with what other processes may have created. */
final class CatalogLookup {
    private static final Duration CATCH_UP = Duration.ofSeconds(1);

    private final CatalogView catalog;

    CatalogLookup(CatalogView catalog) {
        this.catalog = catalog;
    }

    /** The catalog as this process knows it now. */
    Catalog current() {
        return catalog.current();
    }

    Optional<Dataset> findDataset(String name) {
        return find(current -> current.dataset(name));
    }

    Dataset dataset(String name) {
        return findDataset(name)
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.DATASET_NOT_FOUND,
                        "there is no dataset '" + name + "'; GET /v1/catalog/datasets lists them"));
    }

    /** The index of this very name: what changes an index does not go through an alias. */
    IndexDefinition index(String name) {
        return find(current -> current.index(name)).orElseThrow(() -> noIndex(name));
    }

    /** The index of this name, or the one that the alias of this name points at now: for what only reads. */
    IndexDefinition indexOrAlias(String name) {
        return findIndexOrAlias(name, any -> true).orElseThrow(() -> noIndex(name));
    }

    /**
     * As {@link #indexOrAlias}, among the indexes that the caller may know of: the others are looked up as if there were none of them, and as long.
     */
    Optional<IndexDefinition> findIndexOrAlias(String name, Predicate<IndexDefinition> known) {
        return find(current -> current.indexOrAlias(name).filter(known));
    }

    /** The dataset of this name, among those that the caller may know of. */
    Optional<Dataset> findDataset(String name, Predicate<Dataset> known) {
        return find(current -> current.dataset(name).filter(known));
    }

    Alias alias(String name) {
        return find(current -> current.alias(name))
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.ALIAS_NOT_FOUND,
                        "there is no alias '" + name + "'; GET /v1/vectors/aliases lists them"));
    }

    /** The profile of this very id. */
    Profile profile(String id) {
        return find(current -> current.profiles().find(id))
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.PROFILE_NOT_FOUND,
                        "there is no profile '" + id + "'; GET /v1/catalog/profiles lists them"));
    }

    /** The profile of this id, or the active one if the id is {@value Profile#ACTIVE}. */
    Profile profileOrActive(String id) {
        return id.equals(Profile.ACTIVE) ? activeProfile() : profile(id);
    }

    Profile activeProfile() {
        return find(current -> current.profiles()
                        .active()
                        .flatMap(active -> current.profiles().find(active.profile())))
                .orElseThrow(CatalogLookup::noActiveProfile);
    }

    static FreshetException noActiveProfile() {
        return new FreshetException(
                ErrorCode.PROFILE_NOT_FOUND,
                "no profile is active; POST /v1/vectors/profile/{id}/activate makes one the active profile");
    }

    private FreshetException noIndex(String name) {
        String message = catalog.current()
                .indexOrAlias(name)
                .map(index -> "'" + name
                        + "' is an alias, which can be searched and read; to change the index behind it, name '"
                        + index.name() + "'")
                .orElse("there is no index '" + name + "'; GET /v1/vectors/index lists them");
        return new FreshetException(ErrorCode.INDEX_NOT_FOUND, message);
    }

    Job job(String id) {
        return find(current -> parse(id).flatMap(current::job))
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.JOB_NOT_FOUND,
                        "there is no job '" + id
                                + "'; GET /v1/vectors/jobs lists those that run, and the last that ended"));
    }

    private static Optional<Long> parse(String id) {
        try {
            return Optional.of(Long.parseLong(id));
        } catch (NumberFormatException e) {
            return Optional.empty(); // All ids are numbers.
        }
    }

    /** The dataset whose rows an index holds. */
    Dataset datasetOf(IndexDefinition index) {
        return find(current -> current.dataset(index.datasetId()))
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.INDEX_NOT_FOUND, "the index '" + index.name() + "' is being deleted"));
    }

    private <T> Optional<T> find(Function<Catalog, Optional<T>> what) {
        Optional<T> found = what.apply(catalog.current());
        return found.isPresent() ? found : what.apply(catalog.catchUp(CATCH_UP));
    }
}
