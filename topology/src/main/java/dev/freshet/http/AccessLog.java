package dev.freshet.http;

import dev.freshet.http.access.Principal;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.RequestLog;
import org.eclipse.jetty.server.Response;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One line per request, when its answer has been written, to the logger {@value #LOGGER}: {@code remote=… principal=… method=… path=… status=… bytes=… ms=…
 * request_id=…}. What is not known is {@code -}. The path is as it was sent, percent-encoded; the query, headers and bodies are never logged.
 */
final class AccessLog implements RequestLog {
    static final String LOGGER = "freshet.access";
    private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

    @Override
    public void log(Request request, Response response) {
        if (!LOG.isInfoEnabled()) {
            return;
        }
        LOG.info(
                "remote={} principal={} method={} path={} status={} bytes={} ms={} request_id={}",
                Request.getRemoteAddr(request),
                request.getAttribute(Principal.ATTRIBUTE) instanceof Principal principal ? principal.name() : "-",
                request.getMethod(),
                path(request),
                response.getStatus(),
                Response.getContentBytesWritten(response),
                Math.round((System.nanoTime() - request.getBeginNanoTime()) / 1e3) / 1e3,
                attribute(request, RequestIds.ATTRIBUTE));
    }

    private static String path(Request request) {
        String path = request.getHttpURI() == null ? null : request.getHttpURI().getPath();
        return path == null ? "-" : path;
    }

    private static Object attribute(Request request, String name) {
        Object value = request.getAttribute(name);
        return value == null ? "-" : value;
    }
}
