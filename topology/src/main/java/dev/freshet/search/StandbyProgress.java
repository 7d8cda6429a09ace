package dev.freshet.search;

import static java.util.Objects.requireNonNull;

import java.util.OptionalInt;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.processor.StandbyUpdateListener;
import org.apache.kafka.streams.processor.TaskId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the stores of standbys how far they have been restored, and asks the log for its end when one begins, so that each knows when it has caught up ({@link Following}). To be given to the
 * streams application before it starts; its callbacks come from Streams' threads and return at once.
 */
public final class StandbyProgress implements StandbyUpdateListener, AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(StandbyProgress.class);
    private static final long AGAIN_MS = 1_000;

    private final LocalVectorStores stores;
    private final LogTail tail;
    private final ScheduledExecutorService asking;

    public StandbyProgress(LocalVectorStores stores, LogTail tail) {
        this.stores = requireNonNull(stores, "stores is null");
        this.tail = requireNonNull(tail, "tail is null");
        this.asking = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "freshet-standby-progress");
            thread.setDaemon(true);
            return thread;
        });
    }

    @Override
    public void onUpdateStart(TopicPartition topicPartition, String storeName, long startingOffset) {
        VectorStore store = stores.standby(topicPartition.partition());
        if (store != null) {
            OptionalInt restoring = store.standbyBegan(startingOffset);
            restoring.ifPresent(number -> ask(store, number, 0));
        }
    }

    private void ask(VectorStore store, int restoring, long delayMs) {
        try {
            asking.schedule(() -> tell(store, restoring), delayMs, TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException e) {
            log.debug("a standby is not followed: the process is closing");
        }
    }

    private void tell(VectorStore store, int restoring) {
        if (!store.following().awaitsTarget(restoring)) {
            return;
        }
        try {
            store.standbyTarget(restoring, tail.lastRecord(store.partition()));
        } catch (RuntimeException e) {
            log.warn(
                    "The end of partition {} of {} is not known, so its standby here does not answer yet: asking again. {}",
                    store.partition(),
                    stores.topic(),
                    e.toString());
            log.debug("Why the end is not known", e);
            ask(store, restoring, AGAIN_MS);
        }
    }

    @Override
    public void onBatchLoaded(
            TopicPartition topicPartition,
            String storeName,
            TaskId taskId,
            long batchEndOffset,
            long batchSize,
            long currentEndOffset) {
        VectorStore store = stores.standby(topicPartition.partition());
        if (store != null) {
            store.standbyReached(batchEndOffset);
        }
    }

    @Override
    public void onUpdateSuspended(
            TopicPartition topicPartition,
            String storeName,
            long storeOffset,
            long currentEndOffset,
            SuspendReason reason) {
        // Promoted: it stays as it is until it is active. Migrated: it is closed.
    }

    @Override
    public void close() {
        asking.shutdownNow();
    }
}
