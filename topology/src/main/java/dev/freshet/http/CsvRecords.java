package dev.freshet.http;

import dev.freshet.http.TextLines.Line;
import dev.freshet.schemas.error.ErrorCode;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The records of CSV (RFC 4180): comma separated, quoted with {@code "}, a quote inside a quoted value doubled, line breaks allowed in quoted
 * values (where CRLF is read as LF). Blank lines are skipped. A broken record costs its first line only: reading goes on with the next.
 */
final class CsvRecords {
    private final TextLines lines;
    private final int maxRecordLength;
    private final Deque<Line> ahead = new ArrayDeque<>();

    CsvRecords(TextLines lines, int maxRecordLength) {
        this.lines = lines;
        this.maxRecordLength = maxRecordLength;
    }

    /** One value; an empty one that was quoted is an empty string, one that was not is no value. */
    record Value(String text, boolean quoted) {}

    /** A record that starts on {@code line}: its values, or what is wrong with it. */
    sealed interface CsvRecord {
        long line();

        record Values(long line, List<Value> values) implements CsvRecord {}

        record Broken(long line, ErrorCode code, String message) implements CsvRecord {}
    }

    /** The next record, or null at the end. */
    @Nullable
    CsvRecord next() throws IOException {
        Line line = nextLine();
        while (line != null && line.text() != null && line.text().isBlank()) {
            line = nextLine();
        }
        return line == null ? null : record(line);
    }

    private CsvRecord record(Line first) throws IOException {
        List<Line> used = new ArrayList<>();
        Parser parser = new Parser();
        long length = 0;
        for (Line line = first; line != null; line = nextLine()) {
            used.add(line);
            String text = line.text();
            if (text == null) {
                return broken(used, line.code(), line.problem());
            }
            length += text.length() + 1;
            if (length > maxRecordLength) {
                String problem = "the record is longer than " + maxRecordLength + " characters; is a quote not closed?";
                return broken(used, ErrorCode.ROW_TOO_LARGE, problem);
            }
            switch (parser.add(text)) {
                case COMPLETE -> {
                    return new CsvRecord.Values(first.number(), parser.values);
                }
                case TEXT_AFTER_QUOTE -> {
                    return broken(used, ErrorCode.INVALID_ROW, "text follows the closing quote of a quoted value");
                }
                case OPEN -> {}
            }
        }
        return broken(used, ErrorCode.INVALID_ROW, "a quote is opened and never closed");
    }

    /** Gives back all lines but the first. */
    private CsvRecord broken(List<Line> used, ErrorCode code, String message) {
        for (int i = used.size() - 1; i > 0; i--) {
            ahead.addFirst(used.get(i));
        }
        return new CsvRecord.Broken(used.get(0).number(), code, message);
    }

    private @Nullable Line nextLine() throws IOException {
        Line waiting = ahead.pollFirst();
        return waiting != null ? waiting : lines.next();
    }

    private enum State {
        COMPLETE,
        OPEN,
        TEXT_AFTER_QUOTE
    }

    /** One record, fed line by line until its last quote is closed. */
    private static final class Parser {
        private final List<Value> values = new ArrayList<>();
        private @Nullable StringBuilder open;

        State add(String line) {
            if (open != null) {
                open.append('\n');
            }
            int at = 0;
            while (true) {
                if (open == null && at < line.length() && line.charAt(at) == '"') {
                    open = new StringBuilder();
                    at++;
                }
                if (open != null) {
                    at = readQuoted(line, at, open);
                    if (at > line.length()) {
                        return State.OPEN;
                    }
                    if (at < line.length() && line.charAt(at) != ',') {
                        return State.TEXT_AFTER_QUOTE;
                    }
                    values.add(new Value(open.toString(), true));
                    open = null;
                } else {
                    int comma = line.indexOf(',', at);
                    int stop = comma < 0 ? line.length() : comma;
                    values.add(new Value(line.substring(at, stop), false));
                    at = stop;
                }
                if (at == line.length()) {
                    return State.COMPLETE;
                }
                at++;
            }
        }

        /** Reads over the closing quote. Returns where to go on, or the line's length + 1 if the value is still open at its end. */
        private static int readQuoted(String line, int from, StringBuilder value) {
            int at = from;
            while (at < line.length()) {
                char c = line.charAt(at);
                if (c != '"') {
                    value.append(c);
                    at++;
                } else if (at + 1 < line.length() && line.charAt(at + 1) == '"') {
                    value.append('"');
                    at += 2;
                } else {
                    return at + 1;
                }
            }
            return line.length() + 1;
        }
    }
}
