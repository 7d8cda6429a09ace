package dev.freshet.http;

import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Comparison;
import dev.freshet.search.SearchResponse;
import dev.freshet.search.SearchService;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** {@code POST /v1/vectors/index/{name-or-alias}/search} and {@code /compare}. */
final class SearchRoutes {
    /** Each holds a thread of the server for up to minutes, and searches all the while. */
    static final int COMPARISONS_MAX = 4;

    private final CatalogView catalog;
    private final CatalogLookup lookup;
    private final SearchService search;
    private final SearchPlaces places;
    private final HttpSettings settings;
    private final Semaphore comparisons = new Semaphore(COMPARISONS_MAX);

    SearchRoutes(HttpServices services, SearchPlaces places, HttpSettings settings) {
        this.catalog = services.catalog();
        this.lookup = new CatalogLookup(services.catalog());
        this.search = services.search();
        this.places = places;
        this.settings = settings;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/vectors/index/{name}/search", this::search, Access.READ);
        routes.post("/v1/vectors/index/{name}/compare", this::compare, Access.READ);
    }

    private void search(Context context) throws IOException {
        long start = System.nanoTime();
        QueryParameters.of(context);
        String name = context.pathParam("name");
        IndexDefinition index = lookup.indexOrAlias(name);
        byte[] body = RequestBody.json(context, settings.maxBodyBytes());
        Answers.json(context, 200, places.search(() -> search(name, index, body, start)));
    }

    /** An index may be deleted after its name was looked up: then the name, which an alias may have moved on, is looked up once more. */
    private SearchAnswer search(String name, IndexDefinition index, byte[] body, long start) {
        try {
            SearchAnswer answer = ask(name, index, body, start);
            if (answer.coverage().complete() || !gone(index)) {
                return answer;
            }
        } catch (FreshetException e) {
            if (!gone(index)) {
                throw e;
            }
        }
        return ask(name, lookup.indexOrAlias(name), body, start);
    }

    private SearchAnswer ask(String name, IndexDefinition index, byte[] body, long start) {
        SearchResponse response = search.search(
                SearchBody.read(body, index, settings.searchTimeout()).request());
        return SearchAnswer.of(index, name, response, System.nanoTime() - start);
    }

    private boolean gone(IndexDefinition index) {
        return catalog.current().index(index.id()).isEmpty();
    }

    private void compare(Context context) throws IOException {
        long start = System.nanoTime();
        QueryParameters.of(context);
        CompareBody body = CompareBody.read(RequestBody.json(context, settings.maxBodyBytes()));
        IndexDefinition left = lookup.indexOrAlias(context.pathParam("name"));
        IndexDefinition right = lookup.indexOrAlias(body.with());
        if (!comparisons.tryAcquire()) {
            throw new FreshetException(
                    ErrorCode.NOT_READY,
                    "there are " + COMPARISONS_MAX
                            + " comparisons running, as many as may at once: try again when one has ended");
        }
        Comparison comparison;
        try {
            comparison = search.compare(body.request(left, right));
        } finally {
            comparisons.release();
        }
        Answers.json(context, 200, CompareAnswer.of(left, right, body.k(), comparison, System.nanoTime() - start));
    }
}
