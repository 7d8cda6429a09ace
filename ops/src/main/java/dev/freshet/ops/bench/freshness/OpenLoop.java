package dev.freshet.ops.bench.freshness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.ops.bench.load.RawConnection;
import java.io.IOException;
import java.net.URI;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Sends rows one by one, each at its time, whatever became of those before: a server that stalls finds the rows of that while waiting. Times are fixed beforehand; a row
 * that finds no connection free goes late, and counts from when it should have gone.
 */
final class OpenLoop {
    private static final int CONNECTIONS = 16;
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final URI server;
    private final String dataset;
    private final List<String> texts;

    OpenLoop(URI server, String dataset, List<String> texts) {
        this.server = requireNonNull(server, "server is null");
        this.dataset = requireNonNull(dataset, "dataset is null");
        this.texts = List.copyOf(texts);
    }

    /**
     * Returns when all are acknowledged.
     *
     * @param rows how many
     * @param perSecond at least 1
     * @param acknowledged is told each, from several threads
     */
    void run(long rows, int perSecond, Consumer<SentRow> acknowledged) throws IOException {
        AtomicLong next = new AtomicLong();
        long began = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
        ExecutorService senders = Executors.newFixedThreadPool(CONNECTIONS);
        try {
            List<Future<?>> sending = new ArrayList<>();
            for (int i = 0; i < CONNECTIONS; i++) {
                sending.add(senders.submit(() -> {
                    try (RawConnection connection = new RawConnection(server)) {
                        for (long row = next.getAndIncrement(); row < rows; row = next.getAndIncrement()) {
                            long intended = began + row * TimeUnit.SECONDS.toNanos(1) / perSecond;
                            acknowledged.accept(send(connection, row, intended));
                        }
                    }
                    return null;
                }));
            }
            for (Future<?> one : sending) {
                join(one);
            }
        } finally {
            senders.shutdownNow();
        }
    }

    private SentRow send(RawConnection connection, long number, long intended) throws IOException {
        String rowKey = "r" + number;
        String text = texts.get((int) (number % texts.size()));
        byte[] row = MAPPER.writeValueAsBytes(Map.of("id", rowKey, "text", text));
        byte[] request = RawConnection.post(server, "/v1/ingest/" + dataset, "application/x-ndjson", row);
        for (long left = intended - System.nanoTime(); left > 0; left = intended - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
        long sent = System.nanoTime();
        RawConnection.Answer answer = connection.exchange(request);
        long acknowledged = System.nanoTime();
        JsonNode positions = MAPPER.readTree(answer.body()).path("positions");
        if (answer.status() != 200 || positions.size() != 1) {
            throw new IOException("row " + rowKey + " was answered with " + answer.status() + ": "
                    + new String(answer.body(), UTF_8));
        }
        String partition = positions.fieldNames().next();
        return new SentRow(
                number,
                rowKey,
                Integer.parseInt(partition),
                positions.path(partition).asLong(),
                intended,
                sent,
                acknowledged);
    }

    private static void join(Future<?> sending) throws IOException {
        try {
            sending.get();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while rows were sent", e);
        } catch (ExecutionException e) {
            throw new IOException("rows could not be sent: " + e.getCause(), e.getCause());
        }
    }
}
