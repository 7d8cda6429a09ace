package dev.freshet.ops.chaos.world;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Looks through the logs of child processes: every warning, error, stack trace, and line that was printed past the log has to be on a list of what is expected. What is not is a
 * finding. Thread-safe; the logs may still be written to.
 */
public final class LogCheck {
    private static final Pattern NUMBERS = Pattern.compile("[0-9a-f]{8,}|\\d+");

    private final List<AllowedLog> allowed;

    /**
     * Something that was not expected.
     *
     * @param file of the log
     * @param line where it is there, from 1: the first time, if it is there several times
     * @param times that it is there, but for its numbers
     * @param text the entry, with its stack trace
     */
    public record Unexpected(Path file, int line, int times, String text) {
        private Unexpected again() {
            return new Unexpected(file, line, times + 1, text);
        }
    }

    public LogCheck(List<AllowedLog> allowed) {
        this.allowed = List.copyOf(allowed);
    }

    /** With the list of what Freshet and Kafka are known to say. */
    public static LogCheck usual() {
        return new LogCheck(ExpectedLogs.all());
    }

    /**
     * What is in the logs and not expected, in the order of the files and lines.
     *
     * @param happened what was done to those who wrote them
     */
    public List<Unexpected> check(List<LogFile> logs, Set<Circumstance> happened) throws IOException {
        List<Unexpected> found = new ArrayList<>();
        for (LogFile log : logs) {
            Map<String, Unexpected> byShape = new LinkedHashMap<>();
            for (LogEntry entry : log.entries()) {
                if (!AllowedLog.anyAllows(allowed, log.source(), entry, happened)) {
                    byShape.merge(shape(entry), first(entry), (known, again) -> known.again());
                }
            }
            found.addAll(byShape.values());
        }
        return found;
    }

    private static Unexpected first(LogEntry entry) {
        return new Unexpected(entry.file(), entry.line(), 1, entry.whole());
    }

    /** What is the same each time. */
    private static String shape(LogEntry entry) {
        return entry.logger() + " " + NUMBERS.matcher(entry.firstLine()).replaceAll("#");
    }
}
