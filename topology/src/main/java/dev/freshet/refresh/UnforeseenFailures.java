package dev.freshet.refresh;

import dev.freshet.schemas.registry.SchemaRefusedException;
import dev.freshet.schemas.serde.UndecodableRecordException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.KafkaException;

/**
 * Remembers, beyond the end of a stream thread, which record of a partition made its task fail in a way that nobody foresaw. The task is tried again, because
 * what it had done is rolled back; a record that fails {@value #ATTEMPTS_MAX} times would stop its partition for ever, and is given up. Thread-safe.
 */
final class UnforeseenFailures {
    static final int ATTEMPTS_MAX = 3;

    private final Map<Integer, Failed> byPartition = new ConcurrentHashMap<>();

    private record Failed(long version, int times) {}

    /** Notes that a record failed. Trouble of Kafka's, what cannot be read in the stores, and a schema of ours that the registry refuses are no fault of a record's. */
    void failed(int partition, long version, Throwable failure) {
        if (failure instanceof KafkaException
                || failure instanceof UndecodableRecordException
                || failure instanceof SchemaRefusedException) {
            return;
        }
        byPartition.merge(
                partition,
                new Failed(version, 1),
                (before, now) -> before.version() == version ? new Failed(version, before.times() + 1) : now);
    }

    /** Whether a record failed so often that it is not to be tried again. */
    boolean givenUp(int partition, long version) {
        Failed last = byPartition.get(partition);
        return last != null && last.version() == version && last.times() >= ATTEMPTS_MAX;
    }
}
