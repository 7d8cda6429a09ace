package dev.freshet.ops.bench.mixed;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.load.CallLoop;
import dev.freshet.ops.bench.load.Latencies;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;

/**
 * Rows that arrive while something else is measured: batches that go at fixed moments, whatever became of those before, and among them {@value #PROBES_PER_SECOND} probes
 * per second. For one thread.
 */
final class Arrivals implements AutoCloseable {
    static final int PROBES_PER_SECOND = 10;
    private static final int CONNECTIONS = 8;
    /** So many that a probe finds one free unless rows take seconds to be searchable. */
    private static final int PROBE_CONNECTIONS = 32;

    private final List<AddCaller> callers = new ArrayList<>();
    private final ExecutorService threads = Executors.newFixedThreadPool(2);
    private final Future<Latencies> batches;
    private final Future<Latencies> probes;

    /**
     * They begin to arrive at once.
     *
     * @param rowsPerSecond of the batches, more than 0
     * @param acknowledged is told of the batches; of the probes it is known when they are answered
     */
    Arrivals(
            URI server,
            BatchRequests batches,
            Probes probes,
            double rowsPerSecond,
            Duration howLong,
            Acknowledged acknowledged)
            throws IOException {
        requireNonNull(acknowledged, "acknowledged is null");
        double perSecond = rowsPerSecond / batches.batchRows();
        try {
            CallLoop batchLoop = loop(
                    server, callers(CONNECTIONS, perSecond, howLong), batches::take, batches.batchRows(), acknowledged);
            CallLoop probeLoop = loop(
                    server,
                    callers(PROBE_CONNECTIONS, PROBES_PER_SECOND, howLong),
                    probes::take,
                    1,
                    new Acknowledged());
            this.batches = threads.submit(() -> batchLoop.runPaced(howLong, perSecond));
            this.probes = threads.submit(() -> probeLoop.runPaced(howLong, PROBES_PER_SECOND));
        } catch (IOException e) {
            close();
            throw e;
        }
    }

    /** From when each batch was to be sent until it was acknowledged; waits for the last. */
    Latencies acknowledged() throws IOException {
        return result(batches);
    }

    /** From when each probe was to be sent until it was searchable; waits for the last. */
    Latencies searchable() throws IOException {
        return result(probes);
    }

    /** Ends it early: whoever waits for an answer fails. */
    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        for (AddCaller caller : callers) {
            caller.close();
        }
    }

    private CallLoop loop(URI server, int count, Supplier<byte[]> requests, int rows, Acknowledged acknowledgements)
            throws IOException {
        List<AddCaller> ofLoop = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            AddCaller caller = new AddCaller(server, requests, rows, acknowledgements);
            callers.add(caller);
            ofLoop.add(caller);
        }
        return new CallLoop(ofLoop, 1);
    }

    /** Each caller calls once at least, and in turn: there are no more than calls that begin in this time. */
    static int callers(int most, double perSecond, Duration howLong) {
        double calls = perSecond * howLong.toNanos() / 1e9;
        return (int) Math.max(1, Math.min(most, Math.floor(calls)));
    }

    private static Latencies result(Future<Latencies> running) throws IOException {
        try {
            return running.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while rows were sent", e);
        } catch (ExecutionException e) {
            throw new IOException("rows could not be sent: " + e.getCause(), e.getCause());
        }
    }
}
