package dev.freshet.ops.bench.index;

import java.io.IOException;

/** Where the vectors of a benchmark come from. */
public sealed interface VectorSource permits SyntheticVectors, RawVectorFiles {
    /** The vectors, the same at each call. */
    BenchmarkVectors load() throws IOException;
}
