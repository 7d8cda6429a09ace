package dev.freshet.refresh;

import dev.freshet.schemas.avro.RowChange;
import java.util.List;

/** Writes row changes to the rows topic. Thread-safe. */
public interface RowWriter {
    /**
     * Writes the changes, in order, each to its row's partition, and returns when Kafka has acknowledged all of them.
     *
     * @return one position per change, in order
     * @throws dev.freshet.schemas.error.FreshetException {@code KAFKA_UNAVAILABLE} if any could not be written (those before it may have been; writing them again is
     *     harmless), {@code REGISTRY_UNAVAILABLE}
     */
    List<Position> write(List<RowChange> changes);

    /** Where a change stands: {@code version} is what {@link dev.freshet.schemas.key.RowVersion} makes of the topic's epoch and {@code offset}. */
    record Position(int partition, long offset, long version) {}
}
