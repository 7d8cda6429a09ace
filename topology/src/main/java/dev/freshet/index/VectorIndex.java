package dev.freshet.index;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A set of vectors in numbered slots that finds the nearest ones. All vectors that enter must be valid and prepared by
 * {@link DistanceFunction#prepare}; they may be kept rather than copied, and must not be changed any more.
 *
 * <ul>
 *   <li>One thread at a time writes (add, remove); any number search meanwhile. A search sees every vector that was added before it
 *       began and is not removed before it ends; of what changes while it runs it may see either state.
 *   <li>A vector that was removed before a search began is never returned by it.
 *   <li>A slot's versions only grow: adding or removing with an older version than the slot has, or had, changes nothing.
 *   <li>It grows without limit. What was removed may go on taking room (see {@link VectorIndexStatistics#rebuildPays}); the owner then builds a
 *       new index from its own records and drops this one. Slots should be given in ascending order without large gaps, free ones again before new ones.
 * </ul>
 */
public interface VectorIndex {
    /** Puts a vector into a slot, in place of the one that may be there. False if the slot has, or had, a newer version. */
    boolean add(int slot, long version, float[] vector);

    /**
     * Adds many at once, as {@link #add} would one by one, with as many threads as there are to be had. Returns when all are in; no other thread may write meanwhile.
     *
     * @param additions no slot twice
     * @param helpers may run up to {@code parallelism - 1} tasks beside the caller's thread; tasks that it refuses or runs late only make this slower
     * @param parallelism threads to use at most, at least 1
     */
    void addAll(List<SlotVector> additions, Executor helpers, int parallelism);

    /** Empties a slot. False if it is empty, or its version is newer. */
    boolean remove(int slot, long version);

    /** The vector in a slot as it was added, perhaps a copy, not to be changed; null if the slot is empty. Any thread. */
    float @Nullable [] vector(int slot);

    /** The distance between a prepared query and the vector in a slot; not a number if the slot is empty. Any thread. */
    float distance(float[] query, int slot);

    /**
     * The {@code k} nearest vectors, nearest first: approximately, but never fewer than there are.
     *
     * @param query valid and prepared
     * @param ef candidates to look at; at least {@code k} are
     * @param accepted slots that may be returned; null: all. Called on the caller's thread
     */
    List<Neighbor> search(float[] query, int k, int ef, @Nullable IntPredicate accepted);

    /**
     * About how many vectors {@link #search} compares with the query where {@code accepted} accepts this share of them, without regard to where they are; if it can tell of some that they are too far without comparing them, as many as could be compared in the time that all take. Infinity if it would end in looking at
     * all of those that are accepted. Any thread.
     *
     * @param share more than 0, at most 1
     */
    double compared(int k, int ef, double share);

    /** The {@code k} nearest vectors, nearest first, by looking at every one that is accepted. */
    List<Neighbor> searchExact(float[] query, int k, @Nullable IntPredicate accepted);

    VectorIndexStatistics statistics();

    /**
     * Writes this index's sections of a snapshot, to be read by {@link VectorIndexes#read}. On one thread at a time, beside the one that writes to the index: slots that are
     * filled when this begins and stay so until it ends are in the snapshot as they are; what changes meanwhile may be in it in either state. Throws
     * {@link UnsupportedOperationException} if the engine has no snapshots.
     */
    void writeSnapshot(SnapshotWriter snapshot) throws IOException;
}
