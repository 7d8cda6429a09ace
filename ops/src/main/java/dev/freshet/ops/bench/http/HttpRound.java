package dev.freshet.ops.bench.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.load.Latencies;

/**
 * The same searches, right after one another.
 *
 * @param inProcess by callers in the server's process
 * @param http by as many connections
 * @param inProcessCpuMicros CPU time that the server's process took per search in it
 * @param httpCpuMicros CPU time that the server's process took per search over HTTP
 * @param clientCpuMicros CPU time that the client's process took per search over HTTP
 */
public record HttpRound(
        Latencies inProcess, Latencies http, double inProcessCpuMicros, double httpCpuMicros, double clientCpuMicros) {
    public HttpRound {
        requireNonNull(inProcess, "inProcess is null");
        requireNonNull(http, "http is null");
    }

    /** How much longer half of the searches took over HTTP. Can be negative, where noise is larger than that. */
    public double overheadMicros() {
        return http.micros(0.5) - inProcess.micros(0.5);
    }
}
