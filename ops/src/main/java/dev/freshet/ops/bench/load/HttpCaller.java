package dev.freshet.ops.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.URI;
import java.util.List;

/** Searches over one connection. For one thread. */
final class HttpCaller implements CallLoop.Caller, AutoCloseable {
    private static final byte[] COMPLETE = "\"complete\":true".getBytes(US_ASCII);

    private final RawConnection connection;
    private final List<byte[]> requests;

    /**
     * @param requests whole ones, header and body; shared, never changed
     */
    HttpCaller(URI server, List<byte[]> requests) throws IOException {
        this.connection = new RawConnection(server);
        this.requests = requests;
    }

    @Override
    public void call(int number) throws IOException {
        RawConnection.Answer answer = connection.exchange(requests.get(number));
        if (answer.status() != 200 || !answer.contains(COMPLETE)) {
            throw new IOException("a search was answered with " + answer.status() + ": " + answer.text());
        }
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
