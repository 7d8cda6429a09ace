package dev.freshet.search;

/**
 * How many candidates a search looks at in each partition, so that what all of them find together is as good as if the index were in one graph.
 *
 * <p>Rows are spread over the partitions by a hash of their keys. So of the {@code k} nearest rows a partition has a number that is distributed binomially, with mean {@code k / N}. A partition has to be as good at its share as one
 * graph at {@code k}, so it gets the same proportion of candidates to results. It never gets fewer than {@value #CANDIDATES_MIN}: chunks of one row are in one partition, and a row may have all of the nearest chunks.
 *
 * <p>Whoever can have a partition searched again when its share is known begins with the {@link #first} width, which few shares exceed, and goes on with the share's own ({@link #of}); all others need the {@link #most}.
 *
 * @param whole candidates for one graph that holds the whole index
 * @param k results wanted of all partitions together
 */
public record SearchWidth(int whole, int k, int partitions) {
    static final int CANDIDATES_MIN = 32;
    /** Of the share from its mean: two in three shares, and more of small ones, are no larger. */
    private static final double FIRST_DEVIATIONS = 1;
    /** Hardly any share is larger. */
    private static final double MOST_DEVIATIONS = 3;

    /** Candidates per partition to begin with; at least {@code k}, as each partition may have them all. */
    public int first() {
        return within(FIRST_DEVIATIONS);
    }

    /** Candidates per partition that are enough for nearly any share; at least {@code k}. */
    public int most() {
        return within(MOST_DEVIATIONS);
    }

    private int within(double deviations) {
        double part = 1.0 / Math.max(1, partitions);
        double mean = k * part;
        double share = Math.ceil(mean + deviations * Math.sqrt(mean * (1 - part)));
        return of((int) Math.min(k, share));
    }

    /**
     * Candidates for a partition that has so many of the nearest.
     *
     * @return at least {@code k}
     */
    int of(int share) {
        int ofOne = Math.max(whole, k);
        int proportional = (int) Math.ceil((double) ofOne * Math.min(share, k) / k);
        return Math.max(k, Math.max(proportional, Math.min(ofOne, CANDIDATES_MIN)));
    }
}
