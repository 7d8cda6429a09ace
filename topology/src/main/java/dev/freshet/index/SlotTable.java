package dev.freshet.index;

import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** An array that grows. One thread at a time writes, any number read; a read sees every write that finished before it began. */
public final class SlotTable<T> {
    private static final int INITIAL_CAPACITY = 256;

    private volatile AtomicReferenceArray<@Nullable T> values = new AtomicReferenceArray<>(INITIAL_CAPACITY);
    private volatile int size;

    public @Nullable T get(int slot) {
        AtomicReferenceArray<@Nullable T> current = values;
        return slot < current.length() ? current.get(slot) : null;
    }

    public void set(int slot, @Nullable T value) {
        if (slot >= values.length()) {
            grow(slot);
        }
        values.set(slot, value);
        size = Math.max(size, slot + 1);
    }

    /** One more than the highest slot ever set. */
    public int size() {
        return size;
    }

    private void grow(int slot) {
        AtomicReferenceArray<@Nullable T> old = values;
        int capacity = Math.max(slot + 1, old.length() + (old.length() >> 1));
        AtomicReferenceArray<@Nullable T> grown = new AtomicReferenceArray<>(capacity);
        for (int i = 0; i < old.length(); i++) {
            grown.setPlain(i, old.getPlain(i));
        }
        values = grown;
    }
}
