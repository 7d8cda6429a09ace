package dev.freshet.app;

import dev.freshet.http.HttpSecurity;
import dev.freshet.http.ServerTls;
import dev.freshet.http.ServerTls.ClientCertificates;
import dev.freshet.http.access.ApiKeys;
import dev.freshet.http.access.FollowedFiles;
import dev.freshet.schemas.tls.ClientTls;
import dev.freshet.schemas.tls.KeySource;
import dev.freshet.schemas.tls.TrustSource;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.List;
import java.util.Locale;
import javax.net.ssl.SSLContext;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What the configuration says of keys, certificates and addresses. Every refusal is a {@link ConfigException} that names the setting and holds no secret. */
final class ConfiguredSecurity {
    private static final Logger log = LoggerFactory.getLogger(ConfiguredSecurity.class);
    private static final int ADMIN_KEY_LENGTH_MIN = 24;

    private final FreshetConfig config;

    ConfiguredSecurity(FreshetConfig config) {
        this.config = config;
    }

    /**
     * Whom the HTTP server listens to. A server that others can reach needs TLS, and callers that prove who they are, unless the operator takes the risk.
     *
     * @throws ConfigException if a file cannot be used, or the address is one that others can reach and they need nothing
     */
    HttpSecurity http() {
        HttpSecurity security = new HttpSecurity(keys(), tls());
        String host = config.getString(FreshetConfig.HTTP_HOST);
        boolean safe = security.tls() != null && security.authenticated();
        if (!safe && !isLoopback(host)) {
            if (!config.getBoolean(FreshetConfig.HTTP_INSECURE_BIND)) {
                throw new ConfigException("Others can reach the address " + FreshetConfig.HTTP_HOST + "=" + host
                        + ", so TLS and keys are needed: set " + FreshetConfig.HTTP_TLS_KEYSTORE + " (or "
                        + FreshetConfig.HTTP_TLS_CERTIFICATE + " and " + FreshetConfig.HTTP_TLS_KEY + ") and "
                        + FreshetConfig.HTTP_API_KEYS_FILE + ", or bind to 127.0.0.1. If something else keeps "
                        + "strangers away, " + FreshetConfig.HTTP_INSECURE_BIND
                        + "=true (--insecure) starts it as it is");
            }
            log.warn(
                    "Whoever can reach {} can {} ({}=true)",
                    host,
                    security.authenticated()
                            ? "read keys and rows on their way: there is no TLS"
                            : "read, change and delete everything: callers need no key",
                    FreshetConfig.HTTP_INSECURE_BIND);
        }
        return security;
    }

    /** How to speak with other processes of the cluster; null if they speak without TLS. They show the certificate that they serve with. */
    @Nullable
    SSLContext nodes() {
        KeySource key = serverKey();
        return key == null ? null : context(FreshetConfig.HTTP_TLS_TRUSTSTORE, key, serverTrust());
    }

    /** How to speak with the registry; null for what the JVM does by itself. */
    @Nullable
    SSLContext registry() {
        KeySource key = store(FreshetConfig.REGISTRY_KEYSTORE, FreshetConfig.REGISTRY_KEYSTORE_PASSWORD);
        TrustSource trust = trust(FreshetConfig.REGISTRY_TRUSTSTORE, FreshetConfig.REGISTRY_TRUSTSTORE_PASSWORD);
        return key == null && trust == null
                ? null
                : context(FreshetConfig.REGISTRY_TRUSTSTORE + " or " + FreshetConfig.REGISTRY_KEYSTORE, key, trust);
    }

    private ApiKeys keys() {
        String adminKey = password(FreshetConfig.HTTP_ADMIN_KEY);
        if (!adminKey.isEmpty()
                && (adminKey.length() < ADMIN_KEY_LENGTH_MIN
                        || !adminKey.chars().allMatch(unit -> unit > ' ' && unit < 0x7f))) {
            throw new ConfigException(
                    FreshetConfig.HTTP_ADMIN_KEY + " has fewer than " + ADMIN_KEY_LENGTH_MIN
                            + " characters, or others than visible ASCII without blanks; ./freshet keys create makes good ones");
        }
        String file = config.getString(FreshetConfig.HTTP_API_KEYS_FILE);
        if (file.isEmpty()) {
            return adminKey.isEmpty() ? ApiKeys.none() : ApiKeys.of(List.of(ApiKeys.adminKey(adminKey)));
        }
        try {
            return ApiKeys.of(adminKey.isEmpty() ? null : adminKey, Path.of(file));
        } catch (IOException | IllegalArgumentException e) {
            throw new ConfigException(FreshetConfig.HTTP_API_KEYS_FILE + " cannot be used: " + FollowedFiles.reason(e)
                    + "; ./freshet keys create --file " + file + " makes one");
        }
    }

    private @Nullable ServerTls tls() {
        KeySource key = serverKey();
        TrustSource trust = serverTrust();
        ClientCertificates clients = ClientCertificates.valueOf(
                config.getString(FreshetConfig.HTTP_TLS_CLIENT_AUTH).toUpperCase(Locale.ROOT));
        if (key == null) {
            if (trust != null || clients != ClientCertificates.NONE) {
                throw new ConfigException(FreshetConfig.HTTP_TLS_TRUSTSTORE + " and "
                        + FreshetConfig.HTTP_TLS_CLIENT_AUTH + " need a certificate of the server's own: set "
                        + FreshetConfig.HTTP_TLS_KEYSTORE + ", or " + FreshetConfig.HTTP_TLS_CERTIFICATE + " and "
                        + FreshetConfig.HTTP_TLS_KEY);
            }
            return null;
        }
        if (clients != ClientCertificates.NONE && trust == null) {
            throw new ConfigException(FreshetConfig.HTTP_TLS_CLIENT_AUTH + " needs " + FreshetConfig.HTTP_TLS_TRUSTSTORE
                    + ": the authorities of the certificates that callers show");
        }
        ServerTls tls = new ServerTls(key, trust, clients);
        try {
            key.load();
            if (trust != null) {
                trust.load();
            }
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unusable("http.tls.…", e);
        }
        return tls;
    }

    private @Nullable KeySource serverKey() {
        String certificate = config.getString(FreshetConfig.HTTP_TLS_CERTIFICATE);
        String key = config.getString(FreshetConfig.HTTP_TLS_KEY);
        KeySource store = store(FreshetConfig.HTTP_TLS_KEYSTORE, FreshetConfig.HTTP_TLS_KEYSTORE_PASSWORD);
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new ConfigException("Give both " + FreshetConfig.HTTP_TLS_CERTIFICATE + " and "
                    + FreshetConfig.HTTP_TLS_KEY + ", or none");
        }
        if (certificate.isEmpty()) {
            return store;
        }
        if (store != null) {
            throw new ConfigException("Give " + FreshetConfig.HTTP_TLS_KEYSTORE + " or "
                    + FreshetConfig.HTTP_TLS_CERTIFICATE + ", not both");
        }
        return new KeySource.PemFiles(Path.of(certificate), Path.of(key));
    }

    private @Nullable TrustSource serverTrust() {
        return trust(FreshetConfig.HTTP_TLS_TRUSTSTORE, FreshetConfig.HTTP_TLS_TRUSTSTORE_PASSWORD);
    }

    private @Nullable KeySource store(String file, String password) {
        return given(file, password)
                ? new KeySource.StoreFile(Path.of(config.getString(file)), password(password))
                : null;
    }

    private @Nullable TrustSource trust(String file, String password) {
        return given(file, password) ? new TrustSource(Path.of(config.getString(file)), password(password)) : null;
    }

    private boolean given(String file, String password) {
        boolean given = !config.getString(file).isEmpty();
        if (!given && !password(password).isEmpty()) {
            throw new ConfigException(password + " is given without " + file);
        }
        return given;
    }

    private static SSLContext context(String settings, @Nullable KeySource key, @Nullable TrustSource trust) {
        try {
            return ClientTls.context(key, trust);
        } catch (IOException | GeneralSecurityException | IllegalArgumentException e) {
            throw unusable(settings, e);
        }
    }

    private static ConfigException unusable(String settings, Exception e) {
        return new ConfigException(settings + " cannot be used: " + FollowedFiles.reason(e));
    }

    private String password(String setting) {
        return config.getPassword(setting).value();
    }

    private static boolean isLoopback(String host) {
        try {
            return InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new ConfigException(FreshetConfig.HTTP_HOST + "=" + host + " is no address of this machine");
        }
    }
}
