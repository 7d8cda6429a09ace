package dev.freshet.http;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.regex.Pattern;

/** Names of datasets and indexes. */
final class Names {
    private static final Pattern SLUG = Pattern.compile("[a-z0-9_-]{1,64}");

    private Names() {}

    static boolean isValid(String name) {
        return SLUG.matcher(name).matches();
    }

    static String check(String what, String name) {
        if (!isValid(name)) {
            throw new FreshetException(
                    ErrorCode.INVALID_NAME,
                    "the " + what + "'s name is '" + name + "', must be 1 to 64 characters of a-z, 0-9, '_' and '-'");
        }
        return name;
    }
}
