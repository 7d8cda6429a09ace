package dev.freshet.search;

import dev.freshet.index.SnapshotReader;
import dev.freshet.index.SnapshotWriter;
import dev.freshet.index.VectorIndex;
import dev.freshet.index.VectorIndexParameters;
import dev.freshet.index.VectorIndexes;
import dev.freshet.index.VectorPlace;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.BitSet;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a snapshot holds of an {@link IndexGraph}, around the sections of its engine. {@link SnapshotWriter} says how a file and a section look.
 *
 * <pre>
 * graph   := section("ROWS", (1 row)* 0) the engine's sections section("SLOT", given)
 * row     := key:string version(8) revision(4) failed(1) metadata chunks(4) slot(4)* ordinal(4)*
 * metadata := 0x00 | 0x01 length(4) byte*          none in memory, or in the form of {@link MetadataFields}
 * given   := slots ever given (4) newest version of a slot (8)
 * </pre>
 *
 * <p>The rows come before the vectors and the numbers after them, so that whatever is in the vectors was given a slot below that number and a version not above that one. A row
 * that was removed and put back while its neighbours were written may be there twice; the later one is taken. Vectors of no row may be there, rows without their vectors not.
 *
 * @param rows by key
 * @param slots one more than the highest that was ever given
 * @param version the newest of any slot
 */
record GraphSnapshot(VectorIndex vectors, Map<String, GraphRow> rows, int slots, long version) {
    private static final String ROWS = "ROWS";
    private static final String SLOTS = "SLOT";
    private static final int CHUNK_BYTES = 2 * Integer.BYTES;
    /** Before the first epoch, so before every search. */
    private static final long SINCE = 0;

    static void write(SnapshotWriter snapshot, Collection<GraphRow> rows, VectorIndex vectors, GraphSlots slots)
            throws IOException {
        try (SnapshotWriter.Section section = snapshot.section(ROWS)) {
            for (GraphRow row : rows) {
                section.putByte((byte) 1);
                section.putString(row.rowKey());
                section.putLong(row.version());
                section.putInt(row.revision());
                section.putByte((byte) (row.failed() ? 1 : 0));
                writeMetadata(section, row.metadata());
                section.putInt(row.slots().length);
                section.putInts(row.slots(), 0, row.slots().length);
                section.putInts(row.ordinals(), 0, row.ordinals().length);
            }
            section.putByte((byte) 0);
        }
        vectors.writeSnapshot(snapshot);
        try (SnapshotWriter.Section section = snapshot.section(SLOTS)) {
            section.putInt(slots.given());
            section.putLong(slots.version());
        }
    }

    private static void writeMetadata(SnapshotWriter.Section section, byte @Nullable [] metadata) throws IOException {
        section.putByte((byte) (metadata == null ? 0 : 1));
        if (metadata != null) {
            section.putBytes(metadata);
        }
    }

    private static byte @Nullable [] readMetadata(SnapshotReader.Section section) throws IOException {
        if (section.getByte() == 0) {
            return null;
        }
        byte[] metadata = section.getBytes();
        return metadata.length == 0 ? MetadataFields.NONE : metadata;
    }

    /** Reads everything to the end of the file. Throws {@link dev.freshet.index.SnapshotException} if anything is wrong with it, and {@link UncheckedIOException} if there is no room for what it reads. */
    static GraphSnapshot read(
            String engine, VectorIndexParameters parameters, VectorPlace place, SnapshotReader snapshot)
            throws IOException {
        try {
            Map<String, GraphRow> rows = readRows(snapshot);
            VectorIndex vectors = VectorIndexes.of(engine).read(parameters, place, snapshot);
            SnapshotReader.Section section = snapshot.section(SLOTS);
            int slots = section.getInt();
            long version = section.getLong();
            section.verify();
            snapshot.end();
            check(snapshot, rows, slots, vectors, new float[parameters.dimensions()]);
            return new GraphSnapshot(vectors, rows, slots, version);
        } catch (UncheckedIOException e) {
            // What is read could not be put anywhere, which is not the snapshot's fault.
            throw e;
        } catch (RuntimeException e) {
            // Content is decoded before its checksum can be compared.
            throw snapshot.problem("is damaged: " + e, e);
        }
    }

    private static Map<String, GraphRow> readRows(SnapshotReader snapshot) throws IOException {
        Map<String, GraphRow> rows = new LinkedHashMap<>();
        SnapshotReader.Section section = snapshot.section(ROWS);
        while (section.getByte() == 1) {
            String key = section.getString();
            long version = section.getLong();
            int revision = section.getInt();
            boolean failed = section.getByte() == 1;
            byte[] metadata = readMetadata(section);
            int[] slots = new int[section.getCount(CHUNK_BYTES)];
            int[] ordinals = new int[slots.length];
            section.getInts(slots, 0, slots.length);
            section.getInts(ordinals, 0, ordinals.length);
            rows.put(key, new GraphRow(key, SINCE, version, revision, failed, metadata, slots, ordinals));
        }
        section.verify();
        return rows;
    }

    private static void check(
            SnapshotReader snapshot, Map<String, GraphRow> rows, int slots, VectorIndex vectors, float[] zero)
            throws IOException {
        BitSet owned = new BitSet();
        for (GraphRow row : rows.values()) {
            for (int slot : row.slots()) {
                if (slot < 0 || slot >= slots || owned.get(slot) || Float.isNaN(vectors.distance(zero, slot))) {
                    throw snapshot.problem("makes no sense: slot " + slot + " of row " + row.rowKey()
                            + " is out of range, of two rows or empty");
                }
                owned.set(slot);
            }
        }
    }
}
