package dev.freshet.schemas.privacy;

import dev.freshet.schemas.avro.Unavailable;
import dev.freshet.schemas.row.ColumnValues;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Looks at some rows of a dataset and tells which columns seem to hold personal data, by their names and by their values. Keeps counts and no values.
 *
 * <ul>
 *   <li>A kind with a form of its own or a checksum over letters (e-mail, IBAN) is found when it is most of at least {@value #MATCHES_MIN} values, others when they are nearly all of at least
 *       {@value #WEAK_MATCHES_MIN}; numbers without separators, of which some have the right check digits by chance, of at least {@value #BARE_MATCHES_MIN}.
 *   <li>Values decide once {@value #VALUES_MIN} of a column were looked at, or all the rows that are to be: a flag withholds a text column until somebody decides, so a few rows that happen to come
 *       first must not bring it about. Names are believed at once.
 *   <li>Empty values, arrays and objects do not count. A column of booleans says something about what its name means, and is not flagged by its name.
 * </ul>
 *
 * <p>Not thread-safe.
 */
public final class PiiSample {
    /** How many values of a column are looked at before they decide, unless all rows have been looked at. */
    public static final int VALUES_MIN = 50;

    private static final int MATCHES_MIN = 3;
    private static final double SHARE_MIN = 0.6;
    private static final int WEAK_MATCHES_MIN = 5;
    private static final double WEAK_SHARE_MIN = 0.8;
    private static final int BARE_MATCHES_MIN = 12;
    private static final double BARE_SHARE_MIN = 0.9;
    /** Rows of JSON may have any columns, and ever new ones. */
    private static final int COLUMNS_MAX = 500;

    private final int rowsMax;
    private final Map<String, Column> columns = new TreeMap<>();
    private int rows;

    /** @param rowsMax how many rows are to be looked at, from 1; once they have been, values decide however few they are */
    public PiiSample(int rowsMax) {
        if (rowsMax < 1) {
            throw new IllegalArgumentException("rowsMax is " + rowsMax + ", at least 1 is needed");
        }
        this.rowsMax = rowsMax;
    }

    private static final class Column {
        private final Optional<PiiKind> byName;
        private final Map<PiiKind, Integer> matches = new EnumMap<>(PiiKind.class);
        private int values;
        private int bare;
        private int booleans;

        Column(Optional<PiiKind> byName) {
            this.byName = byName;
        }

        void add(Object value) {
            if (value instanceof Boolean) {
                booleans++;
                return;
            }
            Optional<String> text =
                    ColumnValues.toText(value).map(String::strip).filter(stripped -> !stripped.isEmpty());
            if (text.isEmpty()) {
                return;
            }
            values++;
            PiiValues.kind(text.get()).ifPresent(kind -> matches.merge(kind, 1, Integer::sum));
            if (NationalIds.isBareNumber(text.get())) {
                bare++;
            }
        }

        Optional<PiiFinding> finding(String name, boolean whole) {
            if (whole || values >= VALUES_MIN) {
                for (Map.Entry<PiiKind, Integer> match : matches.entrySet()) {
                    double share = (double) match.getValue() / values;
                    if (isEnough(match.getKey(), match.getValue(), share)) {
                        return Optional.of(new PiiFinding(name, match.getKey(), share));
                    }
                }
            }
            return byName.filter(kind -> values > 0 || booleans == 0).map(kind -> PiiFinding.byName(name, kind));
        }

        private boolean isEnough(PiiKind kind, int count, double share) {
            return switch (kind) {
                case EMAIL, BANK_ACCOUNT -> count >= MATCHES_MIN && share >= SHARE_MIN;
                case NATIONAL_ID ->
                    bare > 0
                            ? count >= BARE_MATCHES_MIN && share >= BARE_SHARE_MIN
                            : count >= WEAK_MATCHES_MIN && share >= WEAK_SHARE_MIN;
                case PHONE, CARD, IP_ADDRESS -> count >= WEAK_MATCHES_MIN && share >= WEAK_SHARE_MIN;
                case NAME, ADDRESS, BIRTH_DATE -> false;
            };
        }
    }

    /** How many rows were looked at. */
    public int rows() {
        return rows;
    }

    /** Whether all the rows that are to be looked at have been. */
    public boolean isWhole() {
        return rows >= rowsMax;
    }

    /** Looks at a row; columns with a policy need no look. */
    public void add(Map<String, ? extends @Nullable Object> row, ColumnPolicies policies) {
        rows++;
        row.forEach((name, value) -> {
            if (policies.of(name).isPresent()) {
                return;
            }
            Column column = columns.get(name);
            if (column == null && columns.size() < COLUMNS_MAX) {
                column = new Column(PiiNames.kind(name));
                columns.put(name, column);
            }
            if (column != null && value != null && !(value instanceof Unavailable)) {
                column.add(value);
            }
        });
    }

    /** What was found so far, by column, at most one of each. */
    public List<PiiFinding> findings() {
        List<PiiFinding> findings = new ArrayList<>();
        columns.forEach((name, column) -> column.finding(name, isWhole()).ifPresent(findings::add));
        return findings;
    }

    /** What the names of columns say, without a look at any value. */
    public static List<PiiFinding> ofNames(Iterable<String> columns) {
        List<PiiFinding> findings = new ArrayList<>();
        for (String column : columns) {
            PiiNames.kind(column).ifPresent(kind -> findings.add(PiiFinding.byName(column, kind)));
        }
        return findings;
    }
}
