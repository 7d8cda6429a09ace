package dev.freshet.schemas.privacy;

import static java.util.Objects.requireNonNull;

import org.jspecify.annotations.Nullable;

/**
 * A column that seems to hold personal data. Never holds any of it.
 *
 * @param share how many of the values that were looked at are of this kind, from 0 to 1; null: the column's name says so
 */
public record PiiFinding(
        String column, PiiKind kind, @Nullable Double share) {
    public PiiFinding {
        requireNonNull(column, "column is null");
        requireNonNull(kind, "kind is null");
        if (share != null && !(share > 0 && share <= 1)) {
            throw new IllegalArgumentException("share is " + share + ", must be above 0 and at most 1");
        }
    }

    /** One that goes by the column's name. */
    public static PiiFinding byName(String column, PiiKind kind) {
        return new PiiFinding(column, kind, null);
    }

    /** Whether both say the same of the same column, whatever it is that shows it. */
    public boolean sameAs(PiiFinding other) {
        return column.equals(other.column) && kind == other.kind;
    }
}
