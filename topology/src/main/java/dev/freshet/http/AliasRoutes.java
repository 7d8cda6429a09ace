package dev.freshet.http;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.CatalogService.AliasResult;
import dev.freshet.catalog.Names;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.List;

/** {@code /v1/vectors/aliases}: names that point at an index, and can be moved to another at once. */
final class AliasRoutes {
    private static final List<String> FIELDS = List.of("index");

    private final CatalogService catalog;
    private final CatalogLookup lookup;
    private final long maxBodyBytes;

    AliasRoutes(CatalogService catalog, HttpSettings settings) {
        this.catalog = catalog;
        this.lookup = new CatalogLookup(catalog);
        this.maxBodyBytes = settings.maxBodyBytes();
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/vectors/aliases", this::list, Access.READ);
        routes.put("/v1/vectors/aliases/{alias}", this::put, Access.ADMIN);
        routes.get("/v1/vectors/aliases/{alias}", this::get, Access.READ);
        routes.delete("/v1/vectors/aliases/{alias}", this::drop, Access.ADMIN);
    }

    private void list(Context context) {
        QueryParameters.of(context);
        Catalog current = catalog.current();
        Answers.json(
                context,
                200,
                new AliasInfo.Listing(current.aliases().stream()
                        .map(alias -> AliasInfo.of(alias, current))
                        .toList()));
    }

    private void put(Context context) throws IOException {
        QueryParameters.of(context);
        String alias = Names.require("alias", context.pathParam("alias"));
        JsonFields fields = JsonFields.of(HttpJson.read(RequestBody.json(context, maxBodyBytes)), FIELDS);
        AliasResult result = catalog.putAlias(alias, fields.requiredText("index"));
        Answers.json(context, result.created() ? 201 : 200, AliasInfo.of(result.alias(), catalog.current()));
    }

    private void get(Context context) {
        QueryParameters.of(context);
        Answers.json(context, 200, AliasInfo.of(lookup.alias(context.pathParam("alias")), catalog.current()));
    }

    private void drop(Context context) {
        QueryParameters.of(context);
        catalog.dropAlias(lookup.alias(context.pathParam("alias")).name());
        context.status(204);
    }
}
