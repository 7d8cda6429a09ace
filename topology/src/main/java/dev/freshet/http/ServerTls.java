package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.tls.KeySource;
import dev.freshet.schemas.tls.TrustSource;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * How the server speaks TLS.
 *
 * @param key its certificate
 * @param trust the authorities of callers' certificates; null if callers are not asked for any
 */
public record ServerTls(KeySource key, @Nullable TrustSource trust, ClientCertificates clients) {
    /** Whether callers show a certificate (mutual TLS). */
    public enum ClientCertificates {
        /** They are not asked. */
        NONE,
        /** They are asked; one that they show must be trusted. */
        WANT,
        /** Without a trusted one there is no connection. */
        REQUIRED
    }

    public ServerTls {
        requireNonNull(key, "key is null");
        requireNonNull(clients, "clients is null");
        if (clients != ClientCertificates.NONE && trust == null) {
            throw new IllegalArgumentException("callers are asked for a certificate, and trust is null");
        }
    }

    /** What it is read from. */
    List<Path> files() {
        return Stream.concat(key.files().stream(), trust == null ? Stream.<Path>empty() : Stream.of(trust.file()))
                .toList();
    }
}
