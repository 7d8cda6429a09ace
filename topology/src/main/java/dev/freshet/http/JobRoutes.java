package dev.freshet.http;

import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.CatalogService.StartResult;
import dev.freshet.catalog.Job;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code /v1/vectors/jobs}: list, show and cancel jobs; and the routes that start them. */
final class JobRoutes {
    private static final List<String> MERGE_FIELDS = List.of("dest", "clear_source");
    private static final List<String> STATES = List.of("running", "done", "failed", "cancelled");
    private static final List<String> KINDS = List.of("refresh", "backfill", "rebuild", "merge", "deletion");

    private final CatalogService catalog;
    private final CatalogLookup lookup;
    private final long maxBodyBytes;

    JobRoutes(CatalogService catalog, HttpSettings settings) {
        this.catalog = catalog;
        this.lookup = new CatalogLookup(catalog);
        this.maxBodyBytes = settings.maxBodyBytes();
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/vectors/jobs", this::list, Access.READ);
        routes.get("/v1/vectors/jobs/{id}", this::get, Access.READ);
        routes.delete("/v1/vectors/jobs/{id}", this::cancel, Access.ADMIN);
        routes.post("/v1/vectors/refresh/{dataset}", this::refresh, Access.WRITE);
        routes.post("/v1/vectors/index/{name}/rebuild", this::rebuild, Access.ADMIN);
        routes.post("/v1/vectors/index/{name}/merge", this::merge, Access.ADMIN);
    }

    private void list(Context context) {
        QueryParameters query = QueryParameters.of(context, "dataset", "state", "kind");
        String dataset = query.text("dataset");
        String state = oneOf(query, "state", STATES);
        String kind = oneOf(query, "kind", KINDS);
        Answers.json(
                context,
                200,
                new JobInfo.Listing(catalog.current().jobs().stream()
                        .sorted(Comparator.comparingLong(Job::id).reversed())
                        .map(job -> JobInfo.of(job, catalog))
                        .filter(job -> dataset == null || job.isAbout(dataset))
                        .filter(job -> state == null || job.state().equals(state))
                        .filter(job -> kind == null || job.kind().equals(kind))
                        .toList()));
    }

    private void get(Context context) {
        QueryParameters.of(context);
        Answers.json(context, 200, JobInfo.of(lookup.job(context.pathParam("id")), catalog));
    }

    private void cancel(Context context) {
        QueryParameters.of(context);
        Job job = lookup.job(context.pathParam("id"));
        Answers.json(context, 200, JobInfo.of(catalog.cancelJob(job.id()), catalog));
    }

    private void refresh(Context context) {
        QueryParameters.of(context);
        answer(
                context,
                catalog.startRefresh(
                        lookup.dataset(context.pathParam("dataset")).name()),
                catalog);
    }

    private void rebuild(Context context) {
        QueryParameters.of(context);
        answer(
                context,
                catalog.startRebuild(lookup.index(context.pathParam("name")).name()),
                catalog);
    }

    private void merge(Context context) throws IOException {
        QueryParameters.of(context);
        JsonFields fields = JsonFields.of(HttpJson.read(RequestBody.json(context, maxBodyBytes)), MERGE_FIELDS);
        String source = lookup.index(context.pathParam("name")).name();
        String destination = lookup.index(fields.requiredText("dest")).name();
        answer(context, catalog.startMerge(source, destination, fields.flag("clear_source", false)), catalog);
    }

    /** Answers with a job: 202 if it was started, 200 if it ran already. {@code Location} is where to see how it goes. */
    static void answer(Context context, StartResult started, CatalogService catalog) {
        context.header("Location", "/v1/vectors/jobs/" + started.job().id());
        Answers.json(context, started.created() ? 202 : 200, JobInfo.of(started.job(), catalog));
    }

    private static @Nullable String oneOf(QueryParameters query, String name, List<String> values) {
        String value = query.text(name);
        if (value != null && !values.contains(value)) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST,
                    "query parameter '" + name + "' is '" + value + "', must be one of " + String.join(", ", values));
        }
        return value;
    }
}
