package dev.freshet.search;

import java.util.Comparator;

/**
 * A chunk that may be among the nearest. All candidates of one row that a search gives are of one state of it.
 *
 * @param version the row's, with its revision
 */
record Candidate(String rowKey, int ordinal, long version, int revision, double distance)
        implements Comparable<Candidate> {
    private static final Comparator<Candidate> ORDER = Comparator.comparingDouble(Candidate::distance)
            .thenComparing(Candidate::rowKey)
            .thenComparingInt(Candidate::ordinal);

    boolean isOf(StoredRow row) {
        return version == row.version() && revision == row.revision();
    }

    @Override
    public int compareTo(Candidate other) {
        return ORDER.compare(this, other);
    }
}
