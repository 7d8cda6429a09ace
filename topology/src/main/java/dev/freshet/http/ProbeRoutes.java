package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.BooleanSupplier;

/** {@code /livez}, {@code /readyz}, {@code /metrics}, {@code /v1/vectors/stale} and {@code /}: how it is going. */
final class ProbeRoutes {
    private static final String PROMETHEUS_TEXT = "text/plain; version=0.0.4; charset=utf-8";

    private final HttpServices services;
    private final BooleanSupplier stopping;

    ProbeRoutes(HttpServices services, BooleanSupplier stopping) {
        this.services = services;
        this.stopping = stopping;
    }

    void register(RoutesConfig routes) {
        routes.get("/", this::root, Access.OPEN);
        routes.get("/livez", context -> Answers.json(context, 200, Map.of("status", "alive")), Access.OPEN);
        routes.get("/readyz", this::ready, Access.OPEN);
        routes.get("/metrics", this::metrics, Access.READ);
        routes.get("/v1/vectors/stale", this::stale, Access.READ);
    }

    private void ready(Context context) {
        if (stopping.getAsBoolean()) {
            throw new FreshetException(ErrorCode.NOT_READY, "the server is stopping");
        }
        if (services.ready().getAsBoolean() && services.search().ready()) {
            Answers.json(context, 200, Map.of("status", "ready"));
        } else {
            Readiness missing = services.missing().get();
            throw new ProblemException(ErrorCode.NOT_READY, missing.detail(), HttpJson.fields(missing));
        }
    }

    private void metrics(Context context) {
        context.contentType(PROMETHEUS_TEXT).result(services.metrics().scrape());
    }

    private void stale(Context context) {
        boolean all = QueryParameters.of(context, "all").flag("all", false);
        Answers.json(
                context,
                200,
                StaleAnswer.of(
                        services.stale().now(),
                        services.catalog().current(),
                        services.rowPartitions().getAsInt(),
                        all,
                        Instant.now()));
    }

    private void root(Context context) {
        Map<String, String> links = new LinkedHashMap<>();
        links.put("datasets", "/v1/catalog/datasets");
        links.put("ingest", "/v1/ingest/{dataset}");
        links.put("indexes", "/v1/vectors/index");
        links.put("search", "/v1/vectors/index/{name}/search");
        links.put("aliases", "/v1/vectors/aliases");
        links.put("profiles", "/v1/catalog/profiles");
        links.put("refresh", "/v1/vectors/refresh/{dataset}");
        links.put("jobs", "/v1/vectors/jobs");
        links.put("stale", "/v1/vectors/stale");
        links.put("dead_letters", "/v1/dead-letters");
        links.put("ready", "/readyz");
        links.put("alive", "/livez");
        links.put("metrics", "/metrics");
        links.put("openapi", "/openapi.json");
        Map<String, Object> answer = new LinkedHashMap<>();
        answer.put("name", "freshet");
        answer.put("description", "Vector search that is never stale: rows from Kafka, embedded as they change.");
        answer.put("links", links);
        Answers.json(context, 200, answer);
    }
}
