package dev.freshet.cluster;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import org.jspecify.annotations.Nullable;

/** What the processes of a cluster know and nobody else does; each call between them carries it as a bearer token. Immutable; never shows itself. */
public final class NodeSecret {
    /** The setting that holds it. */
    public static final String SETTING = "cluster.secret";

    /** Fewer characters could be guessed. */
    public static final int LENGTH_MIN = 16;

    private static final String SCHEME = "Bearer ";

    private final String authorization;
    private final byte[] digest;

    /** Throws {@link IllegalArgumentException} if it is too short, or has characters that a header cannot carry. */
    public NodeSecret(String secret) {
        if (secret.length() < LENGTH_MIN || !secret.chars().allMatch(c -> c > ' ' && c < 0x7f)) {
            throw new IllegalArgumentException(SETTING + " must have at least " + LENGTH_MIN
                    + " characters, all of them printable ASCII without spaces (openssl rand -hex 32 makes one)");
        }
        this.authorization = SCHEME + secret;
        this.digest = digest(authorization);
    }

    /** The value of the header {@code Authorization}. */
    String authorization() {
        return authorization;
    }

    /** Whether a caller with this header knows the secret. Takes the same time wherever the two differ. */
    boolean opens(@Nullable String header) {
        return header != null && MessageDigest.isEqual(digest, digest(header));
    }

    // Digests have the same length whatever was sent, so that the comparison does not tell how long the secret is.
    private static byte[] digest(String header) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(header.getBytes(UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java platform has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return "NodeSecret[hidden]";
    }
}
