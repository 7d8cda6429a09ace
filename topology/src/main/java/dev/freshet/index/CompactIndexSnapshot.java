package dev.freshet.index;

import java.io.IOException;
import java.util.Arrays;
import java.util.BitSet;

/**
 * The sections of a {@link CompactIndex} in a snapshot. Nodes are numbered anew, without the free ones.
 *
 * <pre>
 * section "NODE" := number of nodes (4) slot(4)* level(4)*
 *                   the complement of its slot for a dead node, that is only walked through
 * section "SLOT" := number of slots (4) newest version that each has, or had(8)*
 * section "VECT" := component(4 × dimensions)*   as they came; what walks see is made of that again
 * section "LNK0" := links*                 one list per node
 * section "LNKU" := links*                 from layer 1 up to its level for each node
 * links          := number of links (4) node(4)*
 * </pre>
 *
 * <p>Written beside the writer of the index, by a thread that is announced as a reader, so that no node that was in the graph when it began is made anew before it ends. Which nodes those are
 * is noted first: their vectors and levels do not change, links to others are left out. All else may be older or newer, which the reader of the snapshot mends.
 */
final class CompactIndexSnapshot {
    private static final int[] NO_LINKS = {};

    private final CompactGraph graph;
    private final IntPages slots;
    private final IntPages nodes;
    private final LongPages versions;
    private final int[] links;

    CompactIndexSnapshot(CompactGraph graph, IntPages slots, IntPages nodes, LongPages versions) {
        this.graph = graph;
        this.slots = slots;
        this.nodes = nodes;
        this.versions = versions;
        this.links = new int[graph.width(0)];
    }

    void write(SnapshotWriter snapshot, int slotCount) throws IOException {
        IntStack noted = new IntStack();
        IntStack notedSlots = new IntStack();
        BitSet live = new BitSet();
        // By slot: looking at the nodes one after the other would miss a vector that moves to a node before.
        for (int slot = 0; slot < slotCount; slot++) {
            int node = nodes.get(slot);
            if (node != CompactGraph.NONE) {
                live.set(node);
                noted.push(node);
                notedSlots.push(slot);
            }
        }
        int end = graph.nodes();
        for (int node = 0; node < end; node++) {
            if (!live.get(node) && CompactIndex.isInGraph(slots, node)) {
                noted.push(node);
                notedSlots.push(~CompactIndex.slotOf(slots.get(node)));
            }
        }
        write(snapshot, noted.toArray(), notedSlots.toArray());
    }

    private void write(SnapshotWriter snapshot, int[] written, int[] writtenSlots) throws IOException {
        int count = written.length;
        int[] numbers = new int[Arrays.stream(written).max().orElse(CompactGraph.NONE) + 1];
        Arrays.fill(numbers, CompactGraph.NONE);
        for (int i = 0; i < count; i++) {
            numbers[written[i]] = i;
        }
        try (SnapshotWriter.Section section = snapshot.section("NODE")) {
            section.putInt(count);
            section.putInts(writtenSlots, 0, count);
            for (int i = 0; i < count; i++) {
                section.putInt(graph.level(written[i]));
            }
        }
        writeVersions(snapshot, writtenSlots, count);
        try (SnapshotWriter.Section section = snapshot.section("VECT")) {
            OriginalVectors.View vector = graph.vectors().originals().view();
            for (int i = 0; i < count; i++) {
                vector.show(written[i]);
                section.putFloats(
                        vector.components(), vector.start(), graph.parameters().dimensions());
            }
        }
        try (SnapshotWriter.Section section = snapshot.section("LNK0")) {
            for (int i = 0; i < count; i++) {
                writeLinks(section, written[i], 0, numbers);
            }
        }
        try (SnapshotWriter.Section section = snapshot.section("LNKU")) {
            for (int i = 0; i < count; i++) {
                for (int layer = 1; layer <= graph.level(written[i]); layer++) {
                    writeLinks(section, written[i], layer, numbers);
                }
            }
        }
    }

    private void writeVersions(SnapshotWriter snapshot, int[] writtenSlots, int count) throws IOException {
        int slotCount = 0;
        for (int i = 0; i < count; i++) {
            slotCount = Math.max(slotCount, CompactIndex.slotOf(writtenSlots[i]) + 1);
        }
        try (SnapshotWriter.Section section = snapshot.section("SLOT")) {
            section.putInt(slotCount);
            for (int slot = 0; slot < slotCount; slot++) {
                section.putLong(versions.get(slot));
            }
        }
    }

    private void writeLinks(SnapshotWriter.Section section, int node, int layer, int[] numbers) throws IOException {
        int count = graph.links(node, layer, links);
        int kept = 0;
        for (int i = 0; i < count; i++) {
            int number = links[i] < numbers.length ? numbers[links[i]] : CompactGraph.NONE;
            if (number != CompactGraph.NONE) {
                links[kept++] = number;
            }
        }
        section.putInt(kept);
        section.putInts(links, 0, kept);
    }

    /** Fills the graph, but for its entry, and the tables; all must be empty. Returns the number of slots. */
    int read(SnapshotReader snapshot) throws IOException {
        SnapshotReader.Section section = snapshot.section("NODE");
        int count = section.getCount(2 * Integer.BYTES);
        int[] readSlots = new int[count];
        int[] levels = new int[count];
        section.getInts(readSlots, 0, count);
        section.getInts(levels, 0, count);
        section.verify();
        int slotCount = readVersions(snapshot);
        readVectors(snapshot, levels);
        for (int node = 0; node < count; node++) {
            int slot = CompactIndex.slotOf(readSlots[node]);
            if (slot >= slotCount) {
                throw snapshot.problem("makes no sense: node " + node + " is in slot " + slot + " of " + slotCount);
            }
            slots.ensure(node + 1);
            slots.set(node, readSlots[node]);
        }
        readLinks(snapshot, "LNK0", 0, 0);
        readLinks(snapshot, "LNKU", 1, Arrays.stream(levels).max().orElse(0));
        return slotCount;
    }

    private int readVersions(SnapshotReader snapshot) throws IOException {
        SnapshotReader.Section section = snapshot.section("SLOT");
        int slotCount = section.getCount(Long.BYTES);
        versions.ensure(slotCount);
        for (int slot = 0; slot < slotCount; slot++) {
            versions.set(slot, section.getLong());
        }
        section.verify();
        return slotCount;
    }

    private void readVectors(SnapshotReader snapshot, int[] levels) throws IOException {
        SnapshotReader.Section section = snapshot.section("VECT");
        float[] vector = new float[graph.parameters().dimensions()];
        graph.vectors().expect(levels.length);
        for (int level : levels) {
            if (level < 0 || level > CompactGraph.LEVEL_MAX) {
                throw snapshot.problem("makes no sense: a node is on level " + level);
            }
            section.getFloats(vector, 0, vector.length);
            graph.create(level, vector);
        }
        section.verify();
    }

    private void readLinks(SnapshotReader snapshot, String tag, int lowest, int highest) throws IOException {
        SnapshotReader.Section section = snapshot.section(tag);
        for (int node = 0; node < graph.nodes(); node++) {
            for (int layer = lowest; layer <= Math.min(highest, graph.level(node)); layer++) {
                int count = section.getCount(Integer.BYTES);
                if (count > graph.width(layer)) {
                    throw snapshot.problem("makes no sense: a node has " + count + " links");
                }
                section.getInts(links, 0, count);
                for (int i = 0; i < count; i++) {
                    if (links[i] < 0 || links[i] >= graph.nodes() || graph.level(links[i]) < layer) {
                        throw snapshot.problem("makes no sense: a link of layer " + layer + " leads to " + links[i]);
                    }
                }
                graph.setLinks(node, layer, NO_LINKS, 0, links, count);
            }
        }
        section.verify();
    }
}
