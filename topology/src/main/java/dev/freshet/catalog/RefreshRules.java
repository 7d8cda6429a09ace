package dev.freshet.catalog;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.JobWork.Fill;
import dev.freshet.catalog.JobWork.IndexName;
import dev.freshet.catalog.JobWork.Refresh;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What starts the jobs that embed rows: refreshes, and fills of indexes. Pure, like {@link CatalogRules}. */
final class RefreshRules {
    private static final Logger log = LoggerFactory.getLogger(RefreshRules.class);

    private RefreshRules() {}

    /** Starts a refresh, or finds one running. Throws {@link FreshetException} if it is refused. */
    static Accepted refresh(CatalogChange change, String name) {
        Dataset dataset = DatasetRules.dataset(change.catalog(), name);
        if (dataset.direct()) {
            throw new FreshetException(
                    ErrorCode.DATASET_IS_DIRECT,
                    "'" + name
                            + "' belongs to the direct index of the same name: its rows bring their vectors, and are never stale");
        }
        Optional<Job> running = running(change.catalog(), dataset.id());
        return running.isPresent()
                ? change.accepted(false, running.get().id())
                : change.accepted(
                        true,
                        change.start(new Refresh(dataset.id(), dataset.name(), false))
                                .id());
    }

    /** When the next refresh of any schedule is due; empty if none ever is. Leaves out what cannot be computed. */
    static Optional<Instant> nextDue(Catalog catalog) {
        return catalog.datasets().stream()
                .map(dataset -> time(dataset, RefreshSchedule::next))
                .flatMap(Optional::stream)
                .min(Instant::compareTo);
    }

    /**
     * Starts the refreshes whose time has come. Of several times that were missed, one is made up for; a refresh that runs serves
     * them as well.
     */
    static Accepted due(CatalogChange change) {
        for (Dataset dataset : change.catalog().datasets()) {
            Optional<Instant> due = time(dataset, (schedule, served) -> schedule.newest(served, change.now()));
            if (due.isPresent()) {
                DatasetEntry entry = CatalogEntries.entry(dataset);
                entry.setServed(
                        due.get()); // Not the time now: what comes twice when clocks are set back would be due again.
                change.put(entry);
                if (running(change.catalog(), dataset.id()).isEmpty()) {
                    change.start(new Refresh(dataset.id(), dataset.name(), true));
                }
            }
        }
        return change.accepted(false, null);
    }

    /** Starts the embedding of all rows of an index anew, or finds the same running. Throws {@link FreshetException} if it is refused. */
    static Accepted rebuild(CatalogChange change, String name) {
        IndexDefinition index = CatalogRules.index(change.catalog(), name);
        if (index.direct()) {
            throw new FreshetException(
                    ErrorCode.DATASET_IS_DIRECT,
                    "the vectors of '" + name + "' are brought by callers: there is no text to embed again");
        }
        Fill wanted = new Fill(
                index.datasetId(),
                datasetName(change.catalog(), index),
                List.of(new IndexName(index.id(), index.name())),
                true);
        for (Job job : change.catalog().runningJobs(index.datasetId())) {
            if (job.work().equals(wanted)) {
                return change.accepted(false, job.id());
            }
            if (job.work() instanceof Fill fill && fill.fills(index.id())) {
                throw new FreshetException(
                        ErrorCode.INDEX_BUSY,
                        "the index '" + name + "' is being filled by job " + job.id() + " (" + fill.kind()
                                + "): wait until it has ended (GET /v1/vectors/jobs/" + job.id()
                                + "), or cancel it (DELETE)");
            }
        }
        return change.accepted(true, change.start(wanted).id());
    }

    /** Starts the job that brings indexes to the stored rows. It takes over from those that fill any of them now. */
    static Job fill(CatalogChange change, long datasetId, String dataset, Collection<IndexName> indexes) {
        Job started = change.start(new Fill(datasetId, dataset, List.copyOf(indexes), false));
        for (Job job : change.catalog().runningJobs(datasetId)) {
            if (job.work() instanceof Fill older && indexes.stream().anyMatch(index -> older.fills(index.id()))) {
                change.end(job, JobState.CANCELLED, "superseded by job " + started.id());
            }
        }
        return started;
    }

    /** A time of a dataset's schedule, told from when it was last served. A schedule that cannot be computed here has none: it must not keep others from their times. */
    private static Optional<Instant> time(
            Dataset dataset, BiFunction<RefreshSchedule, Instant, Optional<Instant>> which) {
        RefreshSchedule schedule = dataset.schedule();
        Instant served = dataset.served();
        if (schedule == null || served == null) {
            return Optional.empty();
        }
        try {
            return which.apply(schedule, served);
        } catch (RuntimeException e) {
            log.warn("The dataset {} is not refreshed by its schedule: its times cannot be told", dataset.name(), e);
            return Optional.empty();
        }
    }

    private static Optional<Job> running(Catalog catalog, long datasetId) {
        return catalog.runningJobs(datasetId).stream()
                .filter(job -> job.work() instanceof Refresh)
                .findFirst();
    }

    private static String datasetName(Catalog catalog, IndexDefinition index) {
        return catalog.dataset(index.datasetId()).map(Dataset::name).orElse("");
    }
}
