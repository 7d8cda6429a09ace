package dev.freshet.schemas.privacy;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;

/** What is done to the values of a column before anything is kept of them. */
public enum ColumnPolicy {
    /** They stay as they are; the operator has seen what they are. */
    KEEP,
    /** They are left out. */
    DROP,
    /** They keep their shape alone, see {@link ColumnMask}. */
    MASK,
    /** They are replaced by a keyed hash, see {@link HashKey}: equal values stay equal. */
    HASH;

    /** The name that users write, for example {@code mask}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Whether values are changed. */
    public boolean protects() {
        return this != KEEP;
    }

    /** The policy of this name. Throws {@link IllegalArgumentException} with the names there are. */
    public static ColumnPolicy parse(String text) {
        for (ColumnPolicy policy : values()) {
            if (policy.text().equals(text)) {
                return policy;
            }
        }
        throw new IllegalArgumentException("'" + text + "' is no policy of a column; there are "
                + Arrays.stream(values()).map(ColumnPolicy::text).collect(Collectors.joining(", ")));
    }
}
