package dev.freshet.http;

import io.javalin.http.Context;

/** Writes answers as JSON. */
final class Answers {
    private Answers() {}

    static void json(Context context, int status, Object answer) {
        context.status(status).contentType("application/json").result(HttpJson.write(answer));
    }
}
