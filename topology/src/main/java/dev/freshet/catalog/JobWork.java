package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What a job does. */
public sealed interface JobWork {
    /** The name that users see, for example {@code merge}. */
    String kind();

    /** How many steps it takes; a step begins when every partition has finished the one before. */
    int steps();

    /** Whether the job reads or changes the rows of this dataset. */
    boolean touches(long datasetId);

    /**
     * Copies the rows of one direct index into another.
     *
     * @param sourceId the source's implicit dataset
     * @param destinationId the destination's implicit dataset
     * @param clearSource whether a second step deletes from the source what was copied
     * @param starts per partition of the rows topic, the version of the first change that counts as made after the job's start
     */
    record Merge(
            long sourceId,
            String source,
            long destinationId,
            String destination,
            boolean clearSource,
            List<Long> starts)
            implements JobWork {
        /** The step that copies. */
        public static final int COPYING = 0;

        /** The step that clears the source. */
        public static final int CLEARING = 1;

        public Merge {
            requireNonNull(source, "source is null");
            requireNonNull(destination, "destination is null");
            starts = List.copyOf(starts);
        }

        @Override
        public String kind() {
            return "merge";
        }

        @Override
        public int steps() {
            return clearSource ? 2 : 1;
        }

        @Override
        public boolean touches(long datasetId) {
            return datasetId == sourceId || datasetId == destinationId;
        }
    }
}
