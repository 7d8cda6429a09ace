package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobWork;
import dev.freshet.catalog.JobWork.Drop;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.catalog.JobWork.Refresh;
import dev.freshet.schemas.avro.JobPart;
import dev.freshet.schemas.avro.JobStage;
import dev.freshet.schemas.avro.MergeKind;
import dev.freshet.schemas.avro.MergeStep;
import dev.freshet.schemas.avro.RowChange;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * This partition's part in jobs. A job runs while the catalog says so; each partition does its part and reports its counts.
 *
 * <ul>
 *   <li>A refresh makes the rows that wait its own. A fill walks through the stored rows and queues what an index lacks as its own. Both are through when none of
 *       their rows waits any more.
 *   <li>A drop counts what is stored of what was dropped, then clears it away.
 *   <li>A merge sends its rows of the source to where they belong in the destination, and takes those that belong here. A copy gives way to every change that the
 *       destination's row saw after the job's start, deletes included. Rows are deleted from the source in a second step, which begins when all copies of all
 *       partitions have been taken, and only in the version that was copied.
 *   <li>When a job has ended, messages of it change nothing, and rows that are still its own wait as the policy says.
 * </ul>
 *
 * Used by the task's stream thread only.
 */
final class Jobs {
    private static final long REPORT_EVERY_MS = 250;

    private final JobParts parts;
    private final PendingQueue pending;
    private final PartitionScans scans;
    private final MergeSteps merges;
    private final MergeIntake intake;
    private final RefreshSteps refreshes;
    private final PartReports reports;
    private long lastReport;
    private boolean busy = true;

    Jobs(
            ProcessorContext<byte[], Routed> context,
            RefreshSettings settings,
            RefreshSerdes serdes,
            RefreshStores stores,
            JobParts parts,
            PendingQueue pending,
            PartitionScans scans,
            RowUpdater updater) {
        this.parts = parts;
        this.pending = pending;
        this.scans = scans;
        JobMessages messages = new JobMessages(context, settings, serdes.messages());
        this.merges = new MergeSteps(stores, scans, parts, messages);
        this.intake = new MergeIntake(stores, scans, updater, parts);
        this.refreshes = new RefreshSteps(pending, scans, parts, messages);
        this.reports = new PartReports(context, settings, serdes.progress(), parts);
    }

    /** Whether the catalog is new enough to tell of this job, even if only that it has ended. */
    static boolean known(Catalog catalog, long jobId) {
        return jobId <= catalog.lastId();
    }

    static boolean runs(Catalog catalog, long jobId) {
        return catalog.job(jobId).filter(Job::running).isPresent();
    }

    /** What the job of this id does, if it runs. */
    static Optional<JobWork> running(Catalog catalog, long jobId) {
        return catalog.job(jobId).filter(Job::running).map(Job::work);
    }

    /** Starts and ends what a change of the catalog makes necessary. */
    void reconcile(Catalog catalog) {
        parts.reconcile(catalog);
        for (Job job : catalog.jobs()) {
            if (job.running()) {
                reconcile(catalog, job);
            }
        }
        for (JobPart part : parts.all()) {
            if (known(catalog, part.getJob()) && !runs(catalog, part.getJob())) {
                merges.discard(part);
            }
        }
    }

    private void reconcile(Catalog catalog, Job job) {
        Optional<JobPart> part = parts.find(job.id());
        if (part.isEmpty()) {
            begin(catalog, job);
        } else if (job.work() instanceof Merge
                && job.step() == Merge.CLEARING
                && part.get().getStage() == JobStage.COPIED) {
            merges.beginClearing(part.get());
        }
    }

    private void begin(Catalog catalog, Job job) {
        JobWork work = job.work();
        if (work instanceof Merge merge) {
            merges.begin(job.id(), merge);
        } else if (work instanceof Refresh refresh) {
            refreshes.begin(job.id(), refresh);
        } else if (work instanceof Fill fill) {
            parts.add(job.id(), work.kind(), JobStage.WALK);
            scans.begin(catalog, job.id(), fill);
        } else if (work instanceof Drop drop) {
            parts.add(job.id(), work.kind(), JobStage.WALK);
            scans.begin(job.id(), drop);
        }
    }

    /** Takes a message of a job that runs. */
    void take(Catalog catalog, JobWork work, RowChange change, MergeStep step, long version, long timestamp) {
        JobPart part = parts.find(step.getJob())
                .orElseThrow(() -> new IllegalStateException("job " + step.getJob() + " runs and was not begun here"));
        if (work instanceof Merge merge) {
            intake.take(catalog, merge, part, change, step, version, timestamp);
        } else if (step.getKind() == MergeKind.MARK) {
            part.setMarked(false);
            parts.put(part);
        }
    }

    /** Does the next slice of each job, and reports what has changed. */
    void step(Catalog catalog, long now) {
        busy = false;
        for (JobPart part : parts.all()) {
            if (part.getStage() == JobStage.DISCARD) {
                merges.discard(part);
            } else {
                running(catalog, part.getJob()).ifPresent(work -> step(catalog, part, work));
            }
        }
        if (now - lastReport >= REPORT_EVERY_MS) {
            lastReport = now;
            parts.all().stream().filter(parts::unreported).forEach(reports::write);
        }
        busy |= parts.all().stream().anyMatch(part -> parts.unreported(part) || part.getStage() == JobStage.DISCARD);
    }

    /** Whether the next {@link #step} may have something to do, although nothing else has changed. */
    boolean busy() {
        return busy;
    }

    private void step(Catalog catalog, JobPart part, JobWork work) {
        if (work instanceof Merge merge) {
            if (MergeSteps.ready(part)) {
                merges.step(part, merge);
            }
            busy |= MergeSteps.ready(part);
        } else if (work instanceof Refresh refresh) {
            if (refreshes.ready(part, refresh)) {
                refreshes.step(catalog, part, refresh, id -> runs(catalog, id));
            }
            busy |= refreshes.ready(part, refresh);
            finish(part);
        } else if (work instanceof Fill) {
            if (part.getStage() == JobStage.WALK && !scans.walking(part.getJob())) {
                enter(part, JobStage.WORK);
            }
            finish(part);
        } else if (work instanceof Drop) {
            if (part.getStage() == JobStage.WALK && !scans.counting(part.getJob())) {
                enter(part, JobStage.WORK);
            }
            if (part.getStage() == JobStage.WORK && !scans.walking(part.getJob())) {
                // Rows that were deleted between being counted and being cleared away.
                long through = part.getDone() + part.getSkipped();
                parts.through(part.getJob(), RowOutcome.SKIPPED, part.getCounted() - through);
                enter(part, JobStage.FINISHED);
            }
        }
    }

    /** A job that embeds is through when none of its rows waits any more. */
    private void finish(JobPart part) {
        if (part.getStage() == JobStage.WORK && pending.tagged(part.getJob()) == 0) {
            enter(part, JobStage.FINISHED);
        }
    }

    private void enter(JobPart part, JobStage stage) {
        part.setStage(stage);
        parts.put(part);
    }
}
