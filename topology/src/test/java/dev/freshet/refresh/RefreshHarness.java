package dev.freshet.refresh;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.CatalogView;
import dev.freshet.catalog.Dataset;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.catalog.Job;
import dev.freshet.catalog.KnownTopic;
import dev.freshet.catalog.ModelReference;
import dev.freshet.catalog.RefreshPolicy;
import dev.freshet.embed.Embedder;
import dev.freshet.embed.ModelInfo;
import dev.freshet.refresh.StaleView.IndexFreshness;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.ImageKind;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.key.TopicNames;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.schemas.privacy.PiiFinding;
import dev.freshet.schemas.registry.InMemorySchemaRegistryClient;
import dev.freshet.schemas.serde.ConfluentAvroSerde;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.processor.api.Processor;
import org.apache.kafka.streams.processor.api.ProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.test.TestRecord;
import org.jspecify.annotations.Nullable;

/** The refresh topology in a test driver, with a catalog and an embedder that tests control. */
final class RefreshHarness implements AutoCloseable {
    static final TopicNames TOPICS = new TopicNames("test");
    static final long DOCS = 1;
    static final long DOCS_INDEX = 2;

    /** The model of {@link #otherIndex}. */
    static final ModelInfo OTHER_MODEL = new ModelInfo("other", "1", 8, 256, "beef");

    final ScriptedEmbedder embedder = new ScriptedEmbedder();
    final ScriptedEmbedder otherEmbedder = new ScriptedEmbedder(OTHER_MODEL);
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final UnforeseenFailures failures = new UnforeseenFailures();
    final StaleRegistry stale = new StaleRegistry();
    /** What was found in the rows of each dataset, as the catalog is told. */
    final Map<Long, List<PiiFinding>> flagged = new TreeMap<>();

    final FlagReports flags =
            new FlagReports(view(), (id, findings) -> flagged.merge(id, findings, RefreshHarness::both), meters);
    final LineageRegistry lineage = new LineageRegistry();
    final ToldTables tables = new ToldTables();
    /** The vectors topic after compaction: rows only, by key. */
    final Map<String, RowImage> images = new TreeMap<>();
    /** All images in the order they were written. */
    final List<RowImage> history = new ArrayList<>();
    /** Keys deleted, in order. */
    final List<String> deleted = new ArrayList<>();
    /** The newest watermark of each index. */
    final Map<Long, Long> watermarks = new TreeMap<>();

    /** How many watermarks were written. */
    long watermarkRecords;

    /** The newest report of each job. */
    final Map<Long, ProgressEntry> reports = new TreeMap<>();

    final List<TestRecord<byte[], byte[]>> deadLetters = new ArrayList<>();

    private final Path stateDirectory = createStateDirectory();
    private final Deque<Runnable> scheduled = new ConcurrentLinkedDeque<>();
    private final ConfluentAvroSerde<RowChange> changes;
    private final ConfluentAvroSerde<RowImage> imageSerde;
    private final ConfluentAvroSerde<ProgressEntry> progressSerde;
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> rows;
    private final TestOutputTopic<byte[], byte[]> vectors;
    private final TestOutputTopic<byte[], byte[]> letters;
    private final TestOutputTopic<byte[], byte[]> progress;
    private final TestOutputTopic<byte[], byte[]> sent;
    private Catalog catalog = Catalog.empty();
    private boolean broken;

    @SuppressWarnings("NullAway.Init") // set when the driver builds the topology
    private Reviving processor;

    RefreshHarness() {
        this(new RefreshSettings(TOPICS, 1, 0, 100_000), null, 0);
    }

    /** With another embedder than the scripted one; its model must be the index's. */
    RefreshHarness(Embedder other) {
        this(new RefreshSettings(TOPICS, 1, 0, 100_000), other, 0);
    }

    RefreshHarness(RefreshSettings settings) {
        this(settings, null, 0);
    }

    /** @param backfillRowsPerSecond as in {@link BackfillPace} */
    RefreshHarness(int backfillRowsPerSecond) {
        this(new RefreshSettings(TOPICS, 1, 0, 100_000), null, backfillRowsPerSecond);
    }

    private RefreshHarness(RefreshSettings settings, @Nullable Embedder other, int backfillRowsPerSecond) {
        Embedder used = other == null ? embedder : other;
        InMemorySchemaRegistryClient registry = new InMemorySchemaRegistryClient();
        changes = new ConfluentAvroSerde<>(RowChange.class, registry);
        imageSerde = new ConfluentAvroSerde<>(RowImage.class, registry);
        progressSerde = new ConfluentAvroSerde<>(ProgressEntry.class, registry);
        RefreshMetrics metrics = new RefreshMetrics(meters, stale);
        EmbeddingPipeline pipeline = new EmbeddingPipeline(
                name -> name.equals(OTHER_MODEL.name()) ? otherEmbedder : used,
                Runnable::run,
                (task, delay) -> scheduled.add(task),
                metrics);
        Properties config = new Properties();
        config.put(StreamsConfig.APPLICATION_ID_CONFIG, "test-refresh");
        config.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, "unused:1");
        config.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        driver = new TopologyTestDriver(
                RefreshTopology.build(settings, () -> {
                    processor = new Reviving(new RowProcessor(
                            settings,
                            view(),
                            new RefreshSerdes(
                                    this::deserialize,
                                    changes.serializer(),
                                    imageSerde.serializer(),
                                    progressSerde.serializer()),
                            pipeline,
                            tables,
                            new RefreshReports(stale, lineage),
                            new BackfillPace(backfillRowsPerSecond),
                            flags,
                            metrics,
                            failures));
                    return processor;
                }),
                config,
                Instant.ofEpochMilli(1_000_000));
        rows = driver.createInputTopic(TOPICS.rows(), new ByteArraySerializer(), new ByteArraySerializer());
        vectors = driver.createOutputTopic(TOPICS.vectors(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        sent = driver.createOutputTopic(TOPICS.rows(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        progress = driver.createOutputTopic(
                TOPICS.jobProgress(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        letters = driver.createOutputTopic(
                TOPICS.deadLetters(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    /** A value that makes the processor fail as by a bug. */
    static byte[] bug() {
        return new byte[] {0, 0, 0x66};
    }

    private RowChange deserialize(String topic, byte[] value) {
        if (broken || Arrays.equals(value, bug())) {
            throw new IllegalStateException("a bug");
        }
        return changes.deserializer().deserialize(topic, value);
    }

    /** From now on every change makes the processor fail as by a bug. */
    void breakReader() {
        broken = true;
    }

    /** As {@link #revive}, before one record in {@code every}. */
    void reviveOften(RandomGenerator random, int every) {
        processor.whetherToRevive = () -> random.nextInt(every) == 0;
    }

    /** The messages of merge jobs, in the order in which they were sent. */
    List<RowChange> messages() {
        return sent.readValuesToList().stream()
                .map(value -> changes.deserializer().deserialize(TOPICS.rows(), value))
                .filter(change -> change.getMerge() != null)
                .toList();
    }

    /** How many rows wait to be deleted from the source of a merge. */
    long copiedRows() {
        long rows = 0;
        try (KeyValueIterator<Bytes, byte[]> entries =
                driver.<Bytes, byte[]>getKeyValueStore("copied").all()) {
            while (entries.hasNext()) {
                entries.next();
                rows++;
            }
        }
        return rows;
    }

    /** The version that the next change will have, as seen from the watermarks; only after {@link #run}. */
    long nextVersion() {
        return watermarks.values().stream().mapToLong(Long::longValue).max().orElse(-1) + 1;
    }

    /** Closes and initialises the processor now, with a record that changes nothing: it goes on with what its stores say. */
    void reviveNow() {
        revive();
        delete("no such row");
    }

    /** Closes and initialises the processor before its next record, as Streams does after a transaction that was aborted. */
    void revive() {
        processor.reviving = true;
    }

    private static final class Reviving implements Processor<byte[], byte[], byte[], Routed> {
        private final RowProcessor inner;
        private @Nullable ProcessorContext<byte[], Routed> context;
        private boolean reviving;
        private BooleanSupplier whetherToRevive = () -> false;

        Reviving(RowProcessor inner) {
            this.inner = inner;
        }

        @Override
        public void init(ProcessorContext<byte[], Routed> given) {
            context = given;
            inner.init(given);
        }

        @Override
        public void process(Record<byte[], byte[]> record) {
            if (reviving || whetherToRevive.getAsBoolean()) {
                reviving = false;
                inner.close();
                inner.init(requireNonNull(context));
            }
            inner.process(record);
        }

        @Override
        public void close() {
            inner.close();
        }
    }

    /** One dataset {@code docs} over columns id, title and body, with one index. */
    static RefreshHarness withDocs() {
        RefreshHarness harness = new RefreshHarness();
        harness.catalog(2, List.of(docs(0, "title", "body")), List.of(index(DOCS_INDEX, "docs_v1", DOCS)));
        return harness;
    }

    static Dataset docs(long revision, String... textColumns) {
        return dataset(DOCS, "docs", revision, textColumns);
    }

    static Dataset dataset(long id, String name, long revision, String... textColumns) {
        return new Dataset(
                id,
                name,
                List.of("id"),
                List.of(textColumns),
                null,
                RefreshPolicy.ON_APPEND,
                null,
                null,
                textColumns.length == 0,
                Instant.EPOCH,
                revision);
    }

    static IndexDefinition index(long id, String name, long datasetId) {
        return index(id, name, datasetId, new ModelReference("scripted", "1", 8, 256, "f00d"), 200);
    }

    /** An index with another model and longer chunks. */
    static IndexDefinition otherIndex(long id, String name, long datasetId) {
        return index(id, name, datasetId, new ModelReference(OTHER_MODEL.name(), "1", 8, 256, "beef"), 400);
    }

    private static IndexDefinition index(long id, String name, long datasetId, ModelReference model, int chunkSize) {
        return new IndexDefinition(
                id,
                name,
                datasetId,
                model,
                8,
                Distance.COSINE,
                "hnswlib",
                "none",
                false,
                16,
                200,
                100,
                chunkSize,
                0,
                Instant.EPOCH,
                null);
    }

    static IndexDefinition directIndex(long id, String name, long datasetId, int dimensions) {
        return new IndexDefinition(
                id,
                name,
                datasetId,
                null,
                dimensions,
                Distance.COSINE,
                "hnswlib",
                "none",
                false,
                16,
                200,
                100,
                1000,
                0,
                Instant.EPOCH,
                null);
    }

    void catalog(long lastId, List<Dataset> datasets, List<IndexDefinition> indexes) {
        catalog(lastId, datasets, indexes, List.of());
    }

    void catalog(long lastId, List<Dataset> datasets, List<IndexDefinition> indexes, List<Job> jobs) {
        List<KnownTopic> topics = List.of();
        catalog = new Catalog(catalog.version() + 1, lastId, datasets, indexes, topics, jobs, List.of());
    }

    /** The catalog that is shown. */
    Catalog catalog() {
        return catalog;
    }

    /** Shows a catalog of any version, as of another process. */
    void catalog(Catalog shown) {
        catalog = shown;
    }

    static RowChange change(String dataset, String key, Op op, Map<String, ? extends @Nullable Object> columns) {
        return RowChange.newBuilder()
                .setDataset(dataset)
                .setKey(key)
                .setOp(op)
                .setColumns(new HashMap<>(columns))
                .setVector(null)
                .setSource(null)
                .setSchema$(null)
                .build();
    }

    static Map<String, Object> doc(String id, String title, String body) {
        Map<String, Object> columns = new LinkedHashMap<>();
        columns.put("id", id);
        columns.put("title", title);
        columns.put("body", body);
        return columns;
    }

    static Source source(long order) {
        return Source.newBuilder()
                .setSystem("test")
                .setDatabase(null)
                .setTable(null)
                .setPosition(null)
                .setOrder(order)
                .setTimestamp(null)
                .build();
    }

    void upsert(String id, String title, String body) {
        write(change("docs", id, Op.UPSERT, doc(id, title, body)));
    }

    void delete(String id) {
        write(change("docs", id, Op.DELETE, Map.of()));
    }

    void write(RowChange change) {
        byte[] key = RowKeys.record(change.getDataset(), change.getKey()).getBytes(UTF_8);
        write(key, encode(change), new RecordHeaders());
    }

    /** The value of a record, in Avro. */
    byte[] encode(RowChange change) {
        return changes.serializer().serialize(TOPICS.rows(), change);
    }

    void write(byte @Nullable [] key, byte @Nullable [] value, Headers headers) {
        rows.pipeInput(new TestRecord<>(key, value, headers, Instant.ofEpochMilli(2_000_000)));
        collect();
    }

    /** Sends a dead letter back as {@link KafkaDeadLetters} does. */
    void replay(TestRecord<byte[], byte[]> letter) {
        LetterId id = LetterHeaders.text(letter.headers(), LetterHeaders.ID)
                .flatMap(LetterId::parse)
                .orElseThrow();
        write(letter.key(), letter.value(), LetterHeaders.replay(id, letter.headers()));
    }

    /** The dead letters as a reader of their topic knows them, the newest first. */
    List<DeadLetter> letters() {
        LetterBook book = new LetterBook();
        for (int i = 0; i < deadLetters.size(); i++) {
            TestRecord<byte[], byte[]> record = deadLetters.get(i);
            LetterEntry.of(
                            new ConsumerRecord<>(
                                    TOPICS.deadLetters(),
                                    0,
                                    i,
                                    record.timestamp(),
                                    TimestampType.CREATE_TIME,
                                    0,
                                    0,
                                    record.key(),
                                    record.value(),
                                    record.headers(),
                                    Optional.empty()),
                            TOPICS.rows())
                    .ifPresentOrElse(book::apply, () -> {
                        throw new AssertionError("no dead letter: " + record);
                    });
        }
        return book.page(new DeadLetterService.Filter(null, null, null), null, 1_000)
                .letters();
    }

    /** The state of the letter of this id. */
    LetterState letter(String id) {
        return letters().stream()
                .filter(letter -> letter.id().toString().equals(id))
                .findFirst()
                .orElseThrow(() -> new AssertionError("no letter " + id + " in " + letters()))
                .state();
    }

    /** Lets the wall clock run, so that the processor does what it does beside records. */
    void run() {
        advance(Duration.ofSeconds(2));
    }

    /** Lets the wall clock run until the processor has nothing more to do by itself. */
    void settle() {
        wake();
        for (int i = 0; i < 10_000; i++) {
            driver.advanceWallClockTime(Duration.ofMillis(100));
            if (!busy()) {
                collect();
                return;
            }
        }
        throw new AssertionError("the processor has something to do for ever");
    }

    /** The indexes that wait for something. */
    List<IndexFreshness> waiting() {
        return stale.freshness().stream()
                .filter(index -> index.staleSince() != null)
                .toList();
    }

    /** Lets the wall clock run until all indexes but one wait for nothing. */
    void settleBeside(long indexId) {
        for (int i = 0; i < 10_000; i++) {
            driver.advanceWallClockTime(Duration.ofMillis(100));
            boolean waiting = waiting().stream().anyMatch(index -> index.indexId() != indexId);
            if (!waiting) {
                run();
                return;
            }
        }
        throw new AssertionError("something waits for ever");
    }

    /** Lets the wall clock run until an idle processor has looked for something to do once. */
    void wake() {
        driver.advanceWallClockTime(Duration.ofSeconds(1));
        collect();
    }

    /** Whether the processor looks for something to do all the time. */
    boolean busy() {
        return requireNonNull(meters.find("freshet.refresh.busy.tasks").gauge()).value() > 0;
    }

    void advance(Duration time) {
        for (int i = 0; i < 20; i++) {
            driver.advanceWallClockTime(time.dividedBy(20));
        }
        collect();
    }

    /** Runs what the pipeline put off. */
    void runScheduled() {
        while (!scheduled.isEmpty()) {
            scheduled.remove().run();
        }
        run();
    }

    /** Runs what the pipeline has put off by now, and not what it puts off meanwhile. */
    void runScheduledOnce() {
        for (int left = scheduled.size(); left > 0; left--) {
            scheduled.remove().run();
        }
        run();
    }

    double count(String name) {
        Counter counter = meters.find(name).counter();
        return counter == null ? 0 : counter.count();
    }

    RowImage image(long indexId, String rowKey) {
        RowImage image = images.get(VectorKeys.row(indexId, rowKey));
        if (image == null) {
            throw new AssertionError(
                    "no image of row " + rowKey + " in index " + indexId + ", only " + images.keySet());
        }
        return image;
    }

    String texts(long indexId, String rowKey) {
        StringBuilder texts = new StringBuilder();
        image(indexId, rowKey)
                .getChunks()
                .forEach(chunk -> texts.append(texts.isEmpty() ? "" : "|").append(chunk.getText()));
        return texts.toString();
    }

    @Override
    public void close() {
        driver.close();
        try {
            // The driver leaves it, without anything in it.
            Files.delete(stateDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path createStateDirectory() {
        try {
            return Files.createTempDirectory("refresh-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void collect() {
        for (TestRecord<byte[], byte[]> entry : vectors.readRecordsToList()) {
            String key = new String(entry.key(), UTF_8);
            if (entry.value() == null) {
                images.remove(key);
                deleted.add(key);
                continue;
            }
            RowImage image = imageSerde.deserializer().deserialize(TOPICS.vectors(), entry.value());
            if (image.getKind() == ImageKind.WATERMARK) {
                watermarks.put(image.getIndexId(), image.getVersion());
                watermarkRecords++;
            } else {
                images.put(key, image);
                history.add(image);
            }
        }
        for (TestRecord<byte[], byte[]> entry : progress.readRecordsToList()) {
            ProgressEntry report = progressSerde.deserializer().deserialize(TOPICS.jobProgress(), entry.value());
            assertThat(new String(entry.key(), UTF_8)).isEqualTo(report.getJob() + "/0");
            reports.put(report.getJob(), report);
        }
        deadLetters.addAll(letters.readRecordsToList());
    }

    private static List<PiiFinding> both(List<PiiFinding> some, List<PiiFinding> more) {
        List<PiiFinding> all = new ArrayList<>(some);
        all.addAll(more);
        return all;
    }

    /** Everything that the stores hold, keys and values, one after the other. */
    String stored() {
        StringBuilder all = new StringBuilder();
        for (String store : List.of("rows", "embedded", "pending", "parked", "scans", "merges", "copied", "lineage")) {
            try (KeyValueIterator<Bytes, byte[]> entries =
                    driver.<Bytes, byte[]>getKeyValueStore(store).all()) {
                while (entries.hasNext()) {
                    KeyValue<Bytes, byte[]> entry = entries.next();
                    all.append(store).append(' ').append(new String(entry.key.get(), UTF_8));
                    all.append('=').append(new String(entry.value, UTF_8)).append('\n');
                }
            }
        }
        return all.toString();
    }

    private CatalogView view() {
        return new CatalogView() {
            @Override
            public Catalog current() {
                return catalog;
            }

            @Override
            public Catalog catchUp(Duration timeout) {
                return catalog;
            }

            @Override
            public void addListener(Consumer<Catalog> listener) {
                throw new UnsupportedOperationException("the refresh application polls");
            }
        };
    }
}
