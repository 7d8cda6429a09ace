package dev.freshet.search;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which processes hold a partition of the vectors topic, as far as this one has heard. Any thread may ask; answers at once, from memory. */
public interface PartitionDirectory {
    /** Who holds the partition now; what it says may be out of date while the group rebalances. */
    Owners owners(int partition);

    /** This process, as the others know it; null while it is alone. */
    @Nullable
    Node self();

    /**
     * The processes that hold one partition; this process may be among them.
     *
     * @param active null while nobody is known to
     * @param standbys that keep a copy which may be some moments behind
     */
    record Owners(@Nullable Node active, List<Node> standbys) {
        public static final Owners NOBODY = new Owners(null, List.of());

        public Owners {
            standbys = List.copyOf(standbys);
        }
    }
}
