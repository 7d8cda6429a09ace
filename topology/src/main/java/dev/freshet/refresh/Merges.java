package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.JobWork.Merge;
import dev.freshet.schemas.avro.MergeStage;
import dev.freshet.schemas.avro.MergeState;
import dev.freshet.schemas.avro.MergeStep;
import dev.freshet.schemas.avro.RowChange;
import java.util.Optional;
import org.apache.kafka.streams.processor.api.ProcessorContext;

/**
 * This partition's part in merge jobs. A job runs while the catalog says so; each partition sends its rows of the source to where they belong in the destination,
 * takes those that belong here, and reports.
 *
 * <ul>
 *   <li>A copy gives way to every change that the destination's row saw after the job's start, deletes included.
 *   <li>Rows are deleted from the source in a second step, which begins when all copies of all partitions have been taken, and only in the version that was copied.
 *   <li>Messages of a job that has ended change nothing.
 * </ul>
 *
 * Used by the task's stream thread only.
 */
final class Merges {
    private static final long REPORT_EVERY_MS = 250;

    private final MergeStates states;
    private final MergeSteps steps;
    private final MergeIntake intake;
    private final MergeReports reports;
    private long lastReport;

    Merges(
            ProcessorContext<byte[], Routed> context,
            RefreshSettings settings,
            RefreshSerdes serdes,
            RefreshStores stores,
            PartitionScans scans,
            RowUpdater updater,
            RefreshMetrics metrics) {
        this.states = new MergeStates(stores.merges());
        this.steps = new MergeSteps(stores, scans, states, new MergeMessages(context, settings, serdes.messages()));
        this.intake = new MergeIntake(stores, scans, updater, states, metrics);
        this.reports = new MergeReports(context, settings, serdes.progress(), states);
    }

    /** Whether the catalog is new enough to tell of this job, even if only that it has ended. */
    static boolean known(Catalog catalog, long jobId) {
        return jobId <= catalog.lastId();
    }

    /** The merge of this id, if it runs. */
    static Optional<Merge> running(Catalog catalog, long jobId) {
        return catalog.job(jobId)
                .filter(Job::running)
                .map(Job::work)
                .filter(Merge.class::isInstance)
                .map(Merge.class::cast);
    }

    /** Starts and ends what a change of the catalog makes necessary. */
    void reconcile(Catalog catalog) {
        for (Job job : catalog.jobs()) {
            if (job.running() && job.work() instanceof Merge merge) {
                reconcile(job, merge);
            }
        }
        for (MergeState state : states.all()) {
            if (known(catalog, state.getJob())
                    && running(catalog, state.getJob()).isEmpty()) {
                steps.discard(state);
            }
        }
    }

    /** Takes a message of a job that runs. */
    void take(Catalog catalog, Merge merge, RowChange change, MergeStep step, long version, long timestamp) {
        MergeState state = states.find(step.getJob())
                .orElseThrow(() -> new IllegalStateException("job " + step.getJob() + " runs and was not begun here"));
        intake.take(catalog, merge, state, change, step, version, timestamp);
    }

    /** Does the next slice of each job, and reports what has changed. */
    void step(Catalog catalog, long now) {
        for (MergeState state : states.all()) {
            if (!MergeSteps.ready(state)) {
                continue;
            }
            if (state.getStage() == MergeStage.DISCARD) {
                steps.discard(state);
            } else {
                running(catalog, state.getJob()).ifPresent(merge -> steps.step(state, merge));
            }
        }
        if (now - lastReport >= REPORT_EVERY_MS) {
            lastReport = now;
            states.all().stream().filter(states::unreported).forEach(reports::write);
        }
    }

    /** Whether the next {@link #step} has something to do. */
    boolean busy() {
        return states.all().stream().anyMatch(state -> MergeSteps.ready(state) || states.unreported(state));
    }

    private void reconcile(Job job, Merge merge) {
        Optional<MergeState> state = states.find(job.id());
        if (state.isEmpty()) {
            steps.begin(job.id(), merge);
        } else if (job.step() == Merge.CLEARING && state.get().getStage() == MergeStage.COPIED) {
            steps.beginClearing(state.get());
        }
    }
}
