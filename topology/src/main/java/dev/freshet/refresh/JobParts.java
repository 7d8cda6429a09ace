package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.schemas.avro.JobPart;
import dev.freshet.schemas.avro.JobStage;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.jspecify.annotations.Nullable;

/** How far this partition has come with each job, in memory and in the store, and the counts of its rows. Used by the task's stream thread only. */
final class JobParts {
    private final TypedStore<JobPart> store;
    private final RefreshMetrics metrics;
    private final Map<Long, JobPart> parts = new TreeMap<>();
    /** The jobs with counts that were not reported yet. */
    private final Set<Long> unreported = new HashSet<>();

    private final Map<Long, String> kinds = new HashMap<>();

    JobParts(TypedStore<JobPart> store, RefreshMetrics metrics) {
        this.store = store;
        this.metrics = metrics;
        try (TypedStore.Cursor<JobPart> entries = store.all()) {
            while (entries.hasNext()) {
                KeyValue<Bytes, JobPart> entry = entries.next();
                parts.put(entry.value.getJob(), entry.value);
            }
        }
        // What the task before this one reported may have been rolled back.
        unreported.addAll(parts.keySet());
    }

    List<JobPart> all() {
        return List.copyOf(parts.values());
    }

    Optional<JobPart> find(long jobId) {
        return Optional.ofNullable(parts.get(jobId));
    }

    /** Learns the kinds of the jobs that run, to count their rows by kind. */
    void reconcile(Catalog catalog) {
        catalog.jobs().forEach(job -> kinds.put(job.id(), job.work().kind()));
        kinds.keySet().retainAll(parts.keySet());
    }

    JobPart add(long jobId, String kind, JobStage stage) {
        kinds.put(jobId, kind);
        JobPart part = JobPart.newBuilder().setJob(jobId).setStage(stage).build();
        put(part);
        return part;
    }

    /** Stores what was changed. */
    void put(JobPart part) {
        parts.put(part.getJob(), part);
        store.put(StoreKeys.number(part.getJob()), part);
        unreported.add(part.getJob());
    }

    /** Counts rows that were found to be work of a job; nothing if it has no part here any more. */
    void found(@Nullable Long jobId, long rows) {
        JobPart part = jobId == null ? null : parts.get(jobId);
        if (part != null) {
            part.setCounted(part.getCounted() + rows);
            put(part);
        }
    }

    /** Counts a row that a job is through with; nothing if it has no part here any more. */
    void through(@Nullable Long jobId, RowOutcome outcome) {
        through(jobId, outcome, 1);
    }

    /** As above, for several rows. */
    void through(@Nullable Long jobId, RowOutcome outcome, long rows) {
        JobPart part = jobId == null ? null : parts.get(jobId);
        if (part == null || rows == 0) {
            return;
        }
        switch (outcome) {
            case DONE -> part.setDone(part.getDone() + rows);
            case SKIPPED -> part.setSkipped(part.getSkipped() + rows);
            case FAILED -> part.setFailed(part.getFailed() + rows);
        }
        put(part);
        metrics.jobRows(kinds.getOrDefault(part.getJob(), "unknown"), outcome.name(), rows);
    }

    /** Counts a row that a merge deleted from its source. */
    void cleared(JobPart part) {
        part.setCleared(part.getCleared() + 1);
        put(part);
        metrics.jobRows(kinds.getOrDefault(part.getJob(), "unknown"), "CLEARED", 1);
    }

    /** Stores that a report was made. */
    void reported(JobPart part) {
        put(part);
        unreported.remove(part.getJob());
    }

    boolean unreported(JobPart part) {
        return part.getStage() != JobStage.DISCARD && unreported.contains(part.getJob());
    }

    void remove(JobPart part) {
        parts.remove(part.getJob());
        unreported.remove(part.getJob());
        kinds.remove(part.getJob());
        store.delete(StoreKeys.number(part.getJob()));
    }
}
