package dev.freshet.catalog;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.schemas.avro.AliasEntry;
import dev.freshet.schemas.avro.PutAlias;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What aliases may be called, what they point at, and what they keep from being deleted. Pure, like {@link CatalogRules}. */
final class AliasRules {
    private AliasRules() {}

    /** Points an alias at an index. Throws {@link FreshetException} if it is refused. */
    static Accepted put(CatalogChange change, PutAlias wanted) {
        Catalog catalog = change.catalog();
        String name = Names.require("alias", wanted.getAlias());
        if (catalog.index(name).isPresent()) {
            throw new FreshetException(
                    ErrorCode.INDEX_EXISTS,
                    "there is an index '" + name + "', and an alias cannot have its name: choose another one");
        }
        IndexDefinition index = target(catalog, wanted.getIndex());
        Optional<Alias> existing = catalog.alias(name);
        if (existing.isPresent() && existing.get().indexId() == index.id()) {
            return change.accepted(false, null);
        }
        existing.ifPresent(alias -> ProfileRules.requireMovable(catalog, alias, index));
        change.put(new AliasEntry(
                name,
                index.id(),
                existing.map(Alias::indexId).orElse(null),
                existing.map(Alias::created).orElse(change.now()),
                change.now()));
        return change.accepted(existing.isEmpty(), null);
    }

    static Accepted drop(CatalogChange change, String name) {
        Alias alias = change.catalog()
                .alias(name)
                .orElseThrow(() -> new FreshetException(ErrorCode.ALIAS_NOT_FOUND, "there is no alias '" + name + "'"));
        ProfileRules.requireUnused(change.catalog(), alias);
        change.remove(CatalogEntries.aliasKey(name));
        return change.accepted(false, null);
    }

    /** Refuses a name for an index that an alias has. */
    static void requireNoAlias(Catalog catalog, String name) {
        catalog.alias(name).ifPresent(alias -> {
            throw new FreshetException(
                    ErrorCode.ALIAS_EXISTS,
                    "there is an alias '" + name + "'"
                            + catalog.index(alias.indexId())
                                    .map(index -> " of the index '" + index.name() + "'")
                                    .orElse("")
                            + ", and an index cannot have its name: choose another one, or delete the alias first");
        });
    }

    /** Refuses to delete what aliases point at. */
    static void requireUnused(Catalog catalog, String what, Collection<IndexDefinition> indexes, ErrorCode code) {
        List<String> uses = indexes.stream()
                .flatMap(index -> catalog.aliasesOf(index.id()).stream()
                        .map(alias -> "'" + alias.name() + "' → '" + index.name() + "'"))
                .toList();
        if (!uses.isEmpty()) {
            throw new FreshetException(
                    code,
                    what + " is in use by " + (uses.size() == 1 ? "the alias " : "the aliases ")
                            + String.join(", ", uses)
                            + ": point " + (uses.size() == 1 ? "it" : "them")
                            + " at another index first (PUT /v1/vectors/aliases/{alias}), or delete "
                            + (uses.size() == 1 ? "it" : "them"));
        }
    }

    private static IndexDefinition target(Catalog catalog, String name) {
        return catalog.index(name).orElseThrow(() -> {
            Optional<IndexDefinition> behind = catalog.indexOrAlias(name);
            return new FreshetException(
                    ErrorCode.INDEX_NOT_FOUND,
                    behind.map(index -> "'" + name + "' is an alias itself: point at the index '" + index.name() + "'")
                            .orElse("there is no index '" + name + "'"));
        });
    }
}
