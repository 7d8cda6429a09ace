package dev.freshet.schemas.privacy;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.HexFormat;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/**
 * The key of hashed columns: HMAC-SHA-256 (RFC 2104) of a value's text in UTF-8, written {@code hmac:} and 64 hexadecimal digits. A hash without a key would
 * protect nothing: all phone numbers of a country are hashed in minutes. Thread-safe; never shows itself.
 */
public final class HashKey {
    /** The setting that holds it. */
    public static final String SETTING = "privacy.hash.key";

    /** Fewer characters could be guessed. */
    public static final int LENGTH_MIN = 16;

    private static final String PREFIX = "hmac:";
    private static final Pattern HASHED = Pattern.compile(PREFIX + "[0-9a-f]{64}");
    private static final String ALGORITHM = "HmacSHA256";

    private final SecretKeySpec key;

    /** Throws {@link IllegalArgumentException} if it is too short. */
    public HashKey(String secret) {
        if (secret.length() < LENGTH_MIN) {
            throw new IllegalArgumentException(
                    SETTING + " must have at least " + LENGTH_MIN + " characters (openssl rand -hex 32 makes one)");
        }
        this.key = new SecretKeySpec(secret.getBytes(UTF_8), ALGORITHM);
    }

    /** The hash of a text; what {@link #isHashed is one already} stays. */
    public String hash(String text) {
        if (isHashed(text)) {
            return text;
        }
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(key);
            return PREFIX + HexFormat.of().formatHex(mac.doFinal(text.getBytes(UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has " + ALGORITHM, e);
        }
    }

    /** Whether a text has the form of a hash. */
    static boolean isHashed(String text) {
        return HASHED.matcher(text).matches();
    }

    @Override
    public String toString() {
        return "HashKey[hidden]";
    }
}
