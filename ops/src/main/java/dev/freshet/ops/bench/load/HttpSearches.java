package dev.freshet.ops.bench.load;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * Searches over a fixed number of connections, one search after the other on each. Every answer must be 200 and complete. The connections are new ones for each run.
 *
 * @param requests whole ones, header and body, gone through again and again; at least one
 * @param connections at least 1
 */
public record HttpSearches(URI server, List<byte[]> requests, int connections) {
    public HttpSearches {
        requireNonNull(server, "server is null");
        requests = List.copyOf(requests);
        if (requests.isEmpty() || connections < 1) {
            throw new IllegalArgumentException(
                    requests.size() + " requests, " + connections + " connections: at least 1 of each");
        }
    }

    /** As many as go: see {@link CallLoop#run}. */
    public Latencies run(Duration howLong) throws IOException {
        return with(loop -> loop.run(howLong));
    }

    /** So many per second of all connections together: see {@link CallLoop#runPaced}. */
    public Latencies runPaced(Duration howLong, double perSecond) throws IOException {
        return with(loop -> loop.runPaced(howLong, perSecond));
    }

    private interface Running {
        Latencies run(CallLoop loop) throws IOException;
    }

    private Latencies with(Running running) throws IOException {
        List<HttpCaller> callers = new ArrayList<>();
        try {
            for (int i = 0; i < connections; i++) {
                callers.add(new HttpCaller(server, requests));
            }
            return running.run(new CallLoop(callers, requests.size()));
        } finally {
            for (HttpCaller caller : callers) {
                caller.close();
            }
        }
    }
}
