package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.catalog.JobProgress;
import dev.freshet.schemas.avro.MergeStage;
import dev.freshet.schemas.avro.MergeState;
import dev.freshet.schemas.avro.ProgressEntry;
import java.time.Instant;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.jspecify.annotations.Nullable;

/** Reports to the job-progress topic what this partition has done of merge jobs. Used by the task's stream thread only. */
final class MergeReports {
    private final ProcessorContext<byte[], Routed> context;
    private final RefreshSettings settings;
    private final Serializer<ProgressEntry> serializer;
    private final MergeStates states;

    MergeReports(
            ProcessorContext<byte[], Routed> context,
            RefreshSettings settings,
            Serializer<ProgressEntry> serializer,
            MergeStates states) {
        this.context = context;
        this.settings = settings;
        this.serializer = serializer;
        this.states = states;
    }

    void write(MergeState state) {
        int partition = context.taskId().partition();
        state.setSequence(state.getSequence() + 1);
        states.reported(state);
        ProgressEntry report = ProgressEntry.newBuilder()
                .setJob(state.getJob())
                .setPartition(partition)
                .setSequence(state.getSequence())
                .setFinishedSteps(finishedSteps(state))
                .setTotal(total(state))
                .setDone(state.getDone())
                .setSkipped(state.getSkipped())
                .setFailed(state.getFailed())
                .setCleared(state.getCleared())
                .setReported(Instant.ofEpochMilli(context.currentSystemTimeMs()))
                .build();
        String key = JobProgress.key(state.getJob(), partition);
        byte[] value = serializer.serialize(settings.topics().jobProgress(), report);
        context.forward(
                new Record<>(key.getBytes(UTF_8), new Routed(-1, value), context.currentSystemTimeMs()),
                RowProcessor.PROGRESS_SINK);
    }

    /** A step is finished here when every partition has said that nothing more of it comes. */
    private int finishedSteps(MergeState state) {
        if (state.getCopiedFrom().size() < settings.partitions()) {
            return 0;
        }
        return state.getClearedFrom().size() < settings.partitions() ? 1 : 2;
    }

    /** What was counted; once all were sent, what was sent: rows come and go while they are copied. */
    private static @Nullable Long total(MergeState state) {
        MergeStage stage = state.getStage();
        if (stage == MergeStage.COUNT) {
            return null;
        }
        return stage == MergeStage.COPY ? Math.max(state.getCounted(), state.getSent()) : state.getSent();
    }
}
