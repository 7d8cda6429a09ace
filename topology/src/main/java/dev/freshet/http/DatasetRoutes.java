package dev.freshet.http;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.CatalogService.PutResult;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.Names;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;

/** {@code /v1/catalog/datasets}: create, change, show, list, drop. */
final class DatasetRoutes {
    private final CatalogService catalog;
    private final CatalogLookup lookup;
    private final long maxBodyBytes;

    DatasetRoutes(CatalogService catalog, HttpSettings settings) {
        this.catalog = catalog;
        this.lookup = new CatalogLookup(catalog);
        this.maxBodyBytes = settings.maxBodyBytes();
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/catalog/datasets", this::list);
        routes.put("/v1/catalog/datasets/{name}", this::put);
        routes.get("/v1/catalog/datasets/{name}", this::get);
        routes.delete("/v1/catalog/datasets/{name}", this::drop);
    }

    private void list(Context context) {
        boolean all = QueryParameters.of(context, "all").flag("all", false);
        Catalog current = catalog.current();
        Answers.json(
                context,
                200,
                new DatasetInfo.Listing(current.datasets().stream()
                        .filter(dataset -> all || !dataset.direct())
                        .map(dataset -> DatasetInfo.of(dataset, current))
                        .toList()));
    }

    private void put(Context context) throws IOException {
        QueryParameters.of(context);
        String name = Names.require("dataset", context.pathParam("name"));
        DatasetRequest request = DatasetRequest.read(RequestBody.json(context, maxBodyBytes));
        lookup.findDataset(name).ifPresent(DatasetRoutes::refuseDirect);
        PutResult result = catalog.putDataset(request.toSpec(name));
        Answers.json(context, result.created() ? 201 : 200, DatasetInfo.of(result.dataset(), catalog.current()));
    }

    private void get(Context context) {
        QueryParameters.of(context);
        Dataset dataset = lookup.dataset(context.pathParam("name"));
        Answers.json(context, 200, DatasetInfo.of(dataset, catalog.current()));
    }

    private void drop(Context context) {
        QueryParameters.of(context);
        Dataset dataset = lookup.dataset(context.pathParam("name"));
        refuseDirect(dataset);
        catalog.dropDataset(dataset.name());
        context.status(204);
    }

    private static void refuseDirect(Dataset dataset) {
        if (dataset.direct()) {
            throw new FreshetException(
                    ErrorCode.DATASET_IS_DIRECT,
                    "'" + dataset.name() + "' belongs to the direct index of this name; use /v1/vectors/index/"
                            + dataset.name());
        }
    }
}
