package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.util.List;

/** What a job does. */
public sealed interface JobWork {
    /** Every {@link #kind}. */
    List<String> KINDS = List.of("backfill", "deletion", "merge", "rebuild", "refresh");

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

    /**
     * Embeds the rows of a dataset that wait when the job begins, in all its indexes.
     *
     * @param scheduled whether the dataset's schedule started it
     */
    record Refresh(long datasetId, String dataset, boolean scheduled) implements JobWork {
        public Refresh {
            requireNonNull(dataset, "dataset is null");
        }

        @Override
        public String kind() {
            return "refresh";
        }

        @Override
        public int steps() {
            return 1;
        }

        @Override
        public boolean touches(long id) {
            return id == datasetId;
        }
    }

    /**
     * Fills indexes from the stored rows of their dataset.
     *
     * @param indexes what is filled
     * @param rebuild whether every row is embedded again, even where its vectors are known
     */
    record Fill(long datasetId, String dataset, List<IndexName> indexes, boolean rebuild) implements JobWork {
        public Fill {
            requireNonNull(dataset, "dataset is null");
            indexes = List.copyOf(indexes);
        }

        @Override
        public String kind() {
            return rebuild ? "rebuild" : "backfill";
        }

        @Override
        public int steps() {
            return 1;
        }

        @Override
        public boolean touches(long id) {
            return id == datasetId;
        }

        /** Whether it fills this index. */
        public boolean fills(long indexId) {
            return indexes.stream().anyMatch(index -> index.id() == indexId);
        }
    }

    /**
     * Clears away what is stored of indexes that are gone from the catalog.
     *
     * @param rows whether the dataset is gone as well, and its rows are to go
     */
    record Drop(long datasetId, String dataset, List<IndexName> indexes, boolean rows) implements JobWork {
        public Drop {
            requireNonNull(dataset, "dataset is null");
            indexes = List.copyOf(indexes);
        }

        @Override
        public String kind() {
            return "deletion";
        }

        @Override
        public int steps() {
            return 1;
        }

        /** Nothing: what it clears away has gone from the catalog, and its ids are not given again. */
        @Override
        public boolean touches(long id) {
            return false;
        }
    }

    /** An index as a job knows it: the name is that of when the job began. */
    record IndexName(long id, String name) {
        public IndexName {
            requireNonNull(name, "name is null");
        }
    }
}
