package dev.freshet.cluster;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who may call the inner routes: whoever knows the secret. Without a secret they are as open as the rest of the API, and no more: closed when that wants keys. Thread-safe.
 */
public final class NodeGate {
    private final @Nullable NodeSecret secret;
    private final BooleanSupplier apiIsOpen;

    /**
     * @param secret null: none is set
     * @param apiIsOpen whether the API serves callers without a key
     */
    public NodeGate(@Nullable NodeSecret secret, BooleanSupplier apiIsOpen) {
        this.secret = secret;
        this.apiIsOpen = requireNonNull(apiIsOpen, "apiIsOpen is null");
    }

    /** Throws {@code UNAUTHENTICATED} unless the caller is another process of the cluster. */
    void require(@Nullable String authorization) {
        if (secret == null) {
            if (!apiIsOpen.getAsBoolean()) {
                throw refused("calls between processes need a secret where the API needs keys: set "
                        + NodeSecret.SETTING + " to the same value in each process");
            }
        } else if (!secret.opens(authorization)) {
            throw refused((authorization == null ? "the call carries no secret" : "the call carries another secret")
                    + " than this process's " + NodeSecret.SETTING + ", which must be the same in each process");
        }
    }

    private static FreshetException refused(String message) {
        return new FreshetException(ErrorCode.UNAUTHENTICATED, message);
    }
}
