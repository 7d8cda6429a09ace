package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.schemas.error.ErrorCode;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What a process answered.
 *
 * @param request method and path
 * @param json the body, a missing node if it is none
 */
record Reply(URI node, String request, int status, JsonNode json, String body) {
    private static final Pattern STACK_TRACE = Pattern.compile("\\bat [\\w.$/]+\\([\\w$]+\\.(java|kt|scala):\\d+\\)");
    private static final int SHOWN_MAX = 600;

    Reply {
        requireNonNull(node, "node is null");
        requireNonNull(request, "request is null");
        requireNonNull(json, "json is null");
        requireNonNull(body, "body is null");
    }

    boolean ok() {
        return status / 100 == 2;
    }

    /** The problem's code; empty for a result. */
    String code() {
        return ok() ? "" : json.path("code").asText();
    }

    /** Whether the same request may succeed later. */
    boolean passing() {
        return known().filter(ErrorCode::retryable).isPresent();
    }

    private Optional<ErrorCode> known() {
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.code().equals(code()))
                .findFirst();
    }

    /** What is wrong with it whatever was asked. */
    Optional<Finding> breach() {
        if (STACK_TRACE.matcher(body).find()) {
            return breach("shows a stack trace");
        }
        if (ok()) {
            return !body.isEmpty() && json.isMissingNode() ? breach("is no JSON") : Optional.empty();
        }
        Optional<ErrorCode> code = known();
        if (code.isEmpty()) {
            return breach("has no known code");
        }
        if (code.get().status() != status) {
            return breach("has a status that does not go with its code");
        }
        return code.get() == ErrorCode.INTERNAL ? breach("is an internal error") : Optional.empty();
    }

    private Optional<Finding> breach(String what) {
        return Optional.of(new Finding(Invariant.ANSWERS, "an answer " + what, List.of(toString())));
    }

    @Override
    public String toString() {
        String shown = body.length() > SHOWN_MAX ? body.substring(0, SHOWN_MAX) + "…" : body;
        return request + " at " + node.getAuthority() + ": " + status + " " + shown;
    }
}
