package dev.freshet.http;

import io.javalin.http.Context;

/**
 * Headers that every answer carries, refusals too: browsers are not to guess what an answer is, and nobody is to keep it, since it holds rows of somebody's or is
 * out of date as soon as it is written. No page of another origin may read one: there is no CORS.
 */
final class SecurityHeaders {
    private SecurityHeaders() {}

    static void add(Context context) {
        context.header("X-Content-Type-Options", "nosniff");
        context.header("Cache-Control", "no-store");
    }
}
