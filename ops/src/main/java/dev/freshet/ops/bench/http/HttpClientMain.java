package dev.freshet.ops.bench.http;

import dev.freshet.ops.bench.load.HttpSearches;
import dev.freshet.ops.bench.load.Latencies;
import dev.freshet.ops.bench.load.RawConnection;
import dev.freshet.ops.bench.load.SearchBodies;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The client's process: searches over HTTP when it is told to on its standard input, tells on its standard output how long each search took, and ends with its input.
 *
 * <p>In: connections (4 bytes), nanoseconds (8 bytes), and how many searches are to begin per second as a double, 0 for as many as go. Out: what went wrong (as {@link DataOutputStream#writeUTF} writes it, empty if nothing did); if nothing did,
 * the seconds as a double, how many searches (4 bytes), and the nanoseconds of each (8 bytes).
 */
public final class HttpClientMain {
    private static final int REASON_LENGTH_MAX = 2_000;

    private HttpClientMain() {}

    /**
     * @param arguments the server's URL, the path to search at, and the file of {@link SearchBodies}
     */
    public static void main(String[] arguments) throws IOException {
        URI server = URI.create(arguments[0]);
        List<byte[]> requests = SearchBodies.read(Path.of(arguments[2])).stream()
                .map(body -> RawConnection.post(server, arguments[1], "application/json", body))
                .toList();
        DataInputStream in = new DataInputStream(System.in);
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(System.out));
        while (true) {
            int connections;
            try {
                connections = in.readInt();
            } catch (EOFException e) {
                return;
            }
            answer(server, requests, connections, Duration.ofNanos(in.readLong()), in.readDouble(), out);
            out.flush();
        }
    }

    private static void answer(
            URI server,
            List<byte[]> requests,
            int connections,
            Duration howLong,
            double perSecond,
            DataOutputStream out)
            throws IOException {
        Latencies latencies;
        try {
            HttpSearches searches = new HttpSearches(server, requests, connections);
            latencies = perSecond == 0 ? searches.run(howLong) : searches.runPaced(howLong, perSecond);
        } catch (IOException e) {
            String reason = e.toString();
            out.writeUTF(reason.substring(0, Math.min(reason.length(), REASON_LENGTH_MAX)));
            return;
        }
        out.writeUTF("");
        out.writeDouble(latencies.seconds());
        out.writeInt(latencies.nanos().length);
        for (long nanos : latencies.nanos()) {
            out.writeLong(nanos);
        }
    }
}
