package dev.freshet.search;

import dev.freshet.index.ReaderEpochs;
import dev.freshet.index.SlotTable;
import dev.freshet.index.VectorIndex;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The slots of one graph's vectors: whose they are, which are on their way out, and which may be given again. See {@link IndexGraph} for what this is good for.
 *
 * <p>A slot that no row has any more is <b>retired</b>: its vector stays until every reader that began before the row changed has ended. Then the vector is removed, and the slot is
 * in <b>quarantine</b>: it keeps its owner until every reader that began before the removal has ended. Then it is <b>free</b>.
 *
 * <p>Every addition and removal has a version of its own, higher than all before it, so that a slot's former owner never stands in the way of the next one.
 *
 * <p>For the thread that writes to the graph; {@link #owner}, {@link #given} and {@link #version} for any.
 */
final class GraphSlots {
    private final VectorIndex vectors;
    private final ReaderEpochs epochs;
    private final SlotTable<String> owners = new SlotTable<>();
    private final Deque<Batch> retired = new ArrayDeque<>();
    private final Deque<Batch> quarantined = new ArrayDeque<>();
    private final Deque<Integer> free = new ArrayDeque<>();
    private volatile int given;
    private volatile long version;

    GraphSlots(VectorIndex vectors, ReaderEpochs epochs) {
        this.vectors = vectors;
        this.epochs = epochs;
    }

    /** Slots that wait for the readers of an epoch, and of those before it. */
    private record Batch(long ended, List<Integer> slots) {
        Batch {
            slots = List.copyOf(slots);
        }
    }

    /** A slot for a vector of a row. */
    int take(String rowKey) {
        Integer used = free.poll();
        int slot = used == null ? given : used;
        // Before the number: whoever reads that this many slots were given finds all their owners.
        owners.set(slot, rowKey);
        if (used == null) {
            given = slot + 1;
        }
        return slot;
    }

    /** The version of the next addition or removal. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // only one thread writes
    long nextVersion() {
        return ++version;
    }

    /** Slots that no row has any more since before this epoch ended; and removes and frees what nobody can see any more. */
    void retire(List<Integer> slots, long ended) {
        if (!slots.isEmpty()) {
            retired.add(new Batch(ended, slots));
        }
        if (!retired.isEmpty() || !quarantined.isEmpty()) {
            removeRetired();
            freeQuarantined();
        }
    }

    private void removeRetired() {
        long oldest = epochs.oldest();
        for (Batch batch = passed(retired, oldest); batch != null; batch = passed(retired, oldest)) {
            batch.slots().forEach(slot -> vectors.remove(slot, nextVersion()));
            quarantined.add(new Batch(epochs.advance(), batch.slots()));
        }
    }

    private void freeQuarantined() {
        long oldest = epochs.oldest();
        for (Batch batch = passed(quarantined, oldest); batch != null; batch = passed(quarantined, oldest)) {
            batch.slots().forEach(slot -> owners.set(slot, null));
            batch.slots().forEach(free::push);
        }
    }

    private static @Nullable Batch passed(Deque<Batch> waiting, long oldest) {
        Batch first = waiting.peek();
        return first != null && first.ended() < oldest ? waiting.poll() : null;
    }

    /** The row whose chunk is, or was until now, in a slot that the caller has found. */
    String owner(int slot) {
        String owner = owners.get(slot);
        if (owner == null) {
            throw new IllegalStateException("slot " + slot + " has no owner");
        }
        return owner;
    }

    /** The row whose chunk is, or was until now, in any slot; null if it is free. */
    @Nullable
    String ownerIfAny(int slot) {
        return owners.get(slot);
    }

    /** One more than the highest slot that was ever given. */
    int given() {
        return given;
    }

    /** The newest version that was used. */
    long version() {
        return version;
    }

    /**
     * Begins with what a snapshot says. Vectors that no row has were on their way in or out when it was written, and are removed.
     *
     * @param rows no two with the same slot, and all slots below {@code slots}
     * @param slots as {@link #given} was
     */
    void restore(Collection<GraphRow> rows, int slots, long newestVersion) {
        version = newestVersion;
        for (GraphRow row : rows) {
            for (int slot : row.slots()) {
                owners.set(slot, row.rowKey());
            }
        }
        for (int slot = 0; slot < slots; slot++) {
            if (owners.get(slot) == null) {
                vectors.remove(slot, nextVersion());
                free.add(slot);
            }
        }
        given = slots;
    }
}
