package dev.freshet.catalog;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.Slug;

/** What datasets, indexes, aliases and profiles may be called. */
public final class Names {
    private Names() {}

    public static boolean isValid(String name) {
        return Slug.isValid(name);
    }

    /** Returns the name, or throws {@code INVALID_NAME}. */
    public static String require(String kind, String name) {
        if (!isValid(name)) {
            throw new FreshetException(
                    ErrorCode.INVALID_NAME,
                    "the " + kind + "'s name is '" + name + "', must be 1 to 64 characters of a-z, 0-9, '_' and '-'");
        }
        return name;
    }
}
