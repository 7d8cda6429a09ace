package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.CatalogDecision.Write;
import dev.freshet.schemas.avro.AliasEntry;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.IndexEntry;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.avro.TopicEntry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One change of the catalog while it is thought out: gathers its records, and gives ids. Used by one decision, then thrown away. */
final class CatalogChange {
    /** How many jobs that have ended are remembered. */
    static final int ENDED_MAX = 100;

    private final Catalog catalog;
    private final String rowsTopic;
    private final Instant now;
    private final boolean detecting;
    private final List<Write> writes = new ArrayList<>();
    private long lastId;
    private int started;

    /**
     * @param catalog as it is before the change
     * @param rowsTopic the topic whose partitions do the work of jobs
     * @param detecting whether columns are flagged that by their names seem to hold personal data
     */
    CatalogChange(Catalog catalog, String rowsTopic, Instant now, boolean detecting) {
        this.catalog = requireNonNull(catalog, "catalog is null");
        this.rowsTopic = requireNonNull(rowsTopic, "rowsTopic is null");
        this.now = requireNonNull(now, "now is null");
        this.detecting = detecting;
        this.lastId = catalog.lastId();
    }

    /** The catalog before the change. */
    Catalog catalog() {
        return catalog;
    }

    Instant now() {
        return now;
    }

    /** Whether columns are flagged that by their names seem to hold personal data. */
    boolean detecting() {
        return detecting;
    }

    /** A number that nothing else ever had or will have. */
    long newId() {
        lastId++;
        return lastId;
    }

    void put(DatasetEntry entry) {
        put(CatalogEntries.key(entry), entry);
    }

    void put(IndexEntry entry) {
        put(CatalogEntries.key(entry), entry);
    }

    void put(AliasEntry entry) {
        put(CatalogEntries.key(entry), entry);
    }

    void put(Profile profile) {
        put(ProfileEntries.key(profile.id()), ProfileEntries.entry(profile));
    }

    /** Makes it the only active one. */
    void put(ActiveProfile profile) {
        put(ProfileEntries.ACTIVE_KEY, ProfileEntries.entry(profile));
    }

    void put(DroppedDataset dropped) {
        put(OriginEntries.droppedKey(dropped.name()), OriginEntries.entry(dropped));
    }

    void put(TopicEntry entry) {
        put(CatalogEntries.key(entry), entry);
    }

    void put(Job job) {
        put(JobEntries.key(job.id()), JobEntries.entry(job));
    }

    void remove(String key) {
        writes.add(new Write(key, null));
    }

    /** Starts a job in every partition of the rows topic. Throws {@code CATALOG_UNAVAILABLE} if that is not known yet. */
    Job start(JobWork work) {
        KnownTopic rows = catalog.topic(rowsTopic)
                .orElseThrow(() -> new FreshetException(
                        ErrorCode.CATALOG_UNAVAILABLE,
                        "the topic " + rowsTopic + " is not registered yet: try again when a process has started"));
        return start(work, rows.partitions());
    }

    Job start(JobWork work, int partitions) {
        Job job = new Job(newId(), JobState.RUNNING, 0, partitions, work, now, null, null, List.of());
        started++;
        put(job);
        return job;
    }

    /** Ends a job that runs; the writer adds its last counts. */
    void end(Job job, JobState how, @Nullable String why) {
        put(job.ended(how, why, now));
    }

    /**
     * The finished change.
     *
     * @param job the job that it started or found running, if it is about one
     */
    Accepted accepted(boolean created, @Nullable Long job) {
        List<Write> all = new ArrayList<>();
        if (started > 0) {
            List<Job> ended =
                    catalog.jobs().stream().filter(other -> !other.running()).toList();
            ended.stream()
                    .limit(Math.max(0, ended.size() + started - ENDED_MAX))
                    .forEach(oldest -> all.add(new Write(JobEntries.key(oldest.id()), null)));
        }
        all.addAll(writes);
        return new Accepted(all, created, lastId, job);
    }

    private void put(String key, Object entry) {
        writes.add(new Write(
                key,
                CatalogRecord.newBuilder()
                        .setVersion(0)
                        .setLastId(0)
                        .setEntry(entry)
                        .build()));
    }
}
