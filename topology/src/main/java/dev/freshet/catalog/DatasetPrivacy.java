package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.PiiFinding;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is known of the personal data in a dataset, and what is done to it.
 *
 * @param policies what the operator chose for columns
 * @param flags columns that seem to hold personal data, at most {@value #FLAGS_MAX}; a column has one flag of each kind at most
 */
public record DatasetPrivacy(ColumnPolicies policies, List<PiiFinding> flags) {
    /** Nothing is known, and nothing is done. */
    public static final DatasetPrivacy NONE = new DatasetPrivacy(ColumnPolicies.NONE, List.of());

    /** Rows may have ever new columns. */
    static final int FLAGS_MAX = 200;

    public DatasetPrivacy {
        requireNonNull(policies, "policies is null");
        flags = List.copyOf(flags);
    }

    /** Whether a column's text is embedded: if the operator says keep, or says nothing and the column is not flagged. */
    boolean embeds(String column) {
        return policies.of(column)
                .map(policy -> !policy.protects())
                .orElseGet(() -> flag(column).isEmpty());
    }

    /** Whether a column's text is not embedded until the operator says what is to be done with it. */
    boolean withholds(String column) {
        return policies.of(column).isEmpty() && flag(column).isPresent();
    }

    /** The first flag of a column. */
    public Optional<PiiFinding> flag(String column) {
        return flags.stream().filter(flag -> flag.column().equals(column)).findFirst();
    }

    /** Those of some findings that are no flags yet. */
    public List<PiiFinding> unknown(List<PiiFinding> findings) {
        return findings.stream()
                .filter(finding -> flags.stream().noneMatch(finding::sameAs))
                .toList();
    }

    /** Whether there is no room for more flags. */
    public boolean isFull() {
        return flags.size() >= FLAGS_MAX;
    }

    /** With these findings as flags; this itself if they all are flags already, or there is no room for more. */
    DatasetPrivacy with(List<PiiFinding> findings) {
        List<PiiFinding> more = new ArrayList<>(flags);
        for (PiiFinding finding : findings) {
            if (more.size() < FLAGS_MAX && more.stream().noneMatch(finding::sameAs)) {
                more.add(finding);
            }
        }
        return more.size() == flags.size() ? this : new DatasetPrivacy(policies, more);
    }

    DatasetPrivacy with(ColumnPolicies others) {
        return new DatasetPrivacy(others, flags);
    }
}
