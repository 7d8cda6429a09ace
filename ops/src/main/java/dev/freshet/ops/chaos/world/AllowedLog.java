package dev.freshet.ops.chaos.world;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.chaos.world.LogFile.Source;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Entries of logs that are expected, and mean no harm. One that tells of a mistake in a program ({@link #MISTAKE}) is only meant by a pattern that names it.
 *
 * @param source of the log
 * @param pattern found in the entry's level, its logger's name and its text with the stack trace, with a space between them
 * @param why it is harmless
 * @param when under which circumstances it may occur, one of them being enough; empty: always
 */
public record AllowedLog(Source source, Pattern pattern, String why, Set<Circumstance> when) {
    private static final Pattern MISTAKE = Pattern.compile(
            "NullPointerException|ClassCastException|IndexOutOfBoundsException|ArrayStoreException|NegativeArraySizeException|ArithmeticException"
                    + "|ConcurrentModificationException|NoSuchElementException|AssertionError|LinkageError|NoSuchMethodError|NoClassDefFoundError"
                    + "|ClassNotFoundException|StackOverflowError|OutOfMemoryError|UnsupportedOperationException|IllegalMonitorStateException");

    public AllowedLog {
        requireNonNull(source, "source is null");
        requireNonNull(pattern, "pattern is null");
        if (why.isBlank()) {
            throw new IllegalArgumentException("It is not said why " + pattern + " is harmless");
        }
        when = Set.copyOf(when);
    }

    static AllowedLog always(Source source, String pattern, String why) {
        return new AllowedLog(source, Pattern.compile(pattern), why, Set.of());
    }

    static AllowedLog during(Source source, String pattern, String why, Circumstance first, Circumstance... more) {
        return new AllowedLog(source, Pattern.compile(pattern), why, EnumSet.of(first, more));
    }

    boolean allows(Source from, LogEntry entry, Set<Circumstance> happened) {
        return from == source
                && (when.isEmpty() || when.stream().anyMatch(happened::contains))
                && pattern.matcher(entry.whole()).find()
                && namesMistake(entry.text());
    }

    private boolean namesMistake(String text) {
        Matcher mistake = MISTAKE.matcher(text);
        return !mistake.find() || pattern.pattern().contains(mistake.group());
    }

    /** Whether any of these allows it. */
    static boolean anyAllows(List<AllowedLog> allowed, Source from, LogEntry entry, Set<Circumstance> happened) {
        return allowed.stream().anyMatch(each -> each.allows(from, entry, happened));
    }
}
