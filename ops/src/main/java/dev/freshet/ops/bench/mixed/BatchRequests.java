package dev.freshet.ops.bench.mixed;

import static java.util.Objects.requireNonNull;

import dev.freshet.ops.bench.load.RawConnection;
import dev.freshet.ops.bench.server.BenchmarkIndex;
import java.net.URI;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.LongStream;

/**
 * Requests that add rows, one batch after the other, and do not wait until these are searchable. Those of a while are made before it begins, so that making them takes
 * nothing from what is measured. Any thread may {@link #take} while none {@linkplain #prepare prepares}.
 */
final class BatchRequests {
    private static final long PREPARED_BYTES_MAX = 256L * 1024 * 1024;
    private static final String PATH = BenchmarkIndex.addPath("wait=false");

    private final URI server;
    private final ArrivingRows rows;
    private final int batchRows;
    private final AtomicLong next = new AtomicLong();
    private volatile Prepared prepared = new Prepared(0, List.of());

    /** Requests from a batch on. */
    private record Prepared(long first, List<byte[]> requests) {
        Prepared {
            requests = List.copyOf(requests);
        }
    }

    /**
     * @param batchRows rows in a request, at least 1
     */
    BatchRequests(URI server, ArrivingRows rows, int batchRows) {
        this.server = requireNonNull(server, "server is null");
        this.rows = requireNonNull(rows, "rows is null");
        this.batchRows = batchRows;
        if (batchRows < 1) {
            throw new IllegalArgumentException("batchRows is " + batchRows + ", must be at least 1");
        }
    }

    int batchRows() {
        return batchRows;
    }

    /** Makes the next so many, or as many as memory is worth. The rest are made when they are taken. */
    void prepare(long batches) {
        long first = next.get();
        long count = Math.min(batches, PREPARED_BYTES_MAX / request(first).length);
        prepared = new Prepared(
                first,
                LongStream.range(first, first + count)
                        .parallel()
                        .mapToObj(this::request)
                        .toList());
    }

    /** The next request. */
    byte[] take() {
        long number = next.getAndIncrement();
        Prepared made = prepared;
        long at = number - made.first();
        return at < made.requests().size() ? made.requests().get((int) at) : request(number);
    }

    /** How many rows are in the requests that were taken. */
    long rowsTaken() {
        return next.get() * batchRows;
    }

    private byte[] request(long batch) {
        return RawConnection.post(server, PATH, "application/json", rows.body(batch * batchRows, batchRows));
    }
}
