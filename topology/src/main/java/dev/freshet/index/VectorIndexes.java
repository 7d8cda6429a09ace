package dev.freshet.index;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** The engines that can hold an index, by the name that users give. */
public enum VectorIndexes {
    COMPACT("compact") {
        @Override
        public VectorIndex create(VectorIndexParameters parameters, VectorPlace place) {
            return new CompactIndex(parameters, place);
        }

        @Override
        public boolean hasSnapshots() {
            return true;
        }

        @Override
        public VectorIndex read(VectorIndexParameters parameters, VectorPlace place, SnapshotReader snapshot)
                throws IOException {
            return CompactIndex.read(parameters, place, snapshot);
        }
    },
    HNSWLIB("hnswlib") {
        @Override
        public VectorIndex create(VectorIndexParameters parameters, VectorPlace place) {
            if (place.onDisk()) {
                throw new IllegalArgumentException("the engine hnswlib cannot keep vectors on disk");
            }
            return new HnswlibIndex(parameters);
        }

        @Override
        public boolean hasSnapshots() {
            return false;
        }

        @Override
        public VectorIndex read(VectorIndexParameters parameters, VectorPlace place, SnapshotReader snapshot)
                throws IOException {
            throw snapshot.problem("is of an engine that has no snapshots");
        }
    };

    private final String engine;

    VectorIndexes(String engine) {
        this.engine = engine;
    }

    /** An empty index, on the heap. */
    public VectorIndex create(VectorIndexParameters parameters) {
        return create(parameters, VectorPlace.MEMORY);
    }

    /**
     * An empty index. Throws {@link IllegalArgumentException} unless the engine {@linkplain #supports has} the quantization, and where there cannot be vectors on disk.
     *
     * @param place of the vectors as they came
     */
    public abstract VectorIndex create(VectorIndexParameters parameters, VectorPlace place);

    /** Whether the engine can compare vectors in this form. */
    public boolean supports(Quantization quantization) {
        return this == COMPACT || quantization == Quantization.NONE;
    }

    /** Whether indexes of this engine can be written to snapshots; otherwise they are built anew from their vectors. */
    public abstract boolean hasSnapshots();

    /**
     * An index from the sections that {@link VectorIndex#writeSnapshot} wrote. It must not be used before {@link SnapshotReader#end} has returned. Throws
     * {@link SnapshotException} if they make no sense.
     */
    public abstract VectorIndex read(VectorIndexParameters parameters, VectorPlace place, SnapshotReader snapshot)
            throws IOException;

    /** The engine's name, as users give it. */
    public String engine() {
        return engine;
    }

    /** The engine of this name, if there is one. */
    public static Optional<VectorIndexes> find(String engine) {
        return List.of(values()).stream()
                .filter(candidate -> candidate.engine.equals(engine))
                .findFirst();
    }

    /** The engine of this name; an unknown one is refused with a list of those there are. */
    public static VectorIndexes of(String engine) {
        return find(engine)
                .orElseThrow(() -> new IllegalArgumentException(
                        "unknown engine '" + engine + "', there are: " + String.join(", ", names())));
    }

    /** The names of all engines. */
    public static List<String> names() {
        return List.of(values()).stream().map(candidate -> candidate.engine).toList();
    }
}
