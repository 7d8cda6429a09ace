package dev.freshet.http;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.CatalogService.CreateResult;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.refresh.StaleView;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.IndexStatistics;
import dev.freshet.search.SearchService;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.function.Function;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/** {@code /v1/vectors/index}: create, show, list, drop. */
final class IndexRoutes {
    private final CatalogService catalog;
    private final CatalogLookup lookup;
    private final SearchService search;
    private final StaleView stale;
    private final IntSupplier partitions;
    private final long maxBodyBytes;

    IndexRoutes(HttpServices services, HttpSettings settings) {
        this.catalog = services.catalog();
        this.lookup = new CatalogLookup(catalog);
        this.search = services.search();
        this.stale = services.stale();
        this.partitions = services.rowPartitions();
        this.maxBodyBytes = settings.maxBodyBytes();
    }

    void register(RoutesConfig routes) {
        routes.post("/v1/vectors/index", this::create, Access.ADMIN);
        routes.get("/v1/vectors/index", this::list, Access.READ);
        routes.get("/v1/vectors/indexes", this::listAll, Access.READ);
        routes.get("/v1/vectors/index/{name}", this::get, Access.READ);
        routes.delete("/v1/vectors/index/{name}", this::drop, Access.ADMIN);
    }

    private void create(Context context) throws IOException {
        QueryParameters.of(context);
        IndexRequest request = IndexRequest.read(RequestBody.json(context, maxBodyBytes));
        String dataset = request.spec().dataset();
        if (dataset != null) {
            lookup.dataset(dataset);
        }
        CreateResult created = catalog.createIndex(request.spec());
        Answers.json(context, 201, info(created.index(), known(), Instant.now(), created.job()));
    }

    private void list(Context context) {
        QueryParameters.of(context);
        Catalog current = catalog.current();
        Answers.json(
                context,
                200,
                new IndexSummary.Listing(current.indexes().stream()
                        .map(index -> IndexSummary.of(index, datasetName(current, index)))
                        .toList()));
    }

    private void listAll(Context context) {
        QueryParameters query = QueryParameters.of(context, "source", "model");
        String source = query.text("source");
        String model = query.text("model");
        Answers.json(
                context,
                200,
                new IndexInfo.Listing(catalog.current().indexes().stream()
                        .map(infos())
                        .filter(info -> source == null || info.source().equals(source))
                        .filter(info -> model == null || isModel(info.model(), model))
                        .toList()));
    }

    private void get(Context context) {
        QueryParameters.of(context);
        IndexDefinition index = lookup.indexOrAlias(context.pathParam("name"));
        Answers.json(context, 200, infos().apply(index));
    }

    /** All that is known of indexes. How fresh they are is asked now, once for all of them: it may take calls to other processes. */
    Function<IndexDefinition, IndexInfo> infos() {
        KnownFreshness freshness = known();
        Instant now = Instant.now();
        return index -> info(index, freshness, now, fill(index));
    }

    private KnownFreshness known() {
        return KnownFreshness.of(stale, partitions.getAsInt());
    }

    private void drop(Context context) {
        QueryParameters.of(context);
        JobRoutes.answer(
                context,
                catalog.dropIndex(lookup.index(context.pathParam("name")).name()),
                catalog);
    }

    private IndexInfo info(IndexDefinition index, KnownFreshness freshness, Instant now, @Nullable Job job) {
        // One without a model waits for none, whoever tells of it.
        Staleness staleness = index.direct()
                ? Staleness.of(List.of(), now)
                : freshness.of(entry -> entry.indexId() == index.id(), now);
        return IndexInfo.of(index, catalog.current(), statistics(index), staleness, job);
    }

    /** The job that fills an index, if one does. */
    private @Nullable Job fill(IndexDefinition index) {
        return catalog.current().runningJobs(index.datasetId()).stream()
                .filter(job -> job.work() instanceof Fill fill && fill.fills(index.id()))
                .findFirst()
                .orElse(null);
    }

    /** What is held here; nothing while the search side has not come up or has not seen the index. */
    private IndexStatistics statistics(IndexDefinition index) {
        try {
            return search.statistics(index.id());
        } catch (FreshetException e) {
            if (e.code() == ErrorCode.INDEX_NOT_FOUND || e.code() == ErrorCode.NOT_READY) {
                return new IndexStatistics(partitions.getAsInt(), List.of());
            }
            throw e;
        }
    }

    private static String datasetName(Catalog catalog, IndexDefinition index) {
        return catalog.dataset(index.datasetId()).map(dataset -> dataset.name()).orElse("");
    }

    private static boolean isModel(IndexInfo.@Nullable Model model, String name) {
        return model != null && model.name().equals(name);
    }
}
