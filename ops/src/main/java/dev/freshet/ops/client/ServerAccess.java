package dev.freshet.ops.client;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * What it takes to be let in by a server, and to know it. The text form hides the key.
 *
 * @param apiKey null for a server that asks for none
 * @param authorities file with the certificates that the server's must come from, PEM; null for those that the JVM trusts
 */
public record ServerAccess(
        @Nullable String apiKey, @Nullable Path authorities) {
    /** A server that asks for no key, with a certificate that the JVM trusts or none. */
    public static ServerAccess open() {
        return new ServerAccess(null, null);
    }

    @Override
    public String toString() {
        return "ServerAccess[apiKey=" + (apiKey == null ? "none" : "(hidden)") + ", authorities=" + authorities + "]";
    }
}
