package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.privacy.HashKey;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How the server listens, and its limits.
 *
 * @param host the address to bind to, and no other
 * @param port 0 for any free one
 * @param maxBodyBytes longest request body
 * @param maxRowBytes most bytes of text (UTF-8) in one row, the setting {@value #MAX_ROW_BYTES_SETTING}
 * @param waitTimeout how long a write waits for its rows to be searchable, unless the request says otherwise
 * @param searchTimeout how long a search may take, unless the request says otherwise
 * @param limits of one request's head, and of what runs at once
 * @param accessLog whether each request is logged
 * @param security whom it listens to
 * @param hashKey of columns that are to be hashed; null: there is none
 */
public record HttpSettings(
        String host,
        int port,
        long maxBodyBytes,
        int maxRowBytes,
        Duration waitTimeout,
        Duration searchTimeout,
        Limits limits,
        boolean accessLog,
        HttpSecurity security,
        @Nullable HashKey hashKey) {
    public static final String MAX_ROW_BYTES_SETTING = "max.row.bytes";

    /** The port unless another is asked for. */
    public static final int DEFAULT_PORT = 3110;

    /**
     * Limits beside those of bodies.
     *
     * @param headerBytes longest request line with headers, {@value #HEADER_BYTES_MIN} to {@value #HEADER_BYTES_MAX}
     * @param searches most searches that run at once, up to {@value #SEARCHES_MAX}; as many more wait for their turn
     */
    public record Limits(int headerBytes, int searches) {
        public static final int HEADER_BYTES_MIN = 1_024;
        public static final int HEADER_BYTES_MAX = 1 << 20;
        public static final int SEARCHES_MAX = 1_024;

        /** 16 KiB of headers, 64 searches. */
        public static final Limits DEFAULTS = new Limits(16 * 1024, 64);

        public Limits {
            if (headerBytes < HEADER_BYTES_MIN || headerBytes > HEADER_BYTES_MAX) {
                throw new IllegalArgumentException(
                        "headerBytes is " + headerBytes + ", must be " + HEADER_BYTES_MIN + " to " + HEADER_BYTES_MAX);
            }
            if (searches < 1 || searches > SEARCHES_MAX) {
                throw new IllegalArgumentException("searches is " + searches + ", must be 1 to " + SEARCHES_MAX);
            }
        }
    }

    public HttpSettings {
        requireNonNull(host, "host is null");
        requireNonNull(waitTimeout, "waitTimeout is null");
        requireNonNull(searchTimeout, "searchTimeout is null");
        requireNonNull(limits, "limits is null");
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

    /** Without a key for columns that are to be hashed. */
    public HttpSettings(
            String host,
            int port,
            long maxBodyBytes,
            int maxRowBytes,
            Duration waitTimeout,
            Duration searchTimeout,
            Limits limits,
            boolean accessLog,
            HttpSecurity security) {
        this(host, port, maxBodyBytes, maxRowBytes, waitTimeout, searchTimeout, limits, accessLog, security, null);
    }

    /** Bodies up to 64 MiB, rows up to 1 MiB of text, 30 s for waiting writes, 10 s for searches, no access log; asks nobody for a key. */
    public static HttpSettings defaults(String host, int port) {
        return new HttpSettings(
                host,
                port,
                64L << 20,
                1 << 20,
                Duration.ofSeconds(30),
                Duration.ofSeconds(10),
                Limits.DEFAULTS,
                false,
                HttpSecurity.none());
    }
}
