package dev.freshet.search;

import java.util.List;

/**
 * What one partition found, with as many of the rows as were fetched. Each partition finds as many candidates as are wanted of all partitions together, so most of them are in no answer: only
 * what is ({@link NearestFindings}) need be fetched. For one thread at a time.
 */
interface PartitionFindings {
    int partition();

    /** As {@link PartitionAnswer} tells it. */
    long position();

    /** As {@link PartitionAnswer} tells it. */
    long waitingSinceMs();

    /** How far away what was found is, fetched or not: ascending, at most the query's {@code k}. */
    double[] distances();

    /**
     * Fetches what was found at most so far away.
     *
     * @return whether rows had moved, so that the distances are no longer those from before; what is near enough now is fetched too
     * @throws NotAnsweredException when the partition does not answer here any more
     */
    boolean fetch(double distance);

    /** What was fetched, nearest first. */
    List<SearchHit> hits();

    /** All of it. Throws as {@link #fetch} does. */
    default PartitionAnswer fetchAll() {
        boolean moved;
        do {
            moved = fetch(Double.POSITIVE_INFINITY);
        } while (moved);
        return new PartitionAnswer(partition(), hits(), position(), waitingSinceMs());
    }
}
