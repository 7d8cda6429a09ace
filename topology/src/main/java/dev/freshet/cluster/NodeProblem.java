package dev.freshet.cluster;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Node;
import java.io.IOException;
import java.util.Arrays;

/** What another process refused, as the exception that it was there. */
final class NodeProblem {
    private static final ObjectMapper JSON = new ObjectMapper();

    private NodeProblem() {}

    /** @param body a problem (RFC 9457) with its code; of whatever else the status is told */
    static FreshetException read(Node node, int status, byte[] body) {
        try {
            JsonNode problem = JSON.readTree(body);
            String code = problem.path("code").asText();
            String detail = problem.path("detail").asText();
            return new FreshetException(code(code, status), node + ": " + (detail.isEmpty() ? code : detail));
        } catch (JacksonException e) {
            return new FreshetException(code("", status), node + " answered with status " + status, e);
        } catch (IOException e) {
            throw new IllegalStateException("bytes in memory can be read", e);
        }
    }

    // A release that comes after this one may have more codes.
    private static ErrorCode code(String code, int status) {
        return Arrays.stream(ErrorCode.values())
                .filter(known -> known.code().equals(code))
                .findFirst()
                .orElse(status == 503 ? ErrorCode.NOT_READY : ErrorCode.INTERNAL);
    }
}
