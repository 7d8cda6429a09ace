package dev.freshet.ops.bench.mixed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.ops.bench.load.RawConnection;
import dev.freshet.ops.bench.server.BenchmarkIndex;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/** Waits, by a search that asks for it, until searches see everything that was acknowledged. For one thread. */
final class PositionWait {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final Duration WITHIN = Duration.ofMinutes(10);
    private static final int ONE_SEARCH_MS = 30_000;
    private static final int DEADLINE_EXCEEDED = 504;

    private final URI server;
    private final float[] query;

    /**
     * @param query any that the index takes
     */
    PositionWait(URI server, float[] query) {
        this.server = requireNonNull(server, "server is null");
        this.query = query.clone();
    }

    /**
     * Returns when they see it.
     *
     * @param positions per partition of the rows topic, the offset of the last row written
     */
    void await(Map<String, Long> positions) throws IOException {
        byte[] request = RawConnection.post(
                server,
                BenchmarkIndex.searchPath(),
                "application/json",
                body(positions).getBytes(UTF_8));
        long deadline = System.nanoTime() + WITHIN.toNanos();
        try (RawConnection connection = new RawConnection(server)) {
            while (true) {
                RawConnection.Answer answer = connection.exchange(request);
                if (answer.status() == 200) {
                    return;
                }
                if (answer.status() != DEADLINE_EXCEEDED || System.nanoTime() > deadline) {
                    throw new IOException("waiting until the rows were searchable was answered with " + answer.status()
                            + ": " + answer.text());
                }
            }
        }
    }

    private String body(Map<String, Long> positions) throws IOException {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("vector", query);
        body.put("k", 1);
        body.put("min_positions", positions);
        body.put("require_complete", true);
        body.put("timeout_ms", ONE_SEARCH_MS);
        return MAPPER.writeValueAsString(body);
    }
}
