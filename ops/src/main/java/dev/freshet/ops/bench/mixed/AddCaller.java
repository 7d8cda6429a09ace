package dev.freshet.ops.bench.mixed;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.ops.bench.load.CallLoop;
import dev.freshet.ops.bench.load.RawConnection;
import java.io.IOException;
import java.net.URI;
import java.util.function.Supplier;

/** Adds rows over one connection. A call has no number of its own: it takes the next request there is. For one thread. */
final class AddCaller implements CallLoop.Caller, AutoCloseable {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final RawConnection connection;
    private final Supplier<byte[]> requests;
    private final int rows;
    private final Acknowledged acknowledged;

    /**
     * @param requests whole ones, header and body
     * @param rows in each
     */
    AddCaller(URI server, Supplier<byte[]> requests, int rows, Acknowledged acknowledged) throws IOException {
        this.requests = requireNonNull(requests, "requests is null");
        this.rows = rows;
        this.acknowledged = requireNonNull(acknowledged, "acknowledged is null");
        this.connection = new RawConnection(server);
    }

    @Override
    public void call(int number) throws IOException {
        RawConnection.Answer answer = connection.exchange(requests.get());
        if (answer.status() != 200) {
            throw new IOException("rows were answered with " + answer.status() + ": " + answer.text());
        }
        JsonNode json = MAPPER.readTree(answer.body());
        boolean waitedInVain =
                json.path("waited").asBoolean() && !json.path("searchable").asBoolean();
        if (json.path("accepted").asInt() != rows || waitedInVain) {
            throw new IOException(rows + " rows were answered with: " + answer.text());
        }
        acknowledged.add(rows, json.path("positions"));
    }

    @Override
    public void close() throws IOException {
        connection.close();
    }
}
