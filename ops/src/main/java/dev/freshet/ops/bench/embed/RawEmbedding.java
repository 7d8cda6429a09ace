package dev.freshet.ops.bench.embed;

import static java.util.Objects.requireNonNull;

import dev.freshet.embed.Embedder;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Embeds the same chunks again and again, row by row as the pipeline does, with so many rows under way that no worker waits. For one thread.
 */
final class RawEmbedding {
    private static final int ROWS_UNDER_WAY = 64;

    private final Embedder embedder;
    private final List<List<String>> rows;
    private final AtomicLong embedded = new AtomicLong();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();
    private int next;

    /**
     * @param rows the chunks of each row
     */
    RawEmbedding(Embedder embedder, List<List<String>> rows) {
        this.embedder = requireNonNull(embedder, "embedder is null");
        this.rows = List.copyOf(rows);
    }

    /**
     * Runs for {@code before}, then measures for {@code measured}, then waits for what is under way.
     *
     * @throws IOException if a chunk could not be embedded
     */
    Rate run(Duration before, Duration measured) throws IOException {
        Semaphore free = new Semaphore(ROWS_UNDER_WAY);
        long start = System.nanoTime();
        try {
            feed(free, start + before.toNanos());
            long began = System.nanoTime();
            long count = embedded.get();
            long cpu = cpuNanos();
            feed(free, began + measured.toNanos());
            Rate rate = new Rate(embedded.get() - count, (System.nanoTime() - began) / 1e9, (cpuNanos() - cpu) / 1e9);
            free.acquire(ROWS_UNDER_WAY);
            return rate;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while embedding", e);
        }
    }

    private void feed(Semaphore free, long until) throws InterruptedException, IOException {
        while (System.nanoTime() < until) {
            List<String> chunks = rows.get(next++ % rows.size());
            free.acquire();
            embedder.embed(chunks).whenComplete((vectors, failed) -> {
                if (failed == null) {
                    embedded.addAndGet(vectors.size());
                } else {
                    failure.compareAndSet(null, failed);
                }
                free.release();
            });
            Throwable failed = failure.get();
            if (failed != null) {
                throw new IOException("the model failed: " + failed.getMessage(), failed);
            }
        }
    }

    private static long cpuNanos() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof com.sun.management.OperatingSystemMXBean system
                ? system.getProcessCpuTime()
                : 0;
    }
}
