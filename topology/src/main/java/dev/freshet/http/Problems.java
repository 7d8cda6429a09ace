package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import io.javalin.config.RoutesConfig;
import io.javalin.http.Context;
import io.javalin.http.HttpResponseException;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Turns every exception into {@code application/problem+json} (RFC 9457). What was not foreseen is logged, and only its id is shown. */
final class Problems {
    static final String CONTENT_TYPE = "application/problem+json";
    private static final Logger LOG = LoggerFactory.getLogger(Problems.class);

    private final UnreadBody unread = new UnreadBody();

    void register(RoutesConfig routes) {
        routes.exception(FreshetException.class, (e, context) -> write(context, e.code(), message(e), Map.of()));
        routes.exception(ProblemException.class, (e, context) -> write(context, e.code(), message(e), e.members()));
        routes.exception(HttpResponseException.class, this::routing);
        routes.exception(IOException.class, (e, context) -> {
            if (e instanceof EOFException) {
                // The caller hung up: nobody reads this answer.
                LOG.debug("{} {} ended early", context.method(), context.path(), e);
                write(context, ErrorCode.BAD_REQUEST, "the request's body ended early", Map.of());
            } else {
                unexpected(e, context);
            }
        });
        routes.exception(Exception.class, this::unexpected);
    }

    private void write(Context context, ErrorCode code, String detail, Map<String, Object> members) {
        Map<String, Object> problem =
                problem(code, detail, context.req().getRequestURI(), context.attribute(RequestIds.ATTRIBUTE));
        members.forEach(problem::putIfAbsent);
        if (code.status() == 503 || code.status() == 429) {
            context.header("Retry-After", "1");
        }
        unread.discard(context, code.status());
        context.status(code.status()).contentType(CONTENT_TYPE).result(HttpJson.write(problem));
    }

    /** A problem that is written by other means. */
    static byte[] body(ErrorCode code, String detail, String path, String requestId) {
        return HttpJson.write(problem(code, detail, path, requestId));
    }

    private static Map<String, Object> problem(ErrorCode code, String detail, String path, @Nullable String requestId) {
        Map<String, Object> problem = new LinkedHashMap<>();
        problem.put("type", "urn:freshet:problem:" + code.code());
        problem.put("title", title(code));
        problem.put("status", code.status());
        problem.put("code", code.code());
        problem.put("detail", detail);
        problem.put("instance", path);
        if (requestId != null) {
            problem.put("request_id", requestId);
        }
        return problem;
    }

    private void routing(HttpResponseException e, Context context) {
        switch (e.getStatus()) {
            case 404 ->
                write(
                        context,
                        ErrorCode.ROUTE_NOT_FOUND,
                        "there is no " + context.path() + "; GET / lists what there is",
                        Map.of());
            case 405 -> {
                String allowed = e.getDetails().getOrDefault("availableMethods", "");
                allowed = Arrays.stream(allowed.split(","))
                        .map(String::trim)
                        .sorted()
                        .distinct()
                        .collect(Collectors.joining(", "));
                context.header("Allow", allowed);
                write(
                        context,
                        ErrorCode.METHOD_NOT_ALLOWED,
                        context.path() + " takes " + allowed + ", not " + context.method(),
                        Map.of());
            }
            case 413 -> write(context, ErrorCode.BODY_TOO_LARGE, "the request's body is too large", Map.of());
            case 400 -> write(context, ErrorCode.BAD_REQUEST, message(e), Map.of());
            default -> unexpected(e, context);
        }
    }

    private void unexpected(Exception e, Context context) {
        String id = UUID.randomUUID().toString().substring(0, 8);
        LOG.error("{} {} failed (error id {})", context.method(), context.path(), id, e);
        write(
                context,
                ErrorCode.INTERNAL,
                "something went wrong that should not; the server's log has it under error id " + id,
                Map.of("error_id", id));
    }

    private static String message(Exception e) {
        String message = e.getMessage();
        return message == null ? "no details" : message;
    }

    private static String title(ErrorCode code) {
        String words = code.code().replace('_', ' ');
        return Character.toUpperCase(words.charAt(0)) + words.substring(1);
    }
}
