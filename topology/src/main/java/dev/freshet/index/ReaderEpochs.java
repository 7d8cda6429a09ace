package dev.freshet.index;

import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * Tells one writer which of the things that it has unlinked no reader can still hold: epoch-based reclamation, without a lock on the readers' path (Keir
 * Fraser, <i>Practical lock-freedom</i>, 2004, section 5.2.3).
 *
 * <p>A reader {@linkplain #enter enters} before it looks at the shared structure and {@linkplain #exit exits} after. The writer unlinks a thing, notes {@link #advance}'s
 * answer beside it, and may reuse it once {@link #passed} says so.
 *
 * <p><b>Why that is safe.</b> A reader announces the epoch that it read in a cell of its own and then reads the epoch again. If the second reading differs, it has seen the
 * write of an {@code advance}, and with it everything that the writer unlinked before. If it does not differ, the announcement precedes that write in
 * the total order of volatile accesses, so every later scan of the cells by the writer finds it. Either way no reader holds what was unlinked before an epoch that has passed.
 *
 * <p>Any thread may enter; one thread at a time advances and asks. At most {@value #CELLS} readers are inside at the same time, more wait for a cell.
 */
public final class ReaderEpochs {
    private static final int CELLS = 256;
    /** Cells stand a cache line apart, so that readers do not slow each other down. */
    private static final int STRIDE = 8;

    private static final long IDLE = 0;
    private static final int SPREAD = 0x9E3779B9;

    private final AtomicLong epoch = new AtomicLong(1);
    private final AtomicLongArray cells = new AtomicLongArray(CELLS * STRIDE);

    /** A reader begins. Returns its cell, to be given to {@link #exit} and {@link #entered}. */
    public int enter() {
        int start = ((int) Thread.currentThread().getId() * SPREAD) >>> 24;
        for (int tried = 0; ; tried++) {
            int cell = ((start + tried) & (CELLS - 1)) * STRIDE;
            if (cells.get(cell) == IDLE && cells.compareAndSet(cell, IDLE, epoch.get())) {
                // Not later than the epoch: an epoch that is announced too old only makes the writer wait longer.
                long again = epoch.get();
                if (again != cells.get(cell)) {
                    cells.set(cell, again);
                }
                return cell;
            }
            if (tried >= CELLS) {
                Thread.onSpinWait();
            }
        }
    }

    /** The epoch in which the reader in this cell entered. */
    public long entered(int cell) {
        return cells.get(cell);
    }

    /** A reader ends. */
    public void exit(int cell) {
        cells.set(cell, IDLE);
    }

    /** The present epoch: a reader that enters after the next {@link #advance} gets a higher one. */
    public long current() {
        return epoch.get();
    }

    /** Begins a new epoch. Returns the one that ended: what was unlinked before this call is out of sight once it has {@link #passed}. */
    public long advance() {
        return epoch.getAndIncrement();
    }

    /** Whether every reader that entered in this epoch or an earlier one has exited. */
    public boolean passed(long ended) {
        return oldest() > ended;
    }

    /** The epoch of the reader that is inside for the longest; the present one if nobody is. */
    public long oldest() {
        long oldest = epoch.get();
        for (int cell = 0; cell < CELLS * STRIDE; cell += STRIDE) {
            long entered = cells.get(cell);
            if (entered != IDLE && entered < oldest) {
                oldest = entered;
            }
        }
        return oldest;
    }
}
