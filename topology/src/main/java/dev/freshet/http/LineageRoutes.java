package dev.freshet.http;

import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.Dataset;
import dev.freshet.refresh.LineageView;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.function.IntSupplier;

/** {@code GET /v1/catalog/datasets/{name}/lineage}: where the rows of a dataset come from. */
final class LineageRoutes {
    private final CatalogService catalog;
    private final CatalogLookup lookup;
    private final LineageView lineage;
    private final IntSupplier partitions;

    LineageRoutes(HttpServices services) {
        this.catalog = services.catalog();
        this.lookup = new CatalogLookup(catalog);
        this.lineage = services.lineage();
        this.partitions = services.rowPartitions();
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/catalog/datasets/{name}/lineage", this::get, Access.READ);
    }

    private void get(Context context) {
        QueryParameters.of(context);
        Dataset dataset = lookup.dataset(context.pathParam("name"));
        Answers.json(
                context,
                200,
                LineageAnswer.of(dataset, catalog.current(), lineage.of(dataset.id()), partitions.getAsInt()));
    }
}
