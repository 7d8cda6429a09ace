package dev.freshet.catalog;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.util.regex.Pattern;

/** What datasets and indexes may be called. */
public final class Names {
    private static final Pattern SLUG = Pattern.compile("[a-z0-9_-]{1,64}");

    private Names() {}

    /** Returns the name, or throws {@code INVALID_NAME}. */
    public static String require(String kind, String name) {
        if (!SLUG.matcher(name).matches()) {
            throw new FreshetException(
                    ErrorCode.INVALID_NAME,
                    "the " + kind + " name '" + name + "' must be 1 to 64 of a-z, 0-9, '_' and '-'");
        }
        return name;
    }
}
