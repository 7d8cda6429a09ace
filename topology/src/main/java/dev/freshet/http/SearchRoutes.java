package dev.freshet.http;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.search.Comparison;
import dev.freshet.search.SearchResponse;
import dev.freshet.search.SearchService;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;

/** {@code /v1/vectors/index/{name}/search} and {@code /compare}. */
final class SearchRoutes {
    private final CatalogLookup lookup;
    private final SearchService search;
    private final HttpSettings settings;

    SearchRoutes(HttpServices services, HttpSettings settings) {
        this.lookup = new CatalogLookup(services.catalog());
        this.search = services.search();
        this.settings = settings;
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/vectors/index/{name}/search", this::search);
        routes.post("/v1/vectors/index/{name}/compare", this::compare);
    }

    private void search(Context context) throws IOException {
        long start = System.nanoTime();
        QueryParameters.of(context);
        IndexDefinition index = lookup.index(context.pathParam("name"));
        byte[] body = RequestBody.json(context, settings.maxBodyBytes());
        SearchResponse response = search.search(
                SearchBody.read(body, index, settings.searchTimeout()).request());
        Answers.json(context, 200, SearchAnswer.of(index, response, System.nanoTime() - start));
    }

    private void compare(Context context) throws IOException {
        long start = System.nanoTime();
        QueryParameters.of(context);
        CompareBody body = CompareBody.read(RequestBody.json(context, settings.maxBodyBytes()));
        IndexDefinition left = lookup.index(context.pathParam("name"));
        IndexDefinition right = lookup.index(body.with());
        Comparison comparison = search.compare(body.request(left, right));
        Answers.json(context, 200, CompareAnswer.of(left, right, body.k(), comparison, System.nanoTime() - start));
    }
}
