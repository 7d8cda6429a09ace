package dev.freshet.ops.bench.index;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.serde.VectorBytes;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Vectors from two files. A file is one vector after the other and nothing else: each {@code dimensions} numbers, IEEE 754 binary32, the lowest byte first.
 *
 * @param vectorsMax how many of the base file to use, from its beginning
 * @param queriesMax how many of the query file to use, from its beginning
 */
public record RawVectorFiles(Path base, Path queries, int dimensions, int vectorsMax, int queriesMax)
        implements VectorSource {
    private static final int BUFFER_BYTES = 1 << 20;

    public RawVectorFiles {
        requireNonNull(base, "base is null");
        requireNonNull(queries, "queries is null");
        if (dimensions < 1 || vectorsMax < 1 || queriesMax < 1) {
            throw new IllegalArgumentException(dimensions + " dimensions, " + vectorsMax + " vectors, " + queriesMax
                    + " queries: at least 1 of each");
        }
    }

    @Override
    public BenchmarkVectors load() throws IOException {
        return new BenchmarkVectors(read(base, vectorsMax), read(queries, queriesMax));
    }

    private float[][] read(Path file, int vectorsMax) throws IOException {
        int bytesPerVector = Math.multiplyExact(dimensions, Float.BYTES);
        long size = Files.size(file);
        if (size == 0 || size % bytesPerVector != 0) {
            throw new IOException(file + " has " + size + " bytes, which is no multiple of the " + bytesPerVector
                    + " that a vector of " + dimensions
                    + " dimensions takes: it was cut off, or --dimensions is wrong");
        }
        float[][] vectors = new float[(int) Math.min(vectorsMax, size / bytesPerVector)][];
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            for (int i = 0; i < vectors.length; i++) {
                byte[] bytes = in.readNBytes(bytesPerVector);
                if (bytes.length < bytesPerVector) {
                    throw new IOException(file + " became shorter while it was read");
                }
                vectors[i] = VectorBytes.decode(ByteBuffer.wrap(bytes));
            }
        }
        return vectors;
    }
}
