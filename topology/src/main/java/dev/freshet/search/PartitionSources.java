package dev.freshet.search;

import dev.freshet.search.PartitionDirectory.Owners;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who may be asked for a partition, in which order. Thread-safe. */
final class PartitionSources {
    private final StorePartitions local;
    private final PartitionDirectory directory;
    private final NodeHealth health;

    PartitionSources(StorePartitions local, PartitionDirectory directory, NodeHealth health) {
        this.local = local;
        this.directory = directory;
        this.health = health;
    }

    /**
     * One who may be asked.
     *
     * @param node null: this process
     * @param standby whether its answer may be some moments behind
     */
    record Source(@Nullable Node node, boolean standby) {
        /** The partition is active in this process. */
        static final Source HERE = new Source(null, false);

        private static final Source STANDBY_HERE = new Source(null, true);
    }

    /**
     * The process where the partition is active comes first, unless it is slow; this process's standby before others. One that is active here may not have loaded the graph of an index yet, which
     * the others have.
     */
    List<Source> of(int partition) {
        List<Source> first = new ArrayList<>();
        List<Source> last = new ArrayList<>();
        Owners owners = directory.owners(partition);
        Node self = directory.self();
        Node active = owners.active();
        if (local.active(partition)) {
            first.add(Source.HERE);
        } else {
            if (active != null && !active.equals(self)) {
                (health.isSlow(active) ? last : first).add(new Source(active, false));
            }
            if (local.holds(partition)) {
                first.add(Source.STANDBY_HERE);
            }
        }
        for (Node standby : owners.standbys()) {
            if (!standby.equals(self) && !standby.equals(active)) {
                (health.isSlow(standby) ? last : first).add(new Source(standby, true));
            }
        }
        first.addAll(last);
        return first;
    }

    /** The process where the partition is active, if that is another one. */
    @Nullable
    Node activeElsewhere(int partition) {
        Node active = directory.owners(partition).active();
        return local.active(partition) || active == null || active.equals(directory.self()) ? null : active;
    }

    /** The other processes that hold partitions. */
    Set<Node> nodes(int partitions) {
        Set<Node> nodes = new LinkedHashSet<>();
        for (int partition = 0; partition < partitions; partition++) {
            Owners owners = directory.owners(partition);
            if (owners.active() != null) {
                nodes.add(owners.active());
            }
            nodes.addAll(owners.standbys());
        }
        Node self = directory.self();
        if (self != null) {
            nodes.remove(self);
        }
        return nodes;
    }
}
