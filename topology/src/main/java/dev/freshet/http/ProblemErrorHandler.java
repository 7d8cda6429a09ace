package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import java.nio.ByteBuffer;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what no route ever sees (bad HTTP, heads that are too long, methods that there are not, a server that is stopping) with a problem like any other. */
final class ProblemErrorHandler extends ErrorHandler {
    private static final Logger LOG = LoggerFactory.getLogger(ProblemErrorHandler.class);

    private final int headerBytes;

    ProblemErrorHandler(int headerBytes) {
        this.headerBytes = headerBytes;
        setShowStacks(false);
        setShowCauses(false);
        setShowOrigin(false);
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
        int status = response.getStatus();
        ErrorCode code = code(status);
        if (code == ErrorCode.INTERNAL) {
            LOG.error(
                    "{} {} failed with status {}",
                    request.getMethod(),
                    request.getHttpURI(),
                    status,
                    request.getAttribute(ERROR_EXCEPTION) instanceof Throwable failure ? failure : null);
        }
        String id = RequestIds.assign(request, response);
        response.setStatus(code.status());
        response.getHeaders().put(HttpHeader.CONTENT_TYPE, Problems.CONTENT_TYPE);
        if (code.status() == 503) {
            response.getHeaders().put(HttpHeader.RETRY_AFTER, "1");
        }
        if (code == ErrorCode.METHOD_NOT_ALLOWED) {
            response.getHeaders().put(HttpHeader.ALLOW, RequestMethods.LIST);
        }
        byte[] problem = Problems.body(code, detail(code, request), path(request), id);
        response.write(true, ByteBuffer.wrap(problem), callback);
        return true;
    }

    private static ErrorCode code(int status) {
        return switch (status) {
            case 404 -> ErrorCode.ROUTE_NOT_FOUND;
            case 405 -> ErrorCode.METHOD_NOT_ALLOWED;
            case 413 -> ErrorCode.BODY_TOO_LARGE;
            case 414 -> ErrorCode.URI_TOO_LONG;
            case 415 -> ErrorCode.UNSUPPORTED_MEDIA_TYPE;
            case 431 -> ErrorCode.HEADERS_TOO_LARGE;
            case 503 -> ErrorCode.NOT_READY;
            default -> status >= 500 && status != 505 ? ErrorCode.INTERNAL : ErrorCode.BAD_REQUEST;
        };
    }

    private String detail(ErrorCode code, Request request) {
        return switch (code) {
            case URI_TOO_LONG ->
                "the path and query do not fit into " + headerBytes
                        + " bytes (setting http.max.header.bytes); send long parameters in a body";
            case HEADERS_TOO_LARGE ->
                "the request's line and headers do not fit into " + headerBytes
                        + " bytes (setting http.max.header.bytes)";
            case METHOD_NOT_ALLOWED -> "no route takes this method; there are " + RequestMethods.LIST;
            case NOT_READY -> "the server is stopping; ask another process, or this one again when it is back";
            case INTERNAL -> "something went wrong that should not; the server's log has it under this request's id";
            default -> {
                Object message = request.getAttribute(ERROR_MESSAGE);
                yield "this is no HTTP request that can be answered" + (message == null ? "" : ": " + message);
            }
        };
    }

    private static String path(Request request) {
        String path = request.getHttpURI() == null ? null : request.getHttpURI().getPath();
        return path == null ? "" : path;
    }
}
