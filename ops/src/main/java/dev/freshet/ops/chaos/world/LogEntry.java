package dev.freshet.ops.chaos.world;

import static java.util.Objects.requireNonNull;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An entry of a log that is worth a look: a warning, an error, one with a stack trace, or something that was printed and not logged.
 *
 * <p>Logged entries begin with a line {@code 2026-01-31T23:59:59.999 LEVEL [thread] logger message}, of which {@code [thread]} may be missing, and a space stand for the {@code T};
 * lines that follow and begin otherwise belong to them, but for those that a JVM or an uncaught exception begins. Lines that begin with {@value #MARK} end what was before.
 *
 * @param file of the log
 * @param line of its beginning there, from 1
 * @param level {@code PRINTED} for what was not logged
 * @param logger empty for what was not logged
 * @param text the message, and all lines after it, up to {@value #LINES_MAX}
 */
record LogEntry(Path file, int line, Level level, String logger, String text) {
    /** What the harness itself writes into logs. */
    static final String MARK = "=== ";

    private static final int LINES_MAX = 200;
    private static final Pattern LOGGED = Pattern.compile(
            "\\d{4}-\\d\\d-\\d\\d[T ]\\d\\d:\\d\\d:\\d\\d\\.\\d{3} (TRACE|DEBUG|INFO|WARN|ERROR) +(?:\\[.*?\\] )?(\\S+) (.*)");
    private static final Pattern PRINTED = Pattern.compile(
            "Exception in thread |\\*\\*\\* |#|OpenJDK |Java HotSpot|WARNING: |ERROR: |FATAL ERROR|Terminating due to |Listening for |SLF4J|\\d\\d:\\d\\d:\\d\\d,\\d{3} \\|-");
    private static final Pattern FRAME = Pattern.compile("\\s+at [\\w.$/@<>~-]+\\(");

    /** How bad it is, by its own account. */
    enum Level {
        TRACE,
        DEBUG,
        INFO,
        WARN,
        ERROR,
        PRINTED
    }

    LogEntry {
        requireNonNull(file, "file is null");
        requireNonNull(level, "level is null");
        requireNonNull(logger, "logger is null");
        requireNonNull(text, "text is null");
    }

    /** All that was said, but for the time and the thread. */
    String whole() {
        return level + " " + (logger.isEmpty() ? "" : logger + " ") + text;
    }

    /** Its first line. */
    String firstLine() {
        return text.lines().findFirst().orElse("");
    }

    private boolean isWorthALook() {
        return level.compareTo(Level.WARN) >= 0
                || text.lines().anyMatch(each -> FRAME.matcher(each).lookingAt());
    }

    /** Reads the parts of a log, one after the other. */
    static final class Reader {
        private final List<LogEntry> entries = new ArrayList<>();
        private @Nullable LogEntry begun;
        private final StringBuilder text = new StringBuilder();
        private int lines;

        /** Bytes that are no UTF-8, as a process leaves that dies in the middle of a character, are read as replacement characters. */
        void read(Path part) throws IOException {
            try (BufferedReader in =
                    new BufferedReader(new InputStreamReader(Files.newInputStream(part), StandardCharsets.UTF_8))) {
                int number = 1;
                for (String line = in.readLine(); line != null; line = in.readLine()) {
                    line(part, number, line);
                    number++;
                }
            }
        }

        List<LogEntry> entries() {
            finish();
            return List.copyOf(entries);
        }

        private void line(Path part, int number, String line) {
            if (line.startsWith(MARK)) {
                finish();
                return;
            }
            if (line.isBlank()) {
                return;
            }
            Matcher logged = LOGGED.matcher(line);
            if (logged.matches()) {
                begin(new LogEntry(part, number, Level.valueOf(logged.group(1)), logged.group(2), logged.group(3)));
            } else if (begun == null || PRINTED.matcher(line).lookingAt()) {
                begin(new LogEntry(part, number, Level.PRINTED, "", line));
            } else if (lines < LINES_MAX) {
                text.append('\n').append(line);
                lines++;
            }
        }

        private void begin(LogEntry next) {
            finish();
            begun = next;
            text.append(next.text());
            lines = 1;
        }

        private void finish() {
            LogEntry first = begun;
            if (first != null) {
                LogEntry whole =
                        new LogEntry(first.file(), first.line(), first.level(), first.logger(), text.toString());
                if (whole.isWorthALook()) {
                    entries.add(whole);
                }
            }
            begun = null;
            text.setLength(0);
        }
    }
}
