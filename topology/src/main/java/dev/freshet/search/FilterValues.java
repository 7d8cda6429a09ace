package dev.freshet.search;

import java.util.Arrays;
import java.util.Collection;
import java.util.List;

/** Strings, numbers and booleans that a filter looks for, in the orders in which they can be looked up. Immutable. */
final class FilterValues {
    private final byte[][] texts;
    private final FilterNumber[] numbers;
    private final boolean yes;
    private final boolean no;

    /**
     * A set of values.
     *
     * @param texts in UTF-8
     */
    FilterValues(List<byte[]> texts, List<FilterNumber> numbers, Collection<Boolean> flags) {
        this.texts = texts.toArray(byte[][]::new);
        this.numbers = numbers.toArray(FilterNumber[]::new);
        this.yes = flags.contains(true);
        this.no = flags.contains(false);
        Arrays.sort(this.texts, Arrays::compareUnsigned);
        Arrays.sort(this.numbers);
    }

    /** Whether the reader's value is one of them. */
    boolean contain(FieldReader row) {
        if (row.isText()) {
            return containText(row);
        }
        if (row.isNumber()) {
            return containNumber(row);
        }
        return row.isFlag() && (row.flag() ? yes : no);
    }

    private boolean containText(FieldReader row) {
        int low = 0;
        int high = texts.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int sign = row.compareText(texts[middle]);
            if (sign == 0) {
                return true;
            }
            if (sign < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return false;
    }

    private boolean containNumber(FieldReader row) {
        int low = 0;
        int high = numbers.length;
        while (low < high) {
            int middle = (low + high) >>> 1;
            int sign = numbers[middle].compareTo(row);
            if (sign == 0) {
                return true;
            }
            if (sign < 0) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return false;
    }
}
