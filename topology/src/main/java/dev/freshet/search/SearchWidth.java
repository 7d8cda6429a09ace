package dev.freshet.search;

/**
 * How many candidates a search looks at in each partition, so that what all of them find together is as good as if the index were in one graph.
 *
 * <p>Rows are spread over the partitions by a hash of their keys. So of the {@code k} nearest rows a partition has a number that is distributed binomially, with mean {@code k / N}: hardly ever more than three standard
 * deviations above it. A partition has to be as good at its share as one graph at {@code k}, so it gets the same proportion of candidates to results. It never gets fewer than {@value #CANDIDATES_MIN}: chunks
 * of one row are in one partition, and a row may have all of the nearest chunks.
 */
public final class SearchWidth {
    static final int CANDIDATES_MIN = 32;
    private static final double DEVIATIONS = 3;

    private SearchWidth() {}

    /**
     * Candidates per partition.
     *
     * @param whole candidates for one graph that holds the whole index
     * @param k results wanted of all partitions together
     * @return at least {@code k}, as each partition may have them all
     */
    public static int perPartition(int whole, int k, int partitions) {
        int ofOne = Math.max(whole, k);
        double share = 1.0 / Math.max(1, partitions);
        double mean = k * share;
        double most = Math.min(k, Math.ceil(mean + DEVIATIONS * Math.sqrt(mean * (1 - share))));
        int proportional = (int) Math.ceil(ofOne * most / k);
        return Math.max(k, Math.max(proportional, Math.min(ofOne, CANDIDATES_MIN)));
    }
}
