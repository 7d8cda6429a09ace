package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Where the rows of datasets came from, as far as can be told: a process knows of the partitions whose rows it takes, and may ask others about theirs. Thread-safe. */
public interface LineageView {
    /** Of one dataset. May take as long as it takes to ask other processes. */
    LineageReport of(long datasetId);

    /**
     * Where the rows of one dataset in one partition came from.
     *
     * @param complete whether every row that is stored there is counted under one of the origins
     */
    record PartitionLineage(boolean complete, List<OriginSeen> origins) {
        /** No row has come. */
        static final PartitionLineage NOTHING = new PartitionLineage(true, List.of());

        public PartitionLineage {
            origins = List.copyOf(origins);
        }
    }

    /**
     * What one partition saw of one origin. Times but the last are those at which changes were written to the rows topic.
     *
     * @param system {@code unknown} for rows whose producer did not say
     * @param changes of rows that were taken, the ones that changed nothing among them
     * @param rows that are stored and whose last change came from it
     * @param position of its newest change; null: the source did not say
     * @param time when the source made its newest change; null: it did not say
     */
    record OriginSeen(
            String system,
            @Nullable String database,
            @Nullable String table,
            Instant firstSeen,
            Instant lastSeen,
            long changes,
            long rows,
            @Nullable String position,
            @Nullable Instant time) {
        public OriginSeen {
            requireNonNull(system, "system is null");
            requireNonNull(firstSeen, "firstSeen is null");
            requireNonNull(lastSeen, "lastSeen is null");
        }
    }
}
