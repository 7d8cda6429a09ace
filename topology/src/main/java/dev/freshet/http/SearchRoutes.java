package dev.freshet.http;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.http.Searches.Target;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Comparison;
import dev.freshet.search.SearchService;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.concurrent.Semaphore;

/** {@code POST /v1/vectors/index/{name-or-alias}/search} and {@code /compare}. */
final class SearchRoutes {
    /** Each holds a thread of the server for up to minutes, and searches all the while. */
    static final int COMPARISONS_MAX = 4;

    private final CatalogLookup lookup;
    private final SearchService search;
    private final Searches searches;
    private final SearchPlaces places;
    private final HttpSettings settings;
    private final Semaphore comparisons = new Semaphore(COMPARISONS_MAX);

    SearchRoutes(HttpServices services, Searches searches, SearchPlaces places, HttpSettings settings) {
        this.lookup = new CatalogLookup(services.catalog());
        this.search = services.search();
        this.searches = searches;
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
        JsonNode body = HttpJson.readWithNonNumbers(RequestBody.json(context, settings.maxBodyBytes()));
        Answers.json(
                context,
                200,
                places.search(
                        SearchBody.waits(body),
                        () -> searches.run(
                                target(name, index, body),
                                () -> target(name, lookup.indexOrAlias(name), body),
                                start)));
    }

    private Target target(String name, IndexDefinition index, JsonNode body) {
        return new Target(name, index, () -> SearchBody.read(body, index, settings.searchTimeout()));
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
