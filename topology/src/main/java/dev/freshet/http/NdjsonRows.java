package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.TextLines.Line;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.row.ColumnValues;
import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/** Rows as one JSON object per line. Blank lines are skipped. */
final class NdjsonRows implements RowReader {
    private final TextLines lines;

    NdjsonRows(InputStream in) {
        this.lines = new TextLines(in, RowFormat.MAX_LINE_BYTES);
    }

    @Override
    public @Nullable InputRow next() throws IOException {
        Line line = lines.next();
        while (line != null && line.text() != null && line.text().isBlank()) {
            line = lines.next();
        }
        return line == null ? null : read(line);
    }

    private static InputRow read(Line line) {
        String text = line.text();
        if (text == null) {
            return new InputRow.Refused(line.number(), line.code(), line.problem());
        }
        try {
            return fromNode(line.number(), parse(text));
        } catch (FreshetException e) {
            String message = e.getMessage();
            return new InputRow.Refused(
                    line.number(), e.code(), message == null ? e.code().code() : message);
        }
    }

    static InputRow fromNode(long line, JsonNode node) {
        return node.isObject()
                ? new InputRow.Read(line, ColumnValues.fromJsonObject(node))
                : new InputRow.Refused(
                        line, ErrorCode.INVALID_ROW, "a row must be a JSON object, this is " + HttpJson.typeName(node));
    }

    /** Says where in the line it went wrong: the number of the line stands beside it. */
    private static JsonNode parse(String line) {
        try {
            return HttpJson.read(line.getBytes(UTF_8));
        } catch (FreshetException e) {
            String message = String.valueOf(e.getMessage());
            throw new FreshetException(
                    e.code(), message.replace("the body is", "the line is").replace("(line 1, column", "(column"), e);
        }
    }
}
