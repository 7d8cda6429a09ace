package dev.freshet.catalog;

import dev.freshet.catalog.CatalogDecision.Accepted;
import dev.freshet.catalog.CatalogDecision.Refused;
import dev.freshet.catalog.CatalogDecision.Write;
import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.CatalogReply;
import dev.freshet.schemas.avro.JobEntry;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.avro.RegisterTopic;
import dev.freshet.schemas.avro.TopicEntry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.time.Clock;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A catalog without Kafka, in which the real rules decide. What is changed after {@link #hide} becomes visible only by catching up, like what another process has
 * changed. Thread-safe.
 */
public final class InMemoryCatalog extends CommandedCatalog {
    private static final String ROWS = "rows";

    private final CatalogRules rules = new CatalogRules(ROWS);
    private final TreeMap<String, CatalogRecord> topic = new TreeMap<>();
    private final CatalogBuilder builder = new CatalogBuilder();
    private final JobBoard board;
    private final Clock clock;
    private final int partitions;
    private Catalog visible = Catalog.empty();
    private boolean hiding;
    private @Nullable FreshetException failure;

    public InMemoryCatalog(int partitions, IndexDefaults defaults, Clock clock) {
        super(defaults);
        this.partitions = partitions;
        this.clock = clock;
        this.board = new JobBoard(clock);
        execute(new RegisterTopic(new TopicEntry(ROWS, "topic-id", 0, partitions), false));
    }

    /** With one model of 3 dimensions, {@code tiny}, and one that takes any name and has 2. */
    public static IndexDefaults defaults() {
        return new IndexDefaults(
                "tiny",
                name -> name.equals("tiny")
                        ? new ModelReference("tiny", "1", 3, 256, "f00d")
                        : new ModelReference(name, "1", 2, 256, "of " + name),
                "hnswlib",
                Map.of("hnswlib", List.of("none"), "compact", List.of("none", "int8")));
    }

    /** From now on changes are not seen until {@link #catchUp}. */
    public synchronized void hide() {
        hiding = true;
    }

    /** From now on each change fails so. */
    public synchronized void failWith(FreshetException e) {
        failure = e;
    }

    /** Takes what a partition reports of a job, and what follows from it. */
    public synchronized void report(JobProgress report) {
        board.put(report);
        Job job = builder.build().job(report.job()).orElseThrow();
        CatalogChange change = rules.change(builder.build(), clock.instant());
        if (JobRules.advance(change, job, board.of(job.id()))) {
            accept(change.accepted(false, null));
        }
    }

    /** Starts the refreshes whose time has come. */
    public synchronized void startDue() {
        accept(RefreshRules.due(rules.change(builder.build(), clock.instant())));
    }

    /** Everything that a new reader of the topic would build its catalog from. */
    synchronized Catalog readAgain() {
        CatalogBuilder reader = new CatalogBuilder();
        topic.forEach(reader::apply);
        return reader.build();
    }

    /** As {@link #execute}, without a throw. */
    synchronized CatalogDecision decide(Object body) {
        return rules.decide(
                builder.build(), CatalogCommand.newBuilder().setCommand(body).build(), clock.instant());
    }

    @Override
    synchronized CatalogReply execute(Object body) {
        if (failure != null) {
            throw failure;
        }
        CatalogDecision decision = decide(body);
        if (decision instanceof Refused refused) {
            throw new FreshetException(refused.code(), refused.message());
        }
        return accept((Accepted) decision);
    }

    @Override
    List<Long> nextVersions() {
        return Collections.nCopies(partitions, 0L);
    }

    @Override
    public synchronized Catalog current() {
        return visible;
    }

    @Override
    public synchronized Catalog catchUp(Duration timeout) {
        hiding = false;
        publish();
        return visible;
    }

    @Override
    public void addListener(Consumer<Catalog> listener) {
        throw new FreshetException(ErrorCode.INTERNAL, "nothing that is tested with this listens");
    }

    @Override
    public synchronized List<JobProgress> progress(Job job) {
        return job.running() ? board.of(job.id()) : job.progress();
    }

    @Override
    public synchronized JobPace pace(Job job) {
        return job.running() ? board.pace(job) : new JobPace(null, null);
    }

    private CatalogReply accept(Accepted accepted) {
        boolean changed = !accepted.writes().isEmpty();
        if (changed) {
            long version = builder.build().version() + 1;
            for (Write write : accepted.writes()) {
                if (write.value() != null
                        && write.value().getEntry() instanceof JobEntry job
                        && job.getState() != JobState.RUNNING) {
                    job.setProgress(board.of(job.getId()).stream()
                            .map(JobEntries::entry)
                            .toList());
                }
                put(write.key(), write.value());
            }
            put(CatalogEntries.VERSION_KEY, new CatalogRecord(version, accepted.lastId(), null));
            board.forgetEnded(builder.build());
            publish();
        }
        return CatalogReply.newBuilder()
                .setVersion(builder.build().version())
                .setChanged(changed)
                .setCreated(accepted.created())
                .setJob(accepted.job())
                .build();
    }

    private void put(String key, @Nullable CatalogRecord value) {
        builder.apply(key, value);
        if (value == null) {
            topic.remove(key);
        } else {
            topic.put(key, value);
        }
    }

    private void publish() {
        if (!hiding) {
            visible = builder.build();
        }
    }
}
