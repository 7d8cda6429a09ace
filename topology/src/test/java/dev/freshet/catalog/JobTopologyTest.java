package dev.freshet.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.CatalogService.IndexSpec;
import dev.freshet.schemas.avro.CancelJob;
import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.CatalogReply;
import dev.freshet.schemas.avro.CreateIndex;
import dev.freshet.schemas.avro.DatasetEntry;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.DropIndex;
import dev.freshet.schemas.avro.JobState;
import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.avro.PutDataset;
import dev.freshet.schemas.avro.RegisterTopic;
import dev.freshet.schemas.avro.ScheduleEntry;
import dev.freshet.schemas.avro.StartMerge;
import dev.freshet.schemas.avro.StartRefresh;
import dev.freshet.schemas.avro.TopicEntry;
import dev.freshet.schemas.key.TopicNames;
import dev.freshet.schemas.registry.InMemorySchemaRegistryClient;
import dev.freshet.schemas.serde.ConfluentAvroSerde;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Jobs in the catalog application: what starts them, takes them on and ends them. */
class JobTopologyTest {
    private static final TopicNames TOPICS = new TopicNames("test");
    private static final List<Long> STARTS = List.of(10L, 20L);

    private final IndexEntries indexes = new IndexEntries(new IndexDefaults(
            "model",
            name -> new ModelReference(name, "1", 8, 256, "f"),
            "hnswlib",
            Map.of("hnswlib", List.of("none"))));
    private final CatalogBuilder builder = new CatalogBuilder();
    private final TopologyTestDriver driver;
    private final TestInputTopic<String, CatalogCommand> commands;
    private final TestInputTopic<String, ProgressEntry> reports;
    private final TestOutputTopic<String, CatalogReply> replies;
    private final TestOutputTopic<String, CatalogRecord> records;
    private final TestOutputTopic<String, ProgressEntry> forgotten;
    private Instant now = Instant.parse("2026-01-01T00:00:00Z");
    private long sequence;

    JobTopologyTest(@TempDir Path directory) {
        InMemorySchemaRegistryClient registry = new InMemorySchemaRegistryClient();
        ConfluentAvroSerde<CatalogCommand> commandSerde = new ConfluentAvroSerde<>(CatalogCommand.class, registry);
        ConfluentAvroSerde<CatalogReply> replySerde = new ConfluentAvroSerde<>(CatalogReply.class, registry);
        ConfluentAvroSerde<CatalogRecord> recordSerde = new ConfluentAvroSerde<>(CatalogRecord.class, registry);
        ConfluentAvroSerde<ProgressEntry> reportSerde = new ConfluentAvroSerde<>(ProgressEntry.class, registry);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test-catalog");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, directory.toString());
        driver = new TopologyTestDriver(
                CatalogTopology.build(
                        TOPICS, new CatalogTopology.CatalogSerdes(commandSerde, replySerde, recordSerde, reportSerde)),
                config,
                now);
        StringSerializer keys = new StringSerializer();
        commands = driver.createInputTopic(TOPICS.catalogCommands(), keys, commandSerde.serializer());
        reports = driver.createInputTopic(TOPICS.jobProgress(), keys, reportSerde.serializer());
        StringDeserializer names = new StringDeserializer();
        replies = driver.createOutputTopic(TOPICS.catalogReplies(), names, replySerde.deserializer());
        records = driver.createOutputTopic(TOPICS.catalog(), names, recordSerde.deserializer());
        forgotten = driver.createOutputTopic(TOPICS.jobProgress(), names, reportSerde.deserializer());
    }

    @BeforeEach
    void create() {
        execute(new RegisterTopic(new TopicEntry(TOPICS.rows(), "a", 0, 2), false));
        createIndex("from", 8, Distance.COSINE);
        createIndex("to", 8, Distance.COSINE);
    }

    @AfterEach
    void close() {
        driver.close();
    }

    @Test
    void shouldStartAMergeOnce() {
        CatalogReply started = merge("from", "to", true);
        assertThat(started.getError()).isNull();
        assertThat(started.getCreated()).isTrue();
        Job job = builder.build().job(started.getJob()).orElseThrow();
        Catalog catalog = builder.build();
        assertThat(job.running()).isTrue();
        assertThat(job.partitions()).isEqualTo(2);
        assertThat(job.work())
                .isEqualTo(new JobWork.Merge(
                        catalog.dataset("from").orElseThrow().id(),
                        "from",
                        catalog.dataset("to").orElseThrow().id(),
                        "to",
                        true,
                        STARTS));
        assertThat(catalog.lastId()).isEqualTo(job.id());

        CatalogReply again = merge("from", "to", true);
        assertThat(again.getJob()).isEqualTo(job.id());
        assertThat(again.getCreated()).isFalse();
        assertThat(again.getChanged()).isFalse();
        assertThat(builder.build().jobs()).hasSize(1);
    }

    @Test
    void shouldRefuseWhatCannotBeMerged() {
        createIndex("wide", 9, Distance.COSINE);
        createIndex("dotted", 8, Distance.DOT);
        execute(new PutDataset(docs(), indexes.ofDataset("docs")));

        assertRefused(merge("none", "to", false), "index_not_found", "'none' (the source)");
        assertRefused(merge("from", "none", false), "index_not_found", "'none' (the destination)");
        assertRefused(merge("from", "from", false), "bad_request", "'from' cannot be merged into itself");
        assertRefused(merge("docs_v1", "to", false), "index_not_direct", "the source 'docs_v1'");
        assertRefused(merge("from", "docs_v1", false), "index_not_direct", "the destination 'docs_v1'");
        assertRefused(
                merge("from", "wide", false),
                "dimension_mismatch",
                "'from' has 8 dimensions, the destination 'wide' has 9");
        assertRefused(
                merge("from", "dotted", false),
                "distance_mismatch",
                "'from' has distance cosine, the destination 'dotted' has dot");
        assertRefused(execute(new StartMerge("from", "to", false, List.of())), "bad_request", "a start per partition");
        assertThat(builder.build().jobs()).isEmpty();
    }

    @Test
    void shouldLetAnIndexTakePartInOneJobAtATime() {
        createIndex("third", 8, Distance.COSINE);
        createIndex("fourth", 8, Distance.COSINE);
        long job = merge("from", "to", false).getJob();

        assertRefused(merge("from", "to", true), "index_busy", "job " + job);
        assertRefused(merge("to", "from", false), "index_busy", "job " + job);
        assertRefused(merge("to", "third", false), "index_busy", "'to' takes part in job " + job);
        assertRefused(merge("third", "from", false), "index_busy", "'from' takes part in job " + job);
        assertThat(merge("third", "fourth", false).getError()).isNull();

        report(job, 0, 1);
        report(job, 1, 1);
        assertThat(merge("to", "from", false).getError()).isNull();
    }

    @Test
    void shouldGoOnWhenEveryPartitionHasFinishedAStep() {
        long id = merge("from", "to", true).getJob();
        report(id, 0, 0);
        report(id, 0, 1);
        report(id, 1, 0);
        assertThat(job(id).step()).isZero();
        report(id, 1, 1);
        assertThat(job(id).step()).isEqualTo(1);
        assertThat(job(id).running()).isTrue();
        report(id, 1, 2);
        report(id, 1, 2);
        assertThat(job(id).running()).isTrue();
        report(id, 0, 2);

        Job ended = job(id);
        assertThat(ended.state()).isEqualTo(JobState.DONE);
        assertThat(ended.finished()).isNotNull();
        assertThat(ended.progress().stream().map(JobProgress::partition)).containsExactly(0, 1);
        assertThat(ended.progress().stream().map(JobProgress::finishedSteps)).containsExactly(2, 2);
        assertThat(forgottenKeys()).containsOnly(Map.entry(id + "/0", true), Map.entry(id + "/1", true));
    }

    @Test
    void shouldTakeNoOlderReportForANewerOne() {
        long id = merge("from", "to", false).getJob();
        sequence = 10;
        report(id, 0, 1);
        sequence = 3;
        report(id, 0, 0);
        report(id, 1, 1);

        assertThat(job(id).state()).isEqualTo(JobState.DONE);
    }

    @Test
    void shouldFailAJobWhoseIndexIsDropped() {
        long id = merge("from", "to", true).getJob();
        report(id, 0, 1);
        execute(new DropIndex("to"));

        Job failed = job(id);
        assertThat(failed.state()).isEqualTo(JobState.FAILED);
        assertThat(failed.error()).isEqualTo("the index 'to' was deleted while the job ran");
        assertThat(failed.progress()).hasSize(1);
        report(id, 1, 1);
        assertThat(job(id)).isEqualTo(failed);
        assertThat(forgottenKeys()).containsEntry(id + "/1", true);

        createIndex("to", 8, Distance.COSINE);
        assertThat(merge("from", "to", true).getJob()).isGreaterThan(id);
    }

    @Test
    void shouldFailAJobWhoseTopicIsGone() {
        long id = merge("from", "to", false).getJob();
        execute(new RegisterTopic(new TopicEntry(TOPICS.rows(), "b", 0, 2), true));

        assertThat(job(id).state()).isEqualTo(JobState.FAILED);
        assertThat(job(id).error()).contains("rows was deleted and created again");
    }

    @Test
    void shouldStartARefreshWhenItsTimeHasComeAndRememberThatItDid() {
        putScheduled("0 3 * * *");
        advance(Duration.ofMinutes(30));
        assertThat(builder.build().jobs()).isEmpty();
        advance(Duration.ofHours(4));
        Job refresh = builder.build().jobs().get(0);
        assertThat(refresh.work())
                .isEqualTo(new JobWork.Refresh(
                        builder.build().dataset("docs").orElseThrow().id(), "docs", true));
        assertThat(refresh.partitions()).isEqualTo(2);
        report(refresh.id(), 0, 1);
        report(refresh.id(), 1, 1);
        long version = builder.build().version();

        advance(Duration.ofHours(1));
        assertThat(builder.build().version()).as("nothing is due").isEqualTo(version);
        advance(Duration.ofDays(5));
        assertThat(builder.build().jobs())
                .as("five were missed, and one is made up for")
                .hasSize(2);
        assertThat(builder.build().dataset("docs").orElseThrow().revision()).isZero();
    }

    @Test
    void shouldKeepWithAnIndexHowItWasFilled() {
        execute(new PutDataset(docs(), null));
        IndexSpec spec =
                new IndexSpec("docs_v1", "docs", null, null, null, null, null, null, null, null, null, null, null);
        long job = execute(new CreateIndex(indexes.entry(spec), "docs")).getJob();
        report(job, 0, 1);
        report(job, 1, 1);

        assertThat(job(job).state()).isEqualTo(JobState.DONE);
        IndexBuild built = CatalogCalls.present(
                builder.build().index("docs_v1").orElseThrow().built());
        assertThat(built.job()).isEqualTo(job);
        assertThat(built.rows()).isEqualTo(6);
        assertThat(built.skipped()).isEqualTo(2);
        assertThat(built.finished()).isEqualTo(job(job).finished());
    }

    @Test
    void shouldCancelAJobWithItsLastCounts() {
        execute(new PutDataset(docs(), null));
        long job = execute(new StartRefresh("docs")).getJob();
        report(job, 1, 0);
        assertThat(execute(new CancelJob(job)).getJob()).isEqualTo(job);
        assertThat(job(job).state()).isEqualTo(JobState.CANCELLED);
        assertThat(job(job).progress()).extracting(JobProgress::done).containsExactly(3L);
        assertThat(forgottenKeys()).containsEntry(job + "/1", true);
        assertRefused(execute(new CancelJob(job)), "job_not_running", "it is cancelled");
    }

    @Test
    void shouldForgetTheOldestJobs() {
        long first = 0;
        for (int i = 0; i <= CatalogChange.ENDED_MAX; i++) {
            long id = merge("from", "to", false).getJob();
            first = i == 0 ? id : first;
            report(id, 0, 1);
            report(id, 1, 1);
        }
        assertThat(builder.build().jobs()).hasSize(CatalogChange.ENDED_MAX);
        assertThat(builder.build().job(first)).isEmpty();
    }

    private Job job(long id) {
        return builder.build().job(id).orElseThrow();
    }

    private CatalogReply merge(String source, String destination, boolean clearSource) {
        return execute(new StartMerge(source, destination, clearSource, STARTS));
    }

    private void createIndex(String name, int dimension, Distance distance) {
        IndexSpec spec =
                new IndexSpec(name, null, dimension, null, distance, null, null, null, null, null, null, null, null);
        CatalogReply reply = execute(new CreateIndex(indexes.entry(spec), null));
        assertThat(reply.getError()).isNull();
    }

    private CatalogReply execute(Object command) {
        commands.pipeInput("c", CatalogCommand.newBuilder().setCommand(command).build(), now);
        collect();
        return replies.readValue();
    }

    private void report(long job, int partition, int finishedSteps) {
        JobProgress report = new JobProgress(job, partition, ++sequence, finishedSteps, 4L, 3, 1, 0, 0, Instant.EPOCH);
        reports.pipeInput(JobProgress.key(job, partition), JobEntries.entry(report), now);
        collect();
    }

    private void putScheduled(String cron) {
        DatasetEntry entry = docs();
        entry.setRefreshPolicy("scheduled");
        entry.setSchedule(new ScheduleEntry(cron, "UTC"));
        assertThat(execute(new PutDataset(entry, null)).getError()).isNull();
    }

    private void advance(Duration duration) {
        now = now.plus(duration);
        driver.advanceWallClockTime(duration);
        collect();
    }

    private void collect() {
        for (KeyValue<String, CatalogRecord> record : records.readKeyValuesToList()) {
            builder.apply(record.key, record.value);
        }
    }

    /** The keys of the job-progress topic that were written last, and whether they were deleted. */
    private Map<String, Boolean> forgottenKeys() {
        Map<String, Boolean> keys = new TreeMap<>();
        for (KeyValue<String, @Nullable ProgressEntry> record : forgotten.readKeyValuesToList()) {
            keys.put(record.key, record.value == null);
        }
        return keys;
    }

    private static void assertRefused(CatalogReply reply, String code, String words) {
        assertThat(reply.getError()).isEqualTo(code);
        assertThat(reply.getMessage()).contains(words);
        assertThat(reply.getJob()).isNull();
    }

    private static DatasetEntry docs() {
        return DatasetEntry.newBuilder()
                .setId(0)
                .setName("docs")
                .setIdColumns(List.of("id"))
                .setTextColumns(List.of("body"))
                .setMetadataColumns(null)
                .setRefreshPolicy("on_append")
                .setDirect(false)
                .setCreated(Instant.EPOCH)
                .setRevision(0)
                .build();
    }
}
