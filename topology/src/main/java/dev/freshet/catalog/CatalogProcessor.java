package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.CatalogReply;
import dev.freshet.schemas.avro.JobEntry;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.error.FreshetException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.processor.Cancellable;
import org.apache.kafka.streams.processor.PunctuationType;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The only writer of the catalog. Each command is decided against the stored catalog, and its records and its reply leave in one transaction,
 * so a duplicate is refused whichever process was asked. What the partitions report of jobs comes here too, and takes the jobs from step to step. So
 * does the clock, which starts the refreshes of datasets with a schedule.
 *
 * <p>Runs on one stream thread: its topics have one partition.
 */
final class CatalogProcessor implements Processor<String, Object, String, Object> {
    static final String STORE = "catalog-state";
    static final String CATALOG_SINK = "catalog-sink";
    static final String REPLY_SINK = "catalog-reply-sink";
    static final String PROGRESS_SINK = "job-progress-sink";

    private static final Logger log = LoggerFactory.getLogger(CatalogProcessor.class);

    /** How often schedules are looked at, if there is any: each time makes the task commit. It divides a minute, so that refreshes start when they should. */
    static final Duration SCHEDULE_CHECK = Duration.ofSeconds(5);

    private final CatalogRules rules;
    private @Nullable ProcessorContext<String, Object> context;
    private @Nullable KeyValueStore<String, CatalogRecord> store;
    private @Nullable JobReports reports;
    private CatalogBuilder builder = new CatalogBuilder();

    private @Nullable Cancellable clock;
    private @Nullable Instant nextDue;

    /**
     * @param rowsTopic the topic whose partitions do the work of jobs
     * @param detecting whether columns are flagged that by their names seem to hold personal data
     */
    CatalogProcessor(String rowsTopic, boolean detecting) {
        rules = new CatalogRules(rowsTopic, detecting);
    }

    /** One that flags columns. */
    CatalogProcessor(String rowsTopic) {
        this(rowsTopic, true);
    }

    @Override
    public void init(ProcessorContext<String, Object> processorContext) {
        context = processorContext;
        store = processorContext.getStateStore(STORE);
        reports = new JobReports(processorContext.getStateStore(JobReports.STORE));
        builder = new CatalogBuilder();
        try (KeyValueIterator<String, CatalogRecord> entries = store.all()) {
            while (entries.hasNext()) {
                KeyValue<String, CatalogRecord> entry = entries.next();
                builder.apply(entry.key, entry.value);
            }
        }
        watchSchedules(builder.build());
    }

    @Override
    public void process(Record<String, Object> record) {
        if (record.value() instanceof ProgressEntry report) {
            take(report, record.timestamp());
        } else if (record.key() != null && record.value() instanceof CatalogCommand command) {
            execute(record.key(), command, record.timestamp());
        } else {
            // Reports of jobs that have ended are deleted, and come by as nothing.
            log.debug("Passing over a record without {}", record.key() == null ? "a key" : "a value");
        }
    }

    private void execute(String id, CatalogCommand command, long timestamp) {
        Catalog catalog = builder.build();
        CatalogDecision decision = rules.decide(catalog, command, Instant.ofEpochMilli(timestamp));
        CatalogReply reply = decision instanceof Accepted accepted
                ? accept(catalog, accepted, timestamp)
                : refuse(catalog, (Refused) decision);
        context().forward(new Record<>(id, (Object) reply, timestamp), REPLY_SINK);
    }

    private void take(ProgressEntry report, long timestamp) {
        Catalog catalog = builder.build();
        Optional<Job> job = catalog.job(report.getJob()).filter(Job::running);
        if (job.isEmpty()) {
            forgetReport(report.getJob(), report.getPartition(), timestamp);
            return;
        }
        reports().put(JobEntries.progress(report));
        CatalogChange change = rules.change(catalog, Instant.ofEpochMilli(timestamp));
        if (JobRules.advance(change, job.get(), reports().of(job.get()))) {
            accept(catalog, change.accepted(false, null), timestamp);
        }
    }

    private void startDue(long timestamp) {
        Instant now = Instant.ofEpochMilli(timestamp);
        if (nextDue != null && !nextDue.isAfter(now)) {
            Catalog catalog = builder.build();
            try {
                accept(catalog, RefreshRules.due(rules.change(catalog, now)), timestamp);
            } catch (FreshetException e) {
                log.warn("Refreshes are due and cannot be started, trying again: {}", e.getMessage());
            }
        }
    }

    /** Keeps the clock ticking for as long as a dataset has a schedule, and not longer. */
    private void watchSchedules(Catalog catalog) {
        nextDue = RefreshRules.nextDue(catalog).orElse(null);
        if (nextDue == null && clock != null) {
            clock.cancel();
            clock = null;
        } else if (nextDue != null && clock == null) {
            clock = context().schedule(Instant.EPOCH, SCHEDULE_CHECK, PunctuationType.WALL_CLOCK_TIME, this::startDue);
        }
    }

    private static CatalogReply refuse(Catalog catalog, Refused refused) {
        return CatalogReply.newBuilder()
                .setVersion(catalog.version())
                .setChanged(false)
                .setError(refused.code().code())
                .setMessage(refused.message())
                .build();
    }

    private CatalogReply accept(Catalog catalog, Accepted accepted, long timestamp) {
        boolean changed = !accepted.writes().isEmpty();
        long version = changed ? catalog.version() + 1 : catalog.version();
        for (CatalogDecision.Write write : accepted.writes()) {
            CatalogRecord value = write.value();
            if (value != null) {
                value.setVersion(version);
                value.setLastId(accepted.lastId());
                if (value.getEntry() instanceof JobEntry job && job.getState() != JobState.RUNNING) {
                    end(job, timestamp);
                }
            }
            put(write.key(), value, timestamp);
        }
        if (changed) {
            CatalogRecord end = CatalogRecord.newBuilder()
                    .setVersion(version)
                    .setLastId(accepted.lastId())
                    .setEntry(null)
                    .build();
            put(CatalogEntries.VERSION_KEY, end, timestamp);
            watchSchedules(builder.build());
            log.info(
                    "Catalog version {}: {}",
                    version,
                    accepted.writes().stream().map(CatalogDecision.Write::key).toList());
        }
        return CatalogReply.newBuilder()
                .setVersion(version)
                .setChanged(changed)
                .setCreated(accepted.created())
                .setJob(accepted.job())
                .setError(null)
                .build();
    }

    /** Keeps the last counts of a job in its entry, and forgets its reports. */
    private void end(JobEntry job, long timestamp) {
        List<JobProgress> last = reports().of(JobEntries.job(job));
        job.setProgress(last.stream().map(JobEntries::entry).toList());
        for (JobProgress report : last) {
            forgetReport(report.job(), report.partition(), timestamp);
        }
    }

    private void forgetReport(long jobId, int partition, long timestamp) {
        reports().remove(jobId, partition);
        context().forward(new Record<>(JobProgress.key(jobId, partition), null, timestamp), PROGRESS_SINK);
    }

    private JobReports reports() {
        return requireNonNull(reports, "not initialised");
    }

    private void put(String key, @Nullable CatalogRecord value, long timestamp) {
        requireNonNull(store, "not initialised");
        if (value == null) {
            store.delete(key);
        } else {
            store.put(key, value);
        }
        builder.apply(key, value);
        context().forward(new Record<>(key, value, timestamp), CATALOG_SINK);
    }

    private ProcessorContext<String, Object> context() {
        return requireNonNull(context, "not initialised");
    }
}
