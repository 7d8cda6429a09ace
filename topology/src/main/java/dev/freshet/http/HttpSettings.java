package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * How the server listens, and its limits.
 *
 * @param host the address to bind to, and no other
 * @param port 0 for any free one
 * @param maxBodyBytes longest request body
 * @param maxRowBytes most bytes of text (UTF-8) in one row, the setting {@value #MAX_ROW_BYTES_SETTING}
 * @param waitTimeout how long a write waits for its rows to be searchable, unless the request says otherwise
 * @param searchTimeout how long a search may take, unless the request says otherwise
 * @param security whom it listens to
 */
public record HttpSettings(
        String host,
        int port,
        long maxBodyBytes,
        int maxRowBytes,
        Duration waitTimeout,
        Duration searchTimeout,
        HttpSecurity security) {
    public static final String MAX_ROW_BYTES_SETTING = "max.row.bytes";

    /** The port unless another is asked for. */
    public static final int DEFAULT_PORT = 3110;

    public HttpSettings {
        requireNonNull(host, "host is null");
        requireNonNull(waitTimeout, "waitTimeout is null");
        requireNonNull(searchTimeout, "searchTimeout is null");
        requireNonNull(security, "security is null");
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException("port is " + port + ", must be 0 to 65535");
        }
        if (maxBodyBytes < 1 || maxBodyBytes > Integer.MAX_VALUE - 16) {
            throw new IllegalArgumentException("maxBodyBytes is " + maxBodyBytes + ", must be 1 to 2 GiB");
        }
        if (maxRowBytes < 1) {
            throw new IllegalArgumentException("maxRowBytes is " + maxRowBytes + ", must be positive");
        }
    }

    /** Bodies up to 64 MiB, rows up to 1 MiB of text, 30 s for waiting writes, 10 s for searches; asks nobody for a key. */
    public static HttpSettings defaults(String host, int port) {
        return new HttpSettings(
                host, port, 64L << 20, 1 << 20, Duration.ofSeconds(30), Duration.ofSeconds(10), HttpSecurity.none());
    }
}
