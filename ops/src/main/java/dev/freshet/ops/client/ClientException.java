package dev.freshet.ops.client;

import org.jspecify.annotations.Nullable;

/** A request that was refused, failed, or never arrived. The message is one line and says what to do. */
public final class ClientException extends RuntimeException {
    /** The status of a request that got no answer. */
    public static final int NO_ANSWER = 0;

    private final int status;
    private final String code;

    public ClientException(int status, String code, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.status = status;
        this.code = code;
    }

    /** The HTTP status, or {@link #NO_ANSWER}. */
    public int status() {
        return status;
    }

    /** The problem's code, for example {@code dataset_not_found}; {@code unreachable} if there was no answer. */
    public String code() {
        return code;
    }
}
