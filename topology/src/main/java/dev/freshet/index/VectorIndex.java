package dev.freshet.index;

import java.util.List;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/**
 * A set of vectors in numbered slots that finds the nearest ones. All vectors that enter must be valid and prepared by
 * {@link DistanceFunction#prepare}; they are kept, not copied, and must not be changed any more.
 *
 * <ul>
 *   <li>One thread at a time writes (add, remove); any number search meanwhile. A search sees every vector that was added before it
 *       began and is not removed before it ends; of what changes while it runs it may see either state.
 *   <li>A vector that was removed before a search began is never returned by it.
 *   <li>A slot's versions only grow: adding or removing with an older version than the slot has, or had, changes nothing.
 *   <li>It grows without limit. What was removed may go on taking room (see {@link VectorIndexStatistics#rebuildPays}); the owner then builds a
 *       new index from its own records and drops this one. Slots should be given in ascending order without large gaps.
 * </ul>
 */
public interface VectorIndex {
    /** Puts a vector into a slot, in place of the one that may be there. False if the slot has, or had, a newer version. */
    boolean add(int slot, long version, float[] vector);

    /** Empties a slot. False if it is empty, or its version is newer. */
    boolean remove(int slot, long version);

    /** The vector in a slot as it was added, not a copy; null if the slot is empty. Any thread. */
    float @Nullable [] vector(int slot);

    /**
     * The {@code k} nearest vectors, nearest first: approximately, but never fewer than there are.
     *
     * @param query valid and prepared
     * @param ef candidates to look at; at least {@code k} are
     * @param accepted slots that may be returned; null: all. Called on the caller's thread
     */
    List<Neighbor> search(float[] query, int k, int ef, @Nullable IntPredicate accepted);

    /** The {@code k} nearest vectors, nearest first, by looking at every one. */
    List<Neighbor> searchExact(float[] query, int k, @Nullable IntPredicate accepted);

    VectorIndexStatistics statistics();
}
