package dev.freshet.http;

import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;

/** A request as all routes see it: without {@value RequestMethods#OVERRIDE_HEADER}, and it knows whether its body has come to its end. */
final class SeenRequest extends Request.Wrapper {
    /** The request's attribute that holds it. */
    static final String ATTRIBUTE = "freshet.request";

    private final HttpFields headers;
    private volatile boolean ended;

    SeenRequest(Request request) {
        super(request);
        HttpFields given = request.getHeaders();
        headers = given.contains(RequestMethods.OVERRIDE_HEADER)
                ? HttpFields.build(given).remove(RequestMethods.OVERRIDE_HEADER).asImmutable()
                : given;
        request.setAttribute(ATTRIBUTE, this);
    }

    @Override
    public HttpFields getHeaders() {
        return headers;
    }

    @Override
    public Content.Chunk read() {
        Content.Chunk chunk = super.read();
        if (chunk != null && chunk.isLast()) {
            ended = true;
        }
        return chunk;
    }

    /** Whether nothing more of its body will come: what has come may still be to be read. */
    boolean ended() {
        return ended;
    }
}
