package dev.freshet.ops.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;

/**
 * One connection of HTTP/1.1 that is kept open, and takes as little of the processor as it can: requests are bytes that were made beforehand, and go out in one write.
 * Answers must say how long they are. For one thread.
 */
public final class RawConnection implements AutoCloseable {
    private static final int CONNECT_MS = 5_000;
    private static final int ANSWER_MS = 60_000;
    private static final int HEADER_BYTES_MAX = 16 * 1024;
    private static final byte[] HEADER_END = "\r\n\r\n".getBytes(ISO_8859_1);
    private static final String LENGTH = "\ncontent-length:";

    private final Socket socket;
    private final InputStream in;
    private final OutputStream out;
    private byte[] buffer = new byte[32 * 1024];
    private int filled;

    /**
     * An answer.
     *
     * @param body all of it
     */
    public record Answer(int status, byte[] body) {
        public Answer {
            requireNonNull(body, "body is null");
        }

        /** Whether the body has these bytes one after the other somewhere. */
        public boolean contains(byte[] part) {
            for (int from = 0; from + part.length <= body.length; from++) {
                if (body[from] == part[0] && Arrays.equals(body, from, from + part.length, part, 0, part.length)) {
                    return true;
                }
            }
            return false;
        }

        public String text() {
            return new String(body, UTF_8);
        }
    }

    /**
     * @param server {@code http://host:port}
     */
    public RawConnection(URI server) throws IOException {
        this.socket = new Socket();
        try {
            socket.setTcpNoDelay(true);
            socket.setSoTimeout(ANSWER_MS);
            socket.connect(new InetSocketAddress(server.getHost(), server.getPort()), CONNECT_MS);
            this.in = socket.getInputStream();
            this.out = socket.getOutputStream();
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    /** The bytes of a POST. */
    public static byte[] post(URI server, String path, String contentType, byte[] body) {
        byte[] head = ("POST " + path + " HTTP/1.1\r\nHost: " + server.getAuthority() + "\r\nContent-Type: "
                        + contentType + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                .getBytes(ISO_8859_1);
        byte[] request = Arrays.copyOf(head, head.length + body.length);
        System.arraycopy(body, 0, request, head.length, body.length);
        return request;
    }

    /** Sends a request and reads its answer. */
    public Answer exchange(byte[] request) throws IOException {
        out.write(request);
        filled = 0;
        int bodyBegin = readHeader();
        String header = new String(buffer, 0, bodyBegin, ISO_8859_1).toLowerCase(Locale.ROOT);
        int length = length(header);
        int end = bodyBegin + length;
        while (filled < end) {
            read();
        }
        if (filled > end) {
            throw new IOException("the server sent more than an answer");
        }
        return new Answer(status(header), Arrays.copyOfRange(buffer, bodyBegin, end));
    }

    private int readHeader() throws IOException {
        int searched = 0;
        while (true) {
            read();
            for (int at = Math.max(0, searched - HEADER_END.length); at + HEADER_END.length <= filled; at++) {
                if (Arrays.equals(buffer, at, at + HEADER_END.length, HEADER_END, 0, HEADER_END.length)) {
                    return at + HEADER_END.length;
                }
            }
            searched = filled;
            if (filled > HEADER_BYTES_MAX) {
                throw new IOException("an answer's header has more than " + HEADER_BYTES_MAX + " bytes");
            }
        }
    }

    private void read() throws IOException {
        if (filled == buffer.length) {
            buffer = Arrays.copyOf(buffer, buffer.length * 2);
        }
        int count = in.read(buffer, filled, buffer.length - filled);
        if (count < 0) {
            throw new EOFException("the server closed the connection");
        }
        filled += count;
    }

    private static int status(String header) throws IOException {
        try {
            return Integer.parseInt(header, header.indexOf(' ') + 1, header.indexOf(' ') + 4, 10);
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            throw new IOException(
                    "no answer of HTTP: " + header.lines().findFirst().orElse(""), e);
        }
    }

    private static int length(String header) throws IOException {
        int at = header.indexOf(LENGTH);
        if (at < 0) {
            throw new IOException("the answer does not say how long it is: "
                    + header.lines().findFirst().orElse(""));
        }
        int begin = at + LENGTH.length();
        return Integer.parseInt(
                header.substring(begin, header.indexOf('\r', begin)).strip());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
