package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.Failure;
import dev.freshet.schemas.avro.ImageKind;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.key.VectorKeys;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * Writes to the vectors topic, into the partition of the row. A deletion carries the version of the change that made it in the header
 * {@link VectorKeys#VERSION_HEADER}. Used by the task's stream thread only.
 */
final class ImageWriter {
    private final ProcessorContext<byte[], Routed> context;
    private final String sink;
    private final String topic;
    private final int partition;
    private final Serializer<RowImage> serializer;
    private long written;

    ImageWriter(
            ProcessorContext<byte[], Routed> context,
            String sink,
            String topic,
            int partition,
            Serializer<RowImage> serializer) {
        this.context = context;
        this.sink = sink;
        this.topic = topic;
        this.partition = partition;
        this.serializer = serializer;
    }

    /** How many records it has written. */
    long written() {
        return written;
    }

    void row(
            long indexId,
            String rowKey,
            long version,
            List<Chunk> chunks,
            String metadata,
            long timestamp,
            @Nullable Source source,
            @Nullable Failure failure) {
        RowImage image = RowImage.newBuilder()
                .setKind(ImageKind.ROW)
                .setIndexId(indexId)
                .setRowKey(rowKey)
                .setVersion(version)
                .setChunks(chunks)
                .setMetadata(metadata)
                .setSourceTimestamp(Instant.ofEpochMilli(timestamp))
                .setFailure(failure)
                .setSource(source)
                .build();
        forward(VectorKeys.row(indexId, rowKey), serializer.serialize(topic, image), new RecordHeaders());
    }

    void delete(long indexId, String rowKey, long version) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(
                VectorKeys.VERSION_HEADER,
                ByteBuffer.allocate(Long.BYTES).putLong(version).array());
        forward(VectorKeys.row(indexId, rowKey), null, headers);
    }

    /** Says how far an index has come, and since when the oldest change waits that it does not reflect, in ms since 1970. */
    void watermark(long indexId, long version, OptionalLong waitingSince) {
        RowImage image = RowImage.newBuilder()
                .setKind(ImageKind.WATERMARK)
                .setIndexId(indexId)
                .setRowKey("")
                .setVersion(version)
                .setChunks(List.of())
                .setMetadata("{}")
                .setSourceTimestamp(waitingSince.isPresent() ? Instant.ofEpochMilli(waitingSince.getAsLong()) : null)
                .setFailure(null)
                .setSource(null)
                .build();
        forward(VectorKeys.watermark(indexId, partition), serializer.serialize(topic, image), new RecordHeaders());
    }

    void deleteWatermark(long indexId) {
        forward(VectorKeys.watermark(indexId, partition), null, new RecordHeaders());
    }

    private void forward(String key, byte @Nullable [] value, RecordHeaders headers) {
        written++;
        context.forward(
                new Record<>(key.getBytes(UTF_8), new Routed(partition, value), context.currentSystemTimeMs(), headers),
                sink);
    }
}
