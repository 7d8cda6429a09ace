package dev.freshet.http;

import dev.freshet.http.openapi.OpenApiDocument;
import dev.freshet.http.openapi.Route;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** {@code /openapi.json}: the description of the API. It is written when it is first asked for. Routes between processes are not in it. */
final class OpenApiRoutes {
    private final Supplier<List<Route>> routes;
    private volatile byte @Nullable [] document;

    OpenApiRoutes(Supplier<List<Route>> routes) {
        this.routes = routes;
    }

    void register(RoutesConfig config) {
        config.get("/openapi.json", this::show, Access.OPEN);
    }

    private void show(Context context) {
        byte[] written = document;
        if (written == null) {
            // Two that ask at the same time both write it, and it is the same.
            written = HttpJson.write(OpenApiDocument.of(
                    ApiOperations.DESCRIPTION, ApiOperations.PATH_PARAMETERS, routes.get(), ApiOperations.all()));
            document = written;
        }
        context.contentType("application/json").result(written);
    }
}
