package dev.freshet.http;

import dev.freshet.catalog.CatalogService;
import dev.freshet.catalog.CatalogService.StartResult;
import dev.freshet.catalog.Job;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;
import java.util.Comparator;
import java.util.List;

/** {@code /v1/vectors/jobs}: list and show jobs; and the routes that start them. */
final class JobRoutes {
    private static final List<String> MERGE_FIELDS = List.of("dest", "clear_source");

    private final CatalogService catalog;
    private final CatalogLookup lookup;
    private final long maxBodyBytes;

    JobRoutes(CatalogService catalog, HttpSettings settings) {
        this.catalog = catalog;
        this.lookup = new CatalogLookup(catalog);
        this.maxBodyBytes = settings.maxBodyBytes();
    }

    void register(RoutesConfig routes) {
        routes.get("/v1/vectors/jobs", this::list);
        routes.get("/v1/vectors/jobs/{id}", this::get);
        routes.post("/v1/vectors/index/{name}/merge", this::merge);
    }

    private void list(Context context) {
        QueryParameters.of(context);
        Answers.json(
                context,
                200,
                new JobInfo.Listing(catalog.current().jobs().stream()
                        .sorted(Comparator.comparingLong(Job::id).reversed())
                        .map(this::info)
                        .toList()));
    }

    private void get(Context context) {
        QueryParameters.of(context);
        Answers.json(context, 200, info(lookup.job(context.pathParam("id"))));
    }

    private void merge(Context context) throws IOException {
        QueryParameters.of(context);
        JsonFields fields = JsonFields.of(HttpJson.read(RequestBody.json(context, maxBodyBytes)), MERGE_FIELDS);
        String source = lookup.index(context.pathParam("name")).name();
        String destination = lookup.index(fields.requiredText("dest")).name();
        StartResult started = catalog.startMerge(source, destination, fields.flag("clear_source", false));
        context.header("Location", "/v1/vectors/jobs/" + started.job().id());
        Answers.json(context, started.created() ? 202 : 200, info(started.job()));
    }

    private JobInfo info(Job job) {
        return JobInfo.of(job, catalog.progress(job));
    }
}
