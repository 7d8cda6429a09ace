package dev.freshet.http;

import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.MDC;

/**
 * Gives each request an id: the caller's own, if it is sane, else a new one. It stands in the answer's header {@value #HEADER}, in problems, in the access log,
 * and beside each log line that the request causes on its thread. Once the server begins to stop, answers also ask callers to leave their connections.
 *
 * <p>Refuses methods that no route can have, and drops {@value RequestMethods#OVERRIDE_HEADER}, so that everything behind it, and the access log, agree on what a request is.
 */
final class RequestIds extends Handler.Wrapper {
    static final String HEADER = "X-Request-Id";
    /** The request's attribute that holds the id. */
    static final String ATTRIBUTE = "freshet.request.id";
    /** Where logs find the id. */
    static final String MDC_KEY = "request_id";

    // What stands in it is copied to logs and headers, so it has no spaces, quotes or control characters.
    private static final Pattern SANE = Pattern.compile("[A-Za-z0-9._~:/+=@-]{1,128}");

    private volatile boolean leaving;

    /** From now on answers close their connections. */
    void askToLeave() {
        leaving = true;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String id = assign(request, response);
        if (leaving) {
            response.getHeaders().put(HttpHeader.CONNECTION, "close");
        }
        MDC.put(MDC_KEY, id);
        try {
            if (!RequestMethods.known(request.getMethod())) {
                Response.writeError(request, response, callback, HttpStatus.METHOD_NOT_ALLOWED_405);
                return true;
            }
            return super.handle(new SeenRequest(request), response, callback);
        } finally {
            MDC.remove(MDC_KEY);
        }
    }

    /** The request's id, which it is given if it has none. The answer gets it, and what else every answer has. */
    static String assign(Request request, Response response) {
        String id;
        if (request.getAttribute(ATTRIBUTE) instanceof String given) {
            id = given;
        } else {
            String asked = request.getHeaders().get(HEADER);
            id = asked != null && SANE.matcher(asked).matches() ? asked : anew();
            request.setAttribute(ATTRIBUTE, id);
        }
        HttpFields.Mutable headers = response.getHeaders();
        if (!headers.contains(HEADER)) {
            headers.add(HEADER, id);
            AnswerHeaders.add(headers);
        }
        return id;
    }

    /** Tells requests apart, and need not be hard to guess: a generator that makes it so would be one for all threads. */
    private static String anew() {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        return new UUID(random.nextLong(), random.nextLong()).toString();
    }
}
