package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.http.access.ApiKeys;
import org.jspecify.annotations.Nullable;

/**
 * Whom the server listens to, and how nobody else does.
 *
 * @param keys the API keys that callers need, if they need any
 * @param tls null for HTTP without TLS
 */
public record HttpSecurity(ApiKeys keys, @Nullable ServerTls tls) {
    public HttpSecurity {
        requireNonNull(keys, "keys is null");
    }

    /** Nobody is asked for anything: for a server that listens on loopback. */
    public static HttpSecurity none() {
        return new HttpSecurity(ApiKeys.none(), null);
    }

    /** {@code http} or {@code https}. */
    public String scheme() {
        return tls == null ? "http" : "https";
    }

    /** Whether callers prove who they are, by a key or a certificate. */
    public boolean authenticated() {
        return keys.required() || (tls != null && tls.clients() == ServerTls.ClientCertificates.REQUIRED);
    }
}
