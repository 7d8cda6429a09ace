package dev.freshet.schemas.privacy;

import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.row.ColumnValues;
import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is done to the columns of a dataset before anything is kept of them. Columns that are not named stay as they are. Immutable.
 *
 * @param byColumn the policies, by the column's name, sorted
 */
public record ColumnPolicies(Map<String, ColumnPolicy> byColumn) {
    /** Leaves every column as it is. */
    public static final ColumnPolicies NONE = new ColumnPolicies(Map.of());

    public ColumnPolicies {
        byColumn = Collections.unmodifiableMap(new TreeMap<>(byColumn));
    }

    /** The policy that was chosen for a column, if one was. */
    public Optional<ColumnPolicy> of(String column) {
        return Optional.ofNullable(byColumn.get(column));
    }

    /** Whether any column is changed. */
    public boolean protects() {
        return byColumn.values().stream().anyMatch(ColumnPolicy::protects);
    }

    /** Whether a {@link HashKey} is needed. */
    public boolean needsKey() {
        return byColumn.containsValue(ColumnPolicy.HASH);
    }

    /** Whether these change columns in a way in which the others do not: what was kept under the others must be looked at again. */
    public boolean isStricterThan(ColumnPolicies others) {
        return byColumn.entrySet().stream()
                .anyMatch(entry ->
                        entry.getValue().protects() && entry.getValue() != others.byColumn.get(entry.getKey()));
    }

    /**
     * A row's columns as they may be kept. Doing it twice is the same as doing it once.
     *
     * <ul>
     *   <li>{@code DROP} leaves the column out.
     *   <li>{@code MASK}: see {@link ColumnMask}.
     *   <li>{@code HASH}: text, and numbers and booleans as JSON writes them, become {@code hmac:} and 64 hexadecimal digits; an array or object is hashed as one
     *       text. The hash of a boolean, or of anything else with few values, is told by comparing.
     *   <li>Null, and what the source did not send, stay.
     * </ul>
     *
     * @param columns of the kinds that {@link ColumnValues} names
     * @param key null: there is none
     * @return the columns themselves if nothing is changed
     * @throws FreshetException {@code HASH_KEY_MISSING} if a key is needed and there is none
     */
    public Map<String, @Nullable Object> apply(Map<String, @Nullable Object> columns, @Nullable HashKey key) {
        return changed(columns, key).orElse(columns);
    }

    /** As {@link #apply}; empty if nothing is changed. */
    public Optional<Map<String, @Nullable Object>> changed(
            Map<String, ? extends @Nullable Object> columns, @Nullable HashKey key) {
        if (byColumn.isEmpty()) {
            return Optional.empty();
        }
        Map<String, @Nullable Object> changed = new HashMap<>(columns);
        byColumn.forEach((column, policy) -> {
            if (columns.containsKey(column)) {
                Object value = columns.get(column);
                switch (policy) {
                    case DROP -> changed.remove(column);
                    case MASK -> changed.put(column, ColumnMask.mask(value));
                    case HASH -> changed.put(column, hash(column, value, key));
                    case KEEP -> {}
                }
            }
        });
        return changed.equals(columns) ? Optional.empty() : Optional.of(changed);
    }

    private static @Nullable Object hash(String column, @Nullable Object value, @Nullable HashKey key) {
        if (value == null || value instanceof Unavailable) {
            return value;
        }
        if (key == null) {
            throw new FreshetException(
                    ErrorCode.HASH_KEY_MISSING,
                    "the column '" + column + "' is to be hashed, and this process has no key for that: set "
                            + HashKey.SETTING + " or " + HashKey.SETTING + ".file, the same in all processes");
        }
        return key.hash(ColumnValues.toText(value)
                .orElseGet(() -> ColumnValues.toJson(value).toString()));
    }

    /** The policies of a column by the names that users write. Throws {@link IllegalArgumentException} for a name that is none. */
    public static ColumnPolicies parse(Map<String, String> names) {
        Map<String, ColumnPolicy> policies = new TreeMap<>();
        names.forEach((column, name) -> policies.put(column, ColumnPolicy.parse(name)));
        return new ColumnPolicies(policies);
    }

    /** The names that users write, by column, sorted. */
    public Map<String, String> names() {
        Map<String, String> names = new TreeMap<>();
        byColumn.forEach((column, policy) -> names.put(column, policy.text()));
        return Collections.unmodifiableMap(names);
    }
}
