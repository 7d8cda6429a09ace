package dev.freshet.index;

import java.nio.file.Path;

/** What an index of the product may be made of. Which indexes have sketches depends on their dimensions, too many for these tests: here they have, from few vectors on. */
enum IndexForm {
    COMPACT(TestedEngine.COMPACT, false),
    COMPACT_SKETCHED(TestedEngine.COMPACT, true),
    COMPACT_INT8(TestedEngine.COMPACT_INT8, false),
    COMPACT_INT8_ON_DISK_SKETCHED(TestedEngine.COMPACT_INT8_ON_DISK, true),
    HNSWLIB(TestedEngine.HNSWLIB, false);

    private static final int SKETCHED_FROM = 20;

    private final TestedEngine engine;
    private final boolean sketched;

    IndexForm(TestedEngine engine, boolean sketched) {
        this.engine = engine;
        this.sketched = sketched;
    }

    TestedEngine engine() {
        return engine;
    }

    /** An empty index with default settings. */
    VectorIndex index(DistanceFunction distance, int dimensions) {
        VectorPlace place = engine.place(Path.of(System.getProperty("java.io.tmpdir")));
        VectorIndexParameters parameters =
                new VectorIndexParameters(dimensions, distance, 16, 200, engine.quantization());
        return sketched
                ? new CompactIndex(
                        parameters,
                        new SketchedVectors(GraphVectors.walked(parameters, place), parameters, SKETCHED_FROM))
                : engine.engine().create(parameters, place);
    }
}
