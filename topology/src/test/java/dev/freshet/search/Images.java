package dev.freshet.search;

import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.Failure;
import dev.freshet.schemas.avro.ImageKind;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.serde.VectorBytes;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.util.ClassSecurityValidator;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/** Makes images of rows, and their bytes: plain Avro, without a registry. */
final class Images {
    static {
        // Avro reads generated classes only if it is told to trust them; the product's serde does the same.
        ClassSecurityValidator.setGlobal(ClassSecurityValidator.composite(
                ClassSecurityValidator.getGlobal(),
                ClassSecurityValidator.builder()
                        .add(RowImage.class)
                        .add(Chunk.class)
                        .add(Failure.class)
                        .add(ImageKind.class)
                        .add(Source.class)
                        .build()));
    }

    private Images() {}

    static byte[] bytes(RowImage image) {
        try {
            ByteBuffer encoded = RowImage.getEncoder().encode(image);
            byte[] bytes = new byte[encoded.remaining()];
            encoded.get(bytes);
            return bytes;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Deserializer<RowImage> deserializer() {
        return (topic, bytes) -> {
            try {
                return RowImage.getDecoder().decode(bytes);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        };
    }

    /** A row whose chunks' texts are {@code <key>@<version>#<ordinal>}. */
    static RowImage row(long index, String key, long version, float[]... vectors) {
        return row(index, key, version, null, vectors);
    }

    static RowImage row(long index, String key, long version, @Nullable Failure failure, float[]... vectors) {
        List<Chunk> chunks = new ArrayList<>();
        for (int ordinal = 0; ordinal < vectors.length; ordinal++) {
            chunks.add(new Chunk(
                    ordinal,
                    ByteBuffer.allocate(16),
                    key + "@" + version + "#" + ordinal,
                    VectorBytes.encode(vectors[ordinal])));
        }
        return RowImage.newBuilder()
                .setKind(ImageKind.ROW)
                .setIndexId(index)
                .setRowKey(key)
                .setVersion(version)
                .setChunks(chunks)
                .setMetadata("{\"version\":" + version + "}")
                .setSourceTimestamp(null)
                .setFailure(failure)
                .setSource(null)
                .build();
    }

    static RowImage watermark(long index, long version, long waitingSinceMs) {
        return RowImage.newBuilder()
                .setKind(ImageKind.WATERMARK)
                .setIndexId(index)
                .setVersion(version)
                .setSourceTimestamp(Instant.ofEpochMilli(waitingSinceMs))
                .setChunks(List.of())
                .setFailure(null)
                .setSource(null)
                .build();
    }
}
