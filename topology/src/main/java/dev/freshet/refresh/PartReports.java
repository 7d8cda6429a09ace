package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.catalog.JobProgress;
import dev.freshet.schemas.avro.JobPart;
import dev.freshet.schemas.avro.ProgressEntry;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Reports to the job-progress topic what this partition has done of jobs. Used by the task's stream thread only. */
final class PartReports {
    private final ProcessorContext<byte[], Routed> context;
    private final RefreshSettings settings;
    private final Serializer<ProgressEntry> serializer;
    private final JobParts parts;

    PartReports(
            ProcessorContext<byte[], Routed> context,
            RefreshSettings settings,
            Serializer<ProgressEntry> serializer,
            JobParts parts) {
        this.context = context;
        this.settings = settings;
        this.serializer = serializer;
        this.parts = parts;
    }

    void write(JobPart part) {
        int partition = context.taskId().partition();
        part.setSequence(part.getSequence() + 1);
        parts.reported(part);
        ProgressEntry report = ProgressEntry.newBuilder()
                .setJob(part.getJob())
                .setPartition(partition)
                .setSequence(part.getSequence())
                .setFinishedSteps(finishedSteps(part))
                .setTotal(total(part))
                .setDone(part.getDone())
                .setSkipped(part.getSkipped())
                .setFailed(part.getFailed())
                .setCleared(part.getCleared())
                .setReported(Instant.ofEpochMilli(context.currentSystemTimeMs()))
                .build();
        String key = JobProgress.key(part.getJob(), partition);
        byte[] value = serializer.serialize(settings.topics().jobProgress(), report);
        context.forward(
                new Record<>(key.getBytes(UTF_8), new Routed(-1, value), context.currentSystemTimeMs()),
                RowProcessor.PROGRESS_SINK);
    }

    /** A step of a merge is finished here when every partition has said that nothing more of it comes. */
    private int finishedSteps(JobPart part) {
        return switch (part.getStage()) {
            case TAG, WALK, WORK -> 0;
            case FINISHED -> 1;
            case COUNT, COPY, COPIED, CLEAR, CLEARED, DISCARD -> {
                if (part.getCopiedFrom().size() < settings.partitions()) {
                    yield 0;
                }
                yield part.getClearedFrom().size() < settings.partitions() ? 1 : 2;
            }
        };
    }

    /** What was counted, once it is; of a merge, when all were sent, what was sent: rows come and go while they are copied. */
    private static @Nullable Long total(JobPart part) {
        return switch (part.getStage()) {
            case COUNT, TAG, WALK -> null;
            case COPY -> Math.max(part.getCounted(), part.getSent());
            case COPIED, CLEAR, CLEARED, DISCARD -> part.getSent();
            case WORK, FINISHED -> part.getCounted();
        };
    }
}
