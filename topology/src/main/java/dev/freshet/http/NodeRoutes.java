package dev.freshet.http;

import dev.freshet.cluster.NodeApi;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import java.io.IOException;

/** {@code POST /internal/{version}/{operation}}: calls between the processes of a cluster. Not part of the public API. */
final class NodeRoutes {
    private final NodeApi nodes;
    private final long maxBodyBytes;

    NodeRoutes(NodeApi nodes, long maxBodyBytes) {
        this.nodes = nodes;
        this.maxBodyBytes = maxBodyBytes;
    }

    void register(RoutesConfig routes) {
        routes.post("/internal/{version}/{operation}", this::answer, Access.NODE);
    }

    private void answer(Context context) throws IOException {
        nodes.require(context.header("Authorization"));
        byte[] body = RequestBody.json(context, maxBodyBytes);
        byte[] answer = nodes.answer(context.pathParam("version"), context.pathParam("operation"), body);
        context.status(200).contentType("application/json").result(answer);
    }
}
