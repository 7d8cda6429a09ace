package dev.freshet.ops.bench.mixed;

import dev.freshet.ops.bench.load.RawConnection;
import dev.freshet.ops.bench.server.BenchmarkIndex;
import dev.freshet.ops.bench.server.DecimalVectors;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Rows of their own whose requests are answered when they are searchable. They have few ids, which are written again and again, but enough to be in all partitions.
 * Thread-safe.
 */
final class Probes {
    private static final int IDS = 64;
    private static final int SEARCHABLE_WITHIN_MS = 50_000;

    private final List<byte[]> requests = new ArrayList<>();
    private final AtomicLong next = new AtomicLong();

    /**
     * @param vectors of theirs, at least one
     */
    Probes(URI server, float[][] vectors) {
        String path = BenchmarkIndex.addPath("wait=true&timeout_ms=" + SEARCHABLE_WITHIN_MS);
        for (int i = 0; i < IDS; i++) {
            byte[] body = DecimalVectors.items(List.of("probe" + i), List.of(vectors[i % vectors.length]));
            requests.add(RawConnection.post(server, path, "application/json", body));
        }
    }

    /** The next request. */
    byte[] take() {
        return requests.get((int) (next.getAndIncrement() % IDS));
    }

    /** How many ids were written so far. */
    long ids() {
        return Math.min(IDS, next.get());
    }
}
