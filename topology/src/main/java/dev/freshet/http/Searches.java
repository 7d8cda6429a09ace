package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.SearchService;
import java.util.function.Supplier;

/** Runs the searches that routes are asked for. Thread-safe. */
final class Searches {
    private final CatalogView catalog;
    private final SearchService search;
    private final BatchSearch batches;

    Searches(CatalogView catalog, SearchService search) {
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.search = requireNonNull(search, "search is null");
        this.batches = new BatchSearch(search);
    }

    /**
     * What is searched.
     *
     * @param name the name that was asked for: the index's, or an alias of it
     * @param body what to ask the index
     */
    record Target(String name, IndexDefinition index, Supplier<SearchBody> body) {}

    /**
     * Searches. An index may be deleted after its name was looked up: then the name, which an alias may have moved on, is looked up once more.
     *
     * @param first what the name means now
     * @param again looks the name up once more
     * @param start when the request came, as {@link System#nanoTime} tells
     */
    Searched run(Target first, Supplier<Target> again, long start) {
        try {
            Searched answer = ask(first, start);
            if (answer.coverage().complete() || !gone(first.index())) {
                return answer;
            }
        } catch (FreshetException e) {
            if (!gone(first.index())) {
                throw e;
            }
        }
        return ask(again.get(), start);
    }

    private Searched ask(Target target, long start) {
        SearchBody body = target.body().get();
        if (body.batch()) {
            return BatchAnswer.of(
                    target.index(), target.name(), batches.run(body.requests(), start), System.nanoTime() - start);
        }
        return SearchAnswer.of(
                target.index(), target.name(), search.search(body.requests().get(0)), System.nanoTime() - start);
    }

    private boolean gone(IndexDefinition index) {
        return catalog.current().index(index.id()).isEmpty();
    }
}
