package dev.freshet.schemas.error;

import java.util.Locale;

/**
 * Every way in which Freshet refuses or fails, with its HTTP status and whether trying again later can help. The code in lower
 * case is what users see in problems, dead letters, logs and the label of metrics; it never changes its meaning.
 */
public enum ErrorCode {
    BAD_REQUEST(400, false),
    MALFORMED_JSON(400, false),
    UNKNOWN_FIELD(400, false),
    DIMENSION_MISMATCH(400, false),
    DISTANCE_MISMATCH(400, false),
    INVALID_VECTOR(400, false),
    INVALID_NAME(400, false),
    INVALID_SCHEDULE(400, false),
    INVALID_FILTER(400, false),
    INVALID_ROW(400, false),
    MISSING_KEY(400, false),
    MISSING_TEXT(400, false),
    PROFILE_SCOPE(403, false),
    UNAUTHENTICATED(401, false),
    FORBIDDEN(403, false),
    DATASET_NOT_FOUND(404, false),
    INDEX_NOT_FOUND(404, false),
    ITEM_NOT_FOUND(404, false),
    JOB_NOT_FOUND(404, false),
    ALIAS_NOT_FOUND(404, false),
    PROFILE_NOT_FOUND(404, false),
    DEAD_LETTER_NOT_FOUND(404, false),
    ROUTE_NOT_FOUND(404, false),
    METHOD_NOT_ALLOWED(405, false),
    DATASET_EXISTS(409, false),
    INDEX_EXISTS(409, false),
    ALIAS_EXISTS(409, false),
    PROFILE_EXISTS(409, false),
    ID_COLUMNS_CHANGED(409, false),
    DATASET_IN_USE(409, false),
    DATASET_IS_DIRECT(409, false),
    INDEX_NOT_DIRECT(409, false),
    INDEX_BUSY(409, false),
    INDEX_IN_USE(409, false),
    ALIAS_IN_USE(409, false),
    PROFILE_IN_USE(409, false),
    JOB_NOT_RUNNING(409, false),
    JOB_NOT_CANCELLABLE(409, false),
    POLICY_NOT_ON_APPEND(409, false),
    DEAD_LETTER_SETTLED(409, false),
    DEAD_LETTER_OUTDATED(409, false),
    TOPIC_RECREATED(409, false),
    PARTITIONS_CHANGED(409, false),
    ROW_TOO_LARGE(413, false),
    BODY_TOO_LARGE(413, false),
    URI_TOO_LONG(414, false),
    UNSUPPORTED_MEDIA_TYPE(415, false),
    UNKNOWN_MODEL(422, false),
    UNKNOWN_ENGINE(422, false),
    MODEL_CHANGED(422, false),
    EMBEDDING_REFUSED(422, false),
    VALUE_UNAVAILABLE(422, false),
    UNDECODABLE_RECORD(422, false),
    DEAD_LETTER_INCOMPLETE(422, false),
    UNKNOWN_DATASET(422, false),
    TOO_MANY_REQUESTS(429, true),
    HEADERS_TOO_LARGE(431, false),
    INTERNAL(500, false),
    CATALOG_UNAVAILABLE(503, true),
    KAFKA_UNAVAILABLE(503, true),
    REGISTRY_UNAVAILABLE(503, true),
    HASH_KEY_MISSING(503, true),
    EMBEDDER_UNAVAILABLE(503, true),
    NOT_READY(503, true),
    INCOMPLETE(503, true),
    DEADLINE_EXCEEDED(504, true);

    private final int status;
    private final boolean retryable;

    ErrorCode(int status, boolean retryable) {
        this.status = status;
        this.retryable = retryable;
    }

    /** The HTTP status that goes with this code. */
    public int status() {
        return status;
    }

    /** Whether the same request may succeed later without being changed. */
    public boolean retryable() {
        return retryable;
    }

    /** The stable name that users see, for example {@code dimension_mismatch}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT);
    }
}
