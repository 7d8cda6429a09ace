package dev.freshet.index;

import java.util.List;
import java.util.Optional;

/** The engines that can hold an index, by the name that users give. */
public enum VectorIndexes {
    HNSWLIB("hnswlib") {
        @Override
        public VectorIndex create(VectorIndexParameters parameters) {
            return new HnswlibIndex(parameters);
        }
    };

    private final String engine;

    VectorIndexes(String engine) {
        this.engine = engine;
    }

    /** An empty index. */
    public abstract VectorIndex create(VectorIndexParameters parameters);

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
