package dev.freshet.catalog;

import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.FlagEntry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.privacy.ColumnPolicies;
import dev.freshet.schemas.privacy.PiiFinding;
import dev.freshet.schemas.privacy.PiiKind;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@link DatasetPrivacy} to and from its records. */
final class PrivacyEntries {
    private PrivacyEntries() {}

    static DatasetPrivacy privacy(DatasetEntry entry) {
        ColumnPolicies policies = policies(entry.getColumnPolicies());
        List<PiiFinding> flags = findings(entry.getFlags());
        return new DatasetPrivacy(policies == null ? ColumnPolicies.NONE : policies, flags);
    }

    /** Null for null. Throws {@code BAD_REQUEST} for a policy that there is not. */
    static @Nullable ColumnPolicies policies(@Nullable Map<String, String> names) {
        if (names == null) {
            return null;
        }
        try {
            return ColumnPolicies.parse(names);
        } catch (IllegalArgumentException e) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, "column_policies: " + e.getMessage(), e);
        }
    }

    /** The names of policies; null for none. */
    static @Nullable Map<String, String> names(ColumnPolicies policies) {
        return policies.byColumn().isEmpty() ? null : policies.names();
    }

    static List<FlagEntry> flags(List<PiiFinding> findings) {
        return findings.stream()
                .map(finding -> new FlagEntry(finding.column(), finding.kind().text(), finding.share()))
                .toList();
    }

    /** Kinds that are not known here are left out: a newer process found them. */
    static List<PiiFinding> findings(List<FlagEntry> flags) {
        return flags.stream()
                .map(flag -> PiiKind.parse(flag.getKind())
                        .map(kind -> new PiiFinding(flag.getColumn(), kind, flag.getShare())))
                .flatMap(Optional::stream)
                .toList();
    }
}
