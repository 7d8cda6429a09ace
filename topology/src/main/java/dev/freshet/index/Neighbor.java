package dev.freshet.index;

import java.util.Comparator;

/** A vector that a search found, by its slot, and how far it is. Ordered by distance, then by slot. */
public record Neighbor(int slot, float distance) implements Comparable<Neighbor> {
    private static final Comparator<Neighbor> ORDER =
            Comparator.<Neighbor>comparingDouble(Neighbor::distance).thenComparingInt(Neighbor::slot);

    @Override
    public int compareTo(Neighbor other) {
        return ORDER.compare(this, other);
    }
}
