package dev.freshet.http;

import static dev.freshet.http.openapi.JsonSchemas.anyObject;
import static dev.freshet.http.openapi.JsonSchemas.flag;
import static dev.freshet.http.openapi.JsonSchemas.object;
import static dev.freshet.http.openapi.JsonSchemas.oneOf;
import static dev.freshet.http.openapi.JsonSchemas.required;
import static dev.freshet.http.openapi.JsonSchemas.string;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.http.openapi.Operation;
import dev.freshet.http.openapi.Operation.Other;
import dev.freshet.http.openapi.Operation.Reply;
import dev.freshet.schemas.error.ErrorCode;
import java.util.List;

/** Describes {@link ProbeRoutes} and {@link OpenApiRoutes}. */
final class StateOperations {
    private static final String TAG = "State";
    private static final String JSON = "application/json";

    private StateOperations() {}

    static List<Operation> all() {
        return List.of(
                Operation.of("GET", "/v1/vectors/stale", "listStale", TAG, "Lists the datasets with rows that wait.")
                        .query("all", flag("Those that wait for nothing too.", false))
                        .answers(200, "The stale datasets.", StaleAnswer.class),
                Operation.of("GET", "/livez", "livez", TAG, "Tells that the process runs.")
                        .answers(reply("It runs.", JSON, status("alive"))),
                Operation.of(
                                "GET",
                                "/readyz",
                                "readyz",
                                TAG,
                                "Tells whether the process can serve, and what is missing.")
                        .answers(reply("It can.", JSON, status("ready")))
                        .fails(ErrorCode.NOT_READY),
                Operation.of("GET", "/metrics", "metrics", TAG, "Shows metrics for Prometheus.")
                        .answers(reply("The metrics.", "text/plain", string("Prometheus' text format."))),
                Operation.of("GET", "/openapi.json", "openapi", TAG, "Describes the API.")
                        .answers(reply("This document.", JSON, anyObject("An OpenAPI 3.1 document."))),
                Operation.of("GET", "/", "root", TAG, "Links to the routes.").answers(reply("Links.", JSON, root())));
    }

    private static Reply reply(String description, String mediaType, ObjectNode schema) {
        return new Reply(200, description, new Other(mediaType, schema));
    }

    private static ObjectNode status(String value) {
        return required(object(), "status", oneOf("How it is.", List.of(value)));
    }

    private static ObjectNode root() {
        ObjectNode answer = object();
        required(answer, "name", string("What this is."));
        required(answer, "description", string("In a sentence."));
        return required(answer, "links", anyObject("Paths by what they are for."));
    }
}
