package dev.freshet.ops.bench.server;

import dev.freshet.ops.bench.BenchmarkProgress;
import dev.freshet.ops.client.FreshetClient;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/** Sends vectors to an index, several requests at a time, and does not wait until they are searchable. */
public final class VectorUpload {
    private static final int REQUESTS_AT_A_TIME = 4;
    private static final int BODY_BYTES = 2_000_000;
    private static final int BYTES_PER_COMPONENT = 8;

    private final FreshetClient client;
    private final String index;
    private final float[][] vectors;
    private final IntFunction<@Nullable String> metadata;
    private final int batch;

    public VectorUpload(FreshetClient client, String index, float[][] vectors) {
        this(client, index, vectors, position -> null);
    }

    /** @param metadata by position, a JSON object in ASCII, or null for none; from any thread */
    public VectorUpload(FreshetClient client, String index, float[][] vectors, IntFunction<@Nullable String> metadata) {
        this.client = client;
        this.index = index;
        this.vectors = vectors;
        this.metadata = metadata;
        this.batch = Math.max(1, BODY_BYTES / (BYTES_PER_COMPONENT * vectors[0].length));
    }

    /** Returns when all are acknowledged. */
    public void run(BenchmarkProgress progress) {
        AtomicInteger next = new AtomicInteger();
        AtomicInteger done = new AtomicInteger();
        ExecutorService senders = Executors.newFixedThreadPool(REQUESTS_AT_A_TIME);
        try {
            List<Future<?>> sending = new ArrayList<>();
            for (int sender = 0; sender < REQUESTS_AT_A_TIME; sender++) {
                sending.add(senders.submit(() -> {
                    for (int first = next.getAndAdd(batch); first < vectors.length; first = next.getAndAdd(batch)) {
                        int end = Math.min(vectors.length, first + batch);
                        client.addVectors(index, DecimalVectors.items(vectors, first, end, metadata));
                        progress.stepTo(done.addAndGet(end - first));
                    }
                }));
            }
            sending.forEach(VectorUpload::join);
        } finally {
            senders.shutdownNow();
        }
    }

    private static void join(Future<?> future) {
        try {
            future.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending vectors", e);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException failure) {
                throw failure;
            }
            throw new IllegalStateException("vectors could not be sent: " + e.getCause(), e.getCause());
        }
    }
}
