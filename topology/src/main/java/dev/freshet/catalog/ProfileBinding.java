package dev.freshet.catalog;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A dataset that a {@link Profile} may search, and what of it is searched unless the request says otherwise: either an index or an alias.
 *
 * @param indexId an index over the dataset; null if an alias is given
 * @param alias an alias of an index over the dataset, wherever it points at the time of the search; null if an index is given
 */
public record ProfileBinding(
        long datasetId, @Nullable Long indexId, @Nullable String alias) {
    public ProfileBinding {
        if ((indexId == null) == (alias == null)) {
            throw new IllegalArgumentException("a binding has either an index or an alias");
        }
    }

    /** The index that is searched now. It is always there, in a catalog that the binding stands in. */
    public Optional<IndexDefinition> index(Catalog catalog) {
        return alias == null
                ? catalog.index(indexId == null ? 0 : indexId)
                : catalog.alias(alias).flatMap(found -> catalog.index(found.indexId()));
    }

    /** The name that is searched: the alias's, or the index's. */
    public Optional<String> target(Catalog catalog) {
        return alias == null ? index(catalog).map(IndexDefinition::name) : Optional.of(alias);
    }
}
