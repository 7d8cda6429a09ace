package dev.freshet.http;

import dev.freshet.catalog.Alias;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Function;

/** Finds datasets, indexes and aliases by name, and jobs. A miss first catches up with what other processes may have created. */
final class CatalogLookup {
    private static final Duration CATCH_UP = Duration.ofSeconds(1);

    private final CatalogView catalog;

    CatalogLookup(CatalogView catalog) {
        this.catalog = catalog;
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
        return find(current -> current.indexOrAlias(name)).orElseThrow(() -> noIndex(name));
    }

    Alias alias(String name) {
        return find(current -> current.alias(name))
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.ALIAS_NOT_FOUND,
                        "there is no alias '" + name + "'; GET /v1/vectors/aliases lists them"));
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
