package dev.freshet.catalog;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.CatalogDecision.Write;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.avro.StartMerge;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What starts a job, takes it from step to step and ends it: pure, like {@link CatalogRules}. */
final class JobRules {
    /** How many jobs that have ended are remembered. */
    static final int ENDED_MAX = 100;

    private JobRules() {}

    /** Starts a merge, or finds the same one running. Throws {@link FreshetException} if it is refused. */
    static Accepted startMerge(Catalog catalog, StartMerge wanted, Instant now) {
        IndexDefinition source = directIndex(catalog, "source", wanted.getSource());
        IndexDefinition destination = directIndex(catalog, "destination", wanted.getDestination());
        requireAlike(source, destination);
        if (wanted.getStarts().isEmpty()) {
            throw new FreshetException(ErrorCode.BAD_REQUEST, "a merge needs a start per partition of the rows topic");
        }
        Merge merge = new Merge(
                source.datasetId(),
                source.name(),
                destination.datasetId(),
                destination.name(),
                wanted.getClearSource(),
                wanted.getStarts());
        Optional<Job> busy = catalog.jobs().stream()
                .filter(Job::running)
                .filter(job ->
                        job.work().touches(merge.sourceId()) || job.work().touches(merge.destinationId()))
                .findFirst();
        if (busy.isPresent()) {
            requireSame(busy.get(), merge);
            return new Accepted(List.of(), false, catalog.lastId(), busy.get().id());
        }
        long id = catalog.lastId() + 1;
        List<Write> writes = new ArrayList<>(forgetOldest(catalog));
        writes.add(write(new Job(id, JobState.RUNNING, 0, merge.starts().size(), merge, now, null, null, List.of())));
        return new Accepted(writes, true, id, id);
    }

    /**
     * What follows from the partitions' reports: nothing, the next step, or the end.
     *
     * @param reports the newest report of each partition that made one
     */
    static Optional<Job> advance(Job job, Collection<JobProgress> reports, Instant now) {
        long finished = reports.stream()
                .filter(report -> report.finishedSteps() > job.step())
                .count();
        if (!job.running() || finished < job.partitions()) {
            return Optional.empty();
        }
        int next = job.step() + 1;
        if (next < job.work().steps()) {
            return Optional.of(job.atStep(next));
        }
        return Optional.of(job.ended(JobState.DONE, null, now));
    }

    /** Fails the running jobs that need a dataset which is being dropped. */
    static List<Write> dropped(Catalog catalog, Dataset dataset, Instant now) {
        return failed(
                catalog.jobs().stream()
                        .filter(job -> job.work().touches(dataset.id()))
                        .toList(),
                "the index '" + dataset.name() + "' was deleted while the job ran",
                now);
    }

    /** Fails the jobs that run: what they wrote to a topic that was re-created is gone. */
    static List<Write> topicRecreated(Catalog catalog, String topic, Instant now) {
        return failed(catalog.jobs(), "the topic " + topic + " was deleted and created again while the job ran", now);
    }

    static Write write(Job job) {
        return new Write(
                JobEntries.key(job.id()),
                CatalogRecord.newBuilder()
                        .setVersion(0)
                        .setLastId(0)
                        .setEntry(JobEntries.entry(job))
                        .build());
    }

    private static List<Write> failed(List<Job> jobs, String error, Instant now) {
        return jobs.stream()
                .filter(Job::running)
                .map(job -> write(job.ended(JobState.FAILED, error, now)))
                .toList();
    }

    private static List<Write> forgetOldest(Catalog catalog) {
        List<Job> ended = catalog.jobs().stream().filter(job -> !job.running()).toList();
        return ended.stream()
                .limit(Math.max(0, ended.size() - ENDED_MAX + 1))
                .map(job -> new Write(JobEntries.key(job.id()), null))
                .toList();
    }

    private static IndexDefinition directIndex(Catalog catalog, String role, String name) {
        IndexDefinition index = catalog.index(name)
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.INDEX_NOT_FOUND, "there is no index '" + name + "' (the " + role + ")"));
        if (!index.direct()) {
            throw new FreshetException(
                    ErrorCode.INDEX_NOT_DIRECT,
                    "the " + role + " '" + name
                            + "' is filled from a dataset: only indexes with own vectors ('dimension') can be merged");
        }
        return index;
    }

    private static void requireAlike(IndexDefinition source, IndexDefinition destination) {
        if (source.id() == destination.id()) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST, "the index '" + source.name() + "' cannot be merged into itself");
        }
        if (source.dimensions() != destination.dimensions()) {
            throw new FreshetException(
                    ErrorCode.DIMENSION_MISMATCH,
                    "the source '" + source.name() + "' has " + source.dimensions() + " dimensions, the destination '"
                            + destination.name() + "' has " + destination.dimensions());
        }
        if (source.distance() != destination.distance()) {
            throw new FreshetException(
                    ErrorCode.DISTANCE_MISMATCH,
                    "the source '" + source.name() + "' has distance " + text(source) + ", the destination '"
                            + destination.name() + "' has " + text(destination));
        }
    }

    /** An index takes part in one job at a time: two that copy in a circle and clear could each delete what the other relies on. */
    private static void requireSame(Job running, Merge wanted) {
        if (running.work() instanceof Merge merge
                && merge.sourceId() == wanted.sourceId()
                && merge.destinationId() == wanted.destinationId()
                && merge.clearSource() == wanted.clearSource()) {
            return;
        }
        String busy = running.work().touches(wanted.sourceId()) ? wanted.source() : wanted.destination();
        throw new FreshetException(
                ErrorCode.INDEX_BUSY,
                "the index '" + busy + "' takes part in job " + running.id()
                        + ", which runs: wait until it has ended (GET /v1/vectors/jobs/" + running.id() + ")");
    }

    private static String text(IndexDefinition index) {
        return index.distance().name().toLowerCase(Locale.ROOT);
    }
}
