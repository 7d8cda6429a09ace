package dev.freshet.search;

import java.math.BigDecimal;

/** A number in a filter, compared by value with those of rows. Immutable. */
final class FilterNumber implements Comparable<FilterNumber> {
    /** Two doubles, each the nearest to a number, that are farther apart than this share of the larger one are of numbers in the same order. */
    private static final double CLOSE = 1e-12;

    private final BigDecimal value;
    private final boolean integer;
    private final long integerValue;
    private final double nearest;

    FilterNumber(BigDecimal value) {
        this.value = value;
        this.integer = MetadataFields.isLong(value);
        this.integerValue = integer ? value.longValueExact() : 0;
        this.nearest = value.doubleValue();
    }

    BigDecimal value() {
        return value;
    }

    @Override
    public int compareTo(FilterNumber other) {
        return value.compareTo(other.value);
    }

    /** This number compared with the reader's value, which is a number. */
    int compareTo(FieldReader row) {
        if (integer && row.isInteger()) {
            return Long.compare(integerValue, row.integer());
        }
        double other = row.nearestDouble();
        if (Double.isFinite(other)
                && Double.isFinite(nearest)
                && Math.abs(nearest - other) > CLOSE * Math.max(Math.abs(nearest), Math.abs(other))
                && Math.abs(nearest - other) > Double.MIN_NORMAL) {
            return Double.compare(nearest, other);
        }
        return value.compareTo(row.decimal());
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof FilterNumber number && value.compareTo(number.value) == 0;
    }

    @Override
    public int hashCode() {
        return Double.hashCode(nearest);
    }

    @Override
    public String toString() {
        return value.toString();
    }
}
