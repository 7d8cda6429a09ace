package dev.freshet.http;

import dev.freshet.catalog.Alias;
import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.IndexDefinition;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An alias as answers show it.
 *
 * @param previous the index that it pointed at before; null if there was none, or it is gone
 * @param updated when it was last moved
 */
record AliasInfo(String alias, String index, @Nullable String previous, String created, String updated) {
    static AliasInfo of(Alias alias, Catalog catalog) {
        Long previous = alias.previousId();
        return new AliasInfo(
                alias.name(),
                catalog.index(alias.indexId()).map(IndexDefinition::name).orElse(""),
                previous == null
                        ? null
                        : catalog.index(previous).map(IndexDefinition::name).orElse(null),
                alias.created().toString(),
                alias.updated().toString());
    }

    /** All aliases. */
    record Listing(List<AliasInfo> aliases) {}
}
