package dev.freshet.ops.chaos.world;

/** What a {@link ModelServer} does instead of answering as it should. */
public enum Misbehaviour {
    /** Status 429, with {@code Retry-After: 1}. */
    HTTP_429,
    HTTP_500,
    /** No answer until the misbehaviour ends. */
    HANG,
    /** Vectors with one component too many. */
    WRONG_DIMENSION,
    /** A vector with the bare word {@code NaN} in it, which no JSON has and some servers write. */
    NOT_A_NUMBER,
    /** One vector fewer than texts. */
    SHORT_ARRAY,
    /** The connection is closed, every other time in the middle of the answer. */
    DROPPED_CONNECTION,
    /** Another model under the same name: another digest and other vectors. */
    CHANGED_MODEL
}
