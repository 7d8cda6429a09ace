package dev.freshet.http.access;

import static java.util.Objects.requireNonNull;

import io.javalin.http.Context;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom a request comes from.
 *
 * @param name the name of its key; of its certificate's subject, if there are no keys but certificates; else {@code anonymous}
 * @param profile the reader profile that the key is tied to; null for all others
 */
public record Principal(String name, KeyRole role, @Nullable String profile) {
    /** The request attribute that holds it. */
    public static final String ATTRIBUTE = "freshet.principal";

    private static final String ANONYMOUS = "anonymous";

    public Principal {
        requireNonNull(name, "name is null");
        requireNonNull(role, "role is null");
    }

    /** Whoever calls a server that asks nobody who he is: he may do everything. */
    public static Principal anonymous() {
        return new Principal(ANONYMOUS, KeyRole.ADMIN, null);
    }

    /**
     * Whom the request comes from, once its access was checked.
     *
     * @throws IllegalStateException on routes that are open to everybody or for other processes, where nobody asks
     */
    public static Principal of(Context context) {
        return find(context).orElseThrow(() -> new IllegalStateException("nobody asked whom this request comes from"));
    }

    /** As {@link #of}; empty where nobody asked. */
    public static Optional<Principal> find(Context context) {
        return Optional.ofNullable(context.attribute(ATTRIBUTE));
    }
}
