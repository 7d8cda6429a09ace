package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.schemas.error.ErrorCode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import org.jspecify.annotations.Nullable;

/**
 * The lines of a stream in UTF-8, ended by LF or CRLF, one in memory at a time. A byte order mark before the first is dropped. A line that is no
 * UTF-8 or longer than the limit does not spoil the next.
 */
final class TextLines {
    private static final int BUFFER_BYTES = 1 << 16;

    private final InputStream in;
    private final int maxLineBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private int position;
    private int end;
    private long number;

    TextLines(InputStream in, int maxLineBytes) {
        this.in = in;
        this.maxLineBytes = maxLineBytes;
    }

    /**
     * A line without its end.
     *
     * @param text null if it could not be read
     * @param code why not
     * @param problem why not, as a sentence
     */
    record Line(long number, @Nullable String text, ErrorCode code, String problem) {}

    /** The next line, or null at the end. */
    @Nullable
    Line next() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream(256);
        boolean tooLong = false;
        boolean any = false;
        boolean ended = false;
        while (!ended && fill()) {
            any = true;
            int stop = position;
            while (stop < end && buffer[stop] != '\n') {
                stop++;
            }
            if (line.size() + (stop - position) > maxLineBytes) {
                tooLong = true;
                line.reset();
            } else if (!tooLong) {
                line.write(buffer, position, stop - position);
            }
            ended = stop < end;
            position = ended ? stop + 1 : stop;
        }
        if (!any) {
            return null;
        }
        number++;
        return tooLong
                ? new Line(number, null, ErrorCode.ROW_TOO_LARGE, "the line is longer than " + maxLineBytes + " bytes")
                : decode(line.toByteArray());
    }

    private Line decode(byte[] bytes) {
        int length = bytes.length > 0 && bytes[bytes.length - 1] == '\r' ? bytes.length - 1 : bytes.length;
        ByteBuffer source = ByteBuffer.wrap(bytes, 0, length);
        try {
            String text = UTF_8.newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(source)
                    .toString();
            if (number == 1 && text.startsWith("\uFEFF")) {
                text = text.substring(1);
            }
            return new Line(number, text, ErrorCode.INVALID_ROW, "");
        } catch (CharacterCodingException e) {
            String problem = "not valid UTF-8 at byte " + (source.position() + 1) + " of the line";
            return new Line(number, null, ErrorCode.INVALID_ROW, problem);
        }
    }

    private boolean fill() throws IOException {
        if (position < end) {
            return true;
        }
        position = 0;
        end = Math.max(in.read(buffer, 0, buffer.length), 0);
        return end > 0;
    }
}
