package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import java.util.Map;

/** A refusal whose problem carries more than a code and a sentence. */
final class ProblemException extends RuntimeException {
    private final ErrorCode code;
    private final transient Map<String, Object> members;

    ProblemException(ErrorCode code, String detail, Map<String, Object> members) {
        super(detail);
        this.code = code;
        this.members = members;
    }

    ErrorCode code() {
        return code;
    }

    /** Extension members of the problem. */
    Map<String, Object> members() {
        return members;
    }
}
