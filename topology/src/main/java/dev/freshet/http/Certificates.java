package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.http.access.FollowedFiles;
import dev.freshet.schemas.tls.KeySource;
import dev.freshet.schemas.tls.TrustSource;
import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The server's TLS, with the certificates that its files hold now: new connections get those that were put there, within {@value #INTERVAL_MS} ms; connections that
 * are open keep theirs. {@link #start} after the server, {@link #close} before it.
 */
final class Certificates implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Certificates.class);
    private static final int INTERVAL_MS = 1_000;

    private final SslContextFactory.Server factory = new SslContextFactory.Server();
    private final FollowedFiles<Stores> followed;
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "freshet-certificates");
        thread.setDaemon(true);
        return thread;
    });
    private Stores inForce;

    private record Stores(KeySource.Loaded key, @Nullable KeyStore trust) {
        void putInto(SslContextFactory factory) {
            factory.setKeyStore(key.store());
            factory.setKeyStorePassword(key.password());
            factory.setKeyManagerPassword(key.password());
            factory.setTrustStore(trust);
        }
    }

    /** @throws IllegalArgumentException if the files cannot be used, with a message that says why */
    Certificates(ServerTls tls) {
        requireNonNull(tls, "tls is null");
        try {
            followed = new FollowedFiles<>(
                    "The certificate of the HTTP server",
                    tls.files(),
                    () -> read(tls),
                    // The timer asks no more often than it wants to know.
                    Duration.ZERO,
                    System::nanoTime);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalArgumentException(FollowedFiles.reason(e), e);
        }
        inForce = followed.current();
        inForce.putInto(factory);
        factory.setNeedClientAuth(tls.clients() == ServerTls.ClientCertificates.REQUIRED);
        factory.setWantClientAuth(tls.clients() == ServerTls.ClientCertificates.WANT);
    }

    private static Stores read(ServerTls tls) throws IOException, GeneralSecurityException {
        TrustSource trust = tls.trust();
        return new Stores(tls.key().load(), trust == null ? null : trust.load());
    }

    SslContextFactory.Server factory() {
        return factory;
    }

    void start() {
        var unused = timer.scheduleWithFixedDelay(this::follow, INTERVAL_MS, INTERVAL_MS, TimeUnit.MILLISECONDS);
    }

    private void follow() {
        try {
            Stores now = followed.current();
            if (!now.equals(inForce)) {
                factory.reload(now::putInto);
                inForce = now;
            }
        } catch (Exception e) {
            // An exception that leaves the task would end the timer.
            log.error("The new certificate of the HTTP server cannot be put in force", e);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
    }
}
