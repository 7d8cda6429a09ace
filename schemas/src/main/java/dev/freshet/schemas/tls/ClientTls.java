package dev.freshet.schemas.tls;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import org.jspecify.annotations.Nullable;

/** TLS as a client: whom it trusts, and which certificate it shows. */
public final class ClientTls {
    private ClientTls() {}

    /**
     * A context for clients. What the files say is read once, now.
     *
     * @param key the certificate to show to servers that ask for one; null for none
     * @param trust null for what the JVM trusts
     * @throws IOException if a file cannot be read, or a password is wrong
     * @throws IllegalArgumentException if a file does not hold what it should
     */
    public static SSLContext context(@Nullable KeySource key, @Nullable TrustSource trust)
            throws IOException, GeneralSecurityException {
        KeyManager[] keys = null;
        if (key != null) {
            KeySource.Loaded loaded = key.load();
            KeyManagerFactory factory = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
            factory.init(loaded.store(), loaded.password().toCharArray());
            keys = factory.getKeyManagers();
        }
        TrustManager[] trusted = null;
        if (trust != null) {
            KeyStore store = trust.load();
            TrustManagerFactory factory = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
            factory.init(store);
            trusted = factory.getTrustManagers();
        }
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(keys, trusted, null);
        return context;
    }
}
