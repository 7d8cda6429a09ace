package dev.freshet.http;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.CatalogService.PutResult;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.Names;
import dev.freshet.refresh.StaleView;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.HashKey;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** {@code /v1/catalog/datasets}: create, change, show, list, drop. */
final class DatasetRoutes {
    private final CatalogService catalog;
    private final CatalogLookup lookup;
    private final StaleView stale;
    private final IntSupplier partitions;
    private final long maxBodyBytes;
    private final boolean canHash;

    DatasetRoutes(HttpServices services, HttpSettings settings) {
        this.catalog = services.catalog();
        this.stale = services.stale();
        this.partitions = services.rowPartitions();
        this.lookup = new CatalogLookup(catalog);
        this.maxBodyBytes = settings.maxBodyBytes();
        this.canHash = settings.hashKey() != null;
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/catalog/datasets", this::list, Access.READ);
        routes.put("/v1/catalog/datasets/{name}", this::put, Access.ADMIN);
        routes.get("/v1/catalog/datasets/{name}", this::get, Access.READ);
        routes.delete("/v1/catalog/datasets/{name}", this::drop, Access.ADMIN);
    }

    private void list(Context context) {
        boolean all = QueryParameters.of(context, "all").flag("all", false);
        Catalog current = catalog.current();
        KnownFreshness freshness = freshness();
        Instant now = Instant.now();
        Answers.json(
                context,
                200,
                new DatasetInfo.Listing(current.datasets().stream()
                        .filter(dataset -> all || !dataset.direct())
                        .map(dataset -> DatasetInfo.of(dataset, current, null, freshness, now))
                        .toList()));
    }

    private void put(Context context) throws IOException {
        QueryParameters.of(context);
        String name = Names.require("dataset", context.pathParam("name"));
        DatasetRequest request = DatasetRequest.read(RequestBody.json(context, maxBodyBytes));
        requireKey(request.columnPolicies());
        lookup.findDataset(name).ifPresent(DatasetRoutes::refuseDirect);
        PutResult result = catalog.putDataset(request.toSpec(name));
        Answers.json(context, result.created() ? 201 : 200, info(result.dataset(), result.job()));
    }

    private void get(Context context) {
        QueryParameters.of(context);
        Dataset dataset = lookup.dataset(context.pathParam("name"));
        Answers.json(context, 200, info(dataset, null));
    }

    private void drop(Context context) {
        QueryParameters.of(context);
        Dataset dataset = lookup.dataset(context.pathParam("name"));
        refuseDirect(dataset);
        JobRoutes.answer(context, catalog.dropDataset(dataset.name()), catalog);
    }

    /** A process that cannot hash cannot take rows; so it is refused before there is anything to be hashed. */
    private void requireKey(@Nullable ColumnPolicies policies) {
        if (policies != null && policies.needsKey() && !canHash) {
            throw new FreshetException(
                    ErrorCode.HASH_KEY_MISSING,
                    "'column_policies' says 'hash', and this process has no key for that: an unkeyed hash of a telephone number is found by trying all numbers. Set "
                            + HashKey.SETTING + " or " + HashKey.SETTING + ".file, the same in all processes");
        }
    }

    private DatasetInfo info(Dataset dataset, @Nullable Job job) {
        return DatasetInfo.of(dataset, catalog.current(), job, freshness(), Instant.now());
    }

    private KnownFreshness freshness() {
        return KnownFreshness.of(stale, partitions.getAsInt());
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
