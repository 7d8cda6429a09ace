package dev.freshet.catalog;

import dev.freshet.catalog.JobWork.Drop;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.catalog.JobWork.IndexName;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.catalog.JobWork.Refresh;
import dev.freshet.schemas.avro.DropEntry;
import dev.freshet.schemas.avro.FillEntry;
import dev.freshet.schemas.avro.JobEntry;
import dev.freshet.schemas.avro.MergeEntry;
import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.avro.RefreshEntry;
import java.util.List;
import java.util.stream.IntStream;

/** Jobs and their progress to and from their records. */
final class JobEntries {
    private JobEntries() {}

    static String key(long jobId) {
        return "job/" + jobId;
    }

    static Job job(JobEntry entry) {
        return new Job(
                entry.getId(),
                entry.getState(),
                entry.getStep(),
                entry.getPartitions(),
                work(entry.getWork()),
                entry.getCreated(),
                entry.getFinished(),
                entry.getError(),
                entry.getProgress().stream().map(JobEntries::progress).toList());
    }

    static JobEntry entry(Job job) {
        return JobEntry.newBuilder()
                .setId(job.id())
                .setState(job.state())
                .setStep(job.step())
                .setPartitions(job.partitions())
                .setWork(entry(job.work()))
                .setCreated(job.created())
                .setFinished(job.finished())
                .setError(job.error())
                .setProgress(job.progress().stream().map(JobEntries::entry).toList())
                .build();
    }

    static JobProgress progress(ProgressEntry entry) {
        return new JobProgress(
                entry.getJob(),
                entry.getPartition(),
                entry.getSequence(),
                entry.getFinishedSteps(),
                entry.getTotal(),
                entry.getDone(),
                entry.getSkipped(),
                entry.getFailed(),
                entry.getCleared(),
                entry.getReported());
    }

    static ProgressEntry entry(JobProgress progress) {
        return ProgressEntry.newBuilder()
                .setJob(progress.job())
                .setPartition(progress.partition())
                .setSequence(progress.sequence())
                .setFinishedSteps(progress.finishedSteps())
                .setTotal(progress.total())
                .setDone(progress.done())
                .setSkipped(progress.skipped())
                .setFailed(progress.failed())
                .setCleared(progress.cleared())
                .setReported(progress.reported())
                .build();
    }

    private static JobWork work(Object entry) {
        if (entry instanceof MergeEntry merge) {
            return new Merge(
                    merge.getSourceId(),
                    merge.getSource(),
                    merge.getDestinationId(),
                    merge.getDestination(),
                    merge.getClearSource(),
                    merge.getStarts());
        }
        if (entry instanceof RefreshEntry refresh) {
            return new Refresh(refresh.getDatasetId(), refresh.getDataset(), refresh.getScheduled());
        }
        if (entry instanceof FillEntry fill) {
            return new Fill(
                    fill.getDatasetId(),
                    fill.getDataset(),
                    names(fill.getIndexIds(), fill.getIndexes()),
                    fill.getRebuild());
        }
        if (entry instanceof DropEntry drop) {
            return new Drop(
                    drop.getDatasetId(),
                    drop.getDataset(),
                    names(drop.getIndexIds(), drop.getIndexes()),
                    drop.getRows());
        }
        throw new IllegalArgumentException(
                "a job of an unknown kind: " + entry.getClass().getSimpleName());
    }

    private static Object entry(JobWork work) {
        if (work instanceof Merge merge) {
            return MergeEntry.newBuilder()
                    .setSourceId(merge.sourceId())
                    .setSource(merge.source())
                    .setDestinationId(merge.destinationId())
                    .setDestination(merge.destination())
                    .setClearSource(merge.clearSource())
                    .setStarts(merge.starts())
                    .build();
        }
        if (work instanceof Refresh refresh) {
            return new RefreshEntry(refresh.datasetId(), refresh.dataset(), refresh.scheduled());
        }
        if (work instanceof Fill fill) {
            return new FillEntry(
                    fill.datasetId(), fill.dataset(), ids(fill.indexes()), names(fill.indexes()), fill.rebuild());
        }
        if (work instanceof Drop drop) {
            return new DropEntry(
                    drop.datasetId(), drop.dataset(), ids(drop.indexes()), names(drop.indexes()), drop.rows());
        }
        throw new IllegalArgumentException("a job of an unknown kind: " + work.kind());
    }

    private static List<IndexName> names(List<Long> ids, List<String> names) {
        return IntStream.range(0, ids.size())
                .mapToObj(i -> new IndexName(ids.get(i), names.get(i)))
                .toList();
    }

    private static List<Long> ids(List<IndexName> indexes) {
        return indexes.stream().map(IndexName::id).toList();
    }

    private static List<String> names(List<IndexName> indexes) {
        return indexes.stream().map(IndexName::name).toList();
    }
}
