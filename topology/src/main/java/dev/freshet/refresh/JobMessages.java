package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.schemas.avro.MergeKind;
import dev.freshet.schemas.avro.MergeStep;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.serde.VectorBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/**
 * What the tasks say to each other about a job: row changes in the rows topic, so that they stand in one order with all other changes of their partition, and
 * leave in the transaction of what they follow from. Used by the task's stream thread only.
 */
final class JobMessages {
    private final ProcessorContext<byte[], Routed> context;
    private final RefreshSettings settings;
    private final Serializer<RowChange> serializer;
    private final int partition;

    JobMessages(ProcessorContext<byte[], Routed> context, RefreshSettings settings, Serializer<RowChange> serializer) {
        this.context = context;
        this.settings = settings;
        this.serializer = serializer;
        this.partition = context.taskId().partition();
    }

    /** Sends a row of the source to its place in the destination; returns the size of the message in bytes. */
    int copy(long jobId, Merge merge, String rowKey, RowState row) {
        int home = RowKeys.partition(merge.destination(), rowKey, settings.partitions());
        MergeStep step = step(jobId, MergeKind.COPY)
                .setCopied(row.getVersion())
                .setBelow(merge.starts().get(home))
                .build();
        RowChange change = change(
                merge.destination(),
                merge.destinationId(),
                rowKey,
                Op.UPSERT,
                row.getColumns(),
                floats(row.getVector()),
                step);
        change.setSource(withoutOrder(row.getSource()));
        return send(home, change);
    }

    /** Where the row came from first. Its order means nothing to truncates of the destination, which come from elsewhere. */
    private static @Nullable Source withoutOrder(@Nullable Source source) {
        return source == null ? null : Source.newBuilder(source).setOrder(null).build();
    }

    /** Has a row of the source deleted, unless it is no longer in the version that was copied. */
    void clear(long jobId, Merge merge, String rowKey, long copied) {
        MergeStep step = step(jobId, MergeKind.CLEAR)
                .setCopied(copied)
                .setBelow(copied + 1)
                .build();
        send(
                RowKeys.partition(merge.source(), rowKey, settings.partitions()),
                change(merge.source(), merge.sourceId(), rowKey, Op.DELETE, Map.of(), null, step));
    }

    /** Sends a mark to this partition: when it comes back, everything that was written here before it has been taken. */
    void mark(long jobId, String dataset, long datasetId) {
        send(partition, sign(jobId, dataset, datasetId, MergeKind.MARK));
    }

    /** Tells all partitions that nothing more of a kind comes from this one. */
    void tellAll(long jobId, Merge merge, MergeKind kind) {
        for (int target = 0; target < settings.partitions(); target++) {
            send(target, sign(jobId, merge.destination(), merge.destinationId(), kind));
        }
    }

    private RowChange sign(long jobId, String dataset, long datasetId, MergeKind kind) {
        return change(
                dataset,
                datasetId,
                "",
                Op.DELETE,
                Map.of(),
                null,
                step(jobId, kind).build());
    }

    private MergeStep.Builder step(long jobId, MergeKind kind) {
        return MergeStep.newBuilder().setJob(jobId).setKind(kind).setSender(partition);
    }

    private static RowChange change(
            String dataset,
            long datasetId,
            String rowKey,
            Op op,
            Map<String, ? extends @Nullable Object> columns,
            @Nullable List<Float> vector,
            MergeStep step) {
        return RowChange.newBuilder()
                .setDataset(dataset)
                .setDatasetId(datasetId)
                .setKey(rowKey)
                .setOp(op)
                .setColumns(new HashMap<>(columns))
                .setVector(vector)
                .setMerge(step)
                .build();
    }

    private int send(int target, RowChange change) {
        byte[] key = RowKeys.record(change.getDataset(), change.getKey()).getBytes(UTF_8);
        byte[] value = serializer.serialize(settings.topics().rows(), change);
        context.forward(
                new Record<>(key, new Routed(target, value), context.currentSystemTimeMs()), RowProcessor.ROWS_SINK);
        return key.length + value.length;
    }

    private static @Nullable List<Float> floats(@Nullable ByteBuffer vector) {
        if (vector == null) {
            return null;
        }
        float[] components = VectorBytes.decode(vector);
        List<Float> floats = new ArrayList<>(components.length);
        for (float component : components) {
            floats.add(component);
        }
        return floats;
    }
}
