package dev.freshet.http.access;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.Profile;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.HexFormat;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What is known of an API key: never the key itself.
 *
 * @param name 1 to 64 characters of a-z, A-Z, 0-9, '.', '_' and '-'
 * @param profile the reader profile that it is tied to, with the role read; null for none, never {@value Profile#ACTIVE}
 * @param sha256 the SHA-256 of the key's UTF-8, 64 hexadecimal digits in lower case
 */
public record KeyEntry(String name, KeyRole role, @Nullable String profile, String sha256) {
    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9._-]{1,64}");
    private static final Pattern PROFILE = Pattern.compile("[a-z0-9_-]{1,64}");
    private static final Pattern SHA256 = Pattern.compile("[0-9a-f]{64}");
    private static final String KEY_PREFIX = "fk_";
    private static final int KEY_BYTES = 32;

    /** @throws IllegalArgumentException with a message that says what is wrong, and holds no part of the hash */
    public KeyEntry {
        requireNonNull(role, "role is null");
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException(
                    "the name of a key has 1 to 64 characters of a-z, A-Z, 0-9, '.', '_' and '-'");
        }
        if (profile != null && !PROFILE.matcher(profile).matches()) {
            throw new IllegalArgumentException("the id of a profile has 1 to 64 characters of a-z, 0-9, '_' and '-'");
        }
        if (Profile.ACTIVE.equals(profile)) {
            throw new IllegalArgumentException(
                    "'" + Profile.ACTIVE
                            + "' is no profile but stands for the one that is active, which changes; a key is tied to the id of one");
        }
        if (profile != null && role != KeyRole.READ) {
            throw new IllegalArgumentException("a key that is tied to a profile has the role read, not " + role.text());
        }
        if (!SHA256.matcher(sha256).matches()) {
            throw new IllegalArgumentException("a key's hash is sha256: and 64 hexadecimal digits in lower case");
        }
    }

    /** The entry of a key. */
    public static KeyEntry of(String name, KeyRole role, @Nullable String profile, String key) {
        return new KeyEntry(name, role, profile, hash(key));
    }

    /** A new key: {@code fk_} and 256 random bits in base64url. */
    public static String newKey(SecureRandom random) {
        byte[] bits = new byte[KEY_BYTES];
        random.nextBytes(bits);
        return KEY_PREFIX + Base64.getUrlEncoder().withoutPadding().encodeToString(bits);
    }

    /** Whether this is the key with that hash. Takes the same time wherever the two differ. */
    boolean matches(String otherSha256) {
        return MessageDigest.isEqual(sha256.getBytes(US_ASCII), otherSha256.getBytes(US_ASCII));
    }

    Principal principal() {
        return new Principal(name, role, profile);
    }

    static String hash(String key) {
        try {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            return HexFormat.of().formatHex(digest.digest(key.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JVM has SHA-256", e);
        }
    }
}
