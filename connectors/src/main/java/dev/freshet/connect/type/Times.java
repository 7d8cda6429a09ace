package dev.freshet.connect.type;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.OffsetTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Date;
import java.util.Locale;

/**
 * Dates, times and durations as ISO 8601 text. Timestamps always have seconds, and as many decimal places as they need; with a time zone they are in UTC and end in Z. So equal
 * values have equal text whichever way they were read, and text sorts as time does between years 0 and 9999 down to the second.
 *
 * <p>Postgres' {@code infinity} and {@code -infinity}, which sort after and before all of them, keep their names.
 */
final class Times {
    private static final long NANOS_PER_SECOND = 1_000_000_000L;
    private static final long MILLIS_PER_DAY = 86_400_000L;
    private static final String INFINITY = "infinity";
    private static final String MINUS_INFINITY = "-infinity";

    // The numbers that Debezium sends for Postgres' infinities: those of the JDBC driver, in the unit of the type.
    private static final long INFINITE_MICROS = 9_223_372_036_825_200_000L;
    private static final long MINUS_INFINITE_MICROS = -9_223_372_036_832_400_000L;
    private static final long INFINITE_MILLIS = INFINITE_MICROS / 1_000;
    private static final long MINUS_INFINITE_MILLIS = MINUS_INFINITE_MICROS / 1_000;
    private static final long INFINITE_DAY = LocalDate.of(-5_877_611, 6, 21).toEpochDay();
    private static final long MINUS_INFINITE_DAY =
            LocalDate.of(-5_877_611, 6, 22).toEpochDay();

    // In a snapshot, dates come as java.sql.Date, whose day count of these overflows the int that Debezium makes of it.
    // No date of Postgres is near, the first is in 4713 BC.
    private static final long INFINITE_SNAPSHOT_DAY =
            (int) LocalDate.of(292_278_994, 8, 16).toEpochDay();
    private static final long MINUS_INFINITE_SNAPSHOT_DAY =
            (int) LocalDate.of(292_269_055, 12, 2).toEpochDay();

    private Times() {}

    static Object epochDay(Object value) {
        long day = ((Number) value).longValue();
        if (day == INFINITE_DAY || isNear(day, INFINITE_SNAPSHOT_DAY)) {
            return INFINITY;
        }
        return day == MINUS_INFINITE_DAY || isNear(day, MINUS_INFINITE_SNAPSHOT_DAY)
                ? MINUS_INFINITY
                : LocalDate.ofEpochDay(day).toString();
    }

    /** The time zone of the worker moves the day. */
    private static boolean isNear(long day, long other) {
        return Math.abs(day - other) <= 1;
    }

    static Object connectDate(Object value) {
        return epochDay(Math.floorDiv(millis(value), MILLIS_PER_DAY));
    }

    static Object milliTimestamp(Object value) {
        long millis = ((Number) value).longValue();
        if (millis == INFINITE_MILLIS) {
            return INFINITY;
        }
        return millis == MINUS_INFINITE_MILLIS ? MINUS_INFINITY : timestamp(millis, 1_000);
    }

    static Object connectTimestamp(Object value) {
        return milliTimestamp(millis(value));
    }

    static Object microTimestamp(Object value) {
        long micros = ((Number) value).longValue();
        if (micros == INFINITE_MICROS) {
            return INFINITY;
        }
        return micros == MINUS_INFINITE_MICROS ? MINUS_INFINITY : timestamp(micros, 1_000_000);
    }

    static Object nanoTimestamp(Object value) {
        long nanos = ((Number) value).longValue();
        if (nanos == Long.MAX_VALUE) {
            return INFINITY;
        }
        return nanos == Long.MIN_VALUE ? MINUS_INFINITY : timestamp(nanos, NANOS_PER_SECOND);
    }

    /** Debezium writes these in UTC, but with more or fewer decimal places depending on whether the row was read or streamed. */
    static Object zonedTimestamp(Object value) {
        String text = (String) value;
        try {
            return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
                            OffsetDateTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC))
                    + "Z";
        } catch (DateTimeException e) {
            // One of the infinities, which come as words.
            return text;
        }
    }

    static Object zonedTime(Object value) {
        String text = (String) value;
        try {
            return DateTimeFormatter.ISO_LOCAL_TIME.format(
                            OffsetTime.parse(text).withOffsetSameInstant(ZoneOffset.UTC))
                    + "Z";
        } catch (DateTimeException e) {
            // 24:00:00Z, the end of the day, which is a time in Postgres and none in Java.
            return text;
        }
    }

    static Object milliTime(Object value) {
        return clock(Math.multiplyExact(((Number) value).longValue(), 1_000_000L));
    }

    static Object connectTime(Object value) {
        return milliTime(millis(value));
    }

    static Object microTime(Object value) {
        return clock(Math.multiplyExact(((Number) value).longValue(), 1_000L));
    }

    static Object nanoTime(Object value) {
        return clock(((Number) value).longValue());
    }

    static Object microDuration(Object value) {
        return Duration.of(((Number) value).longValue(), ChronoUnit.MICROS).toString();
    }

    static Object nanoDuration(Object value) {
        return Duration.ofNanos(((Number) value).longValue()).toString();
    }

    private static long millis(Object date) {
        return ((Date) date).toInstant().toEpochMilli();
    }

    private static String timestamp(long units, long unitsPerSecond) {
        long nanos = Math.floorMod(units, unitsPerSecond) * (NANOS_PER_SECOND / unitsPerSecond);
        return DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(
                LocalDateTime.ofEpochSecond(Math.floorDiv(units, unitsPerSecond), (int) nanos, ZoneOffset.UTC));
    }

    /** Hours, minutes and seconds. MySQL's {@code time} may be negative and go beyond a day (-838:59:59 to 838:59:59), Postgres' may be 24:00:00. */
    private static String clock(long nanos) {
        Duration time = Duration.ofNanos(nanos);
        Duration size = time.abs();
        String text = String.format(
                Locale.ROOT,
                "%s%02d:%02d:%02d",
                time.isNegative() ? "-" : "",
                size.toHours(),
                size.toMinutesPart(),
                size.toSecondsPart());
        return size.toNanosPart() == 0 ? text : text + fraction(size.toNanosPart());
    }

    private static String fraction(int nanos) {
        String digits = String.format(Locale.ROOT, "%09d", nanos);
        int end = digits.length();
        while (digits.charAt(end - 1) == '0') {
            end--;
        }
        return "." + digits.substring(0, end);
    }
}
