package dev.freshet.http;

import dev.freshet.cluster.NodeApi;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;

/** {@code POST /internal/{version}/{operation}}: calls between the processes of a cluster. Not part of the public API. */
final class NodeRoutes {
    /** Not that of callers ({@code http.max.body.bytes}): one search or one write of theirs may become a longer call, and processes may be set differently. */
    private static final long MAX_BODY_BYTES = 64L * 1024 * 1024;

    private final NodeApi nodes;

    NodeRoutes(NodeApi nodes) {
        this.nodes = nodes;
    }

    void register(RoutesConfig routes) {
        routes.post("/internal/{version}/{operation}", this::answer, Access.NODE);
    }

    private void answer(Context context) throws IOException {
        nodes.require(context.header("Authorization"));
        byte[] body = RequestBody.json(context, MAX_BODY_BYTES, "what one process asks another");
        byte[] answer = nodes.answer(context.pathParam("version"), context.pathParam("operation"), body);
        context.status(200).contentType("application/json").result(answer);
    }
}
