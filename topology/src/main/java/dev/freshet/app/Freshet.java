package dev.freshet.app;

import static java.util.Objects.requireNonNull;

import dev.freshet.app.FreshetConfig.Role;
import dev.freshet.app.metrics.ProcessGauges;
import dev.freshet.app.metrics.StreamsMeters;
import dev.freshet.catalog.CatalogMeters;
import dev.freshet.catalog.CatalogReader;
import dev.freshet.catalog.CatalogTopology;
import dev.freshet.catalog.IndexDefaults;
import dev.freshet.catalog.KafkaCatalogService;
import dev.freshet.catalog.KnownTopic;
import dev.freshet.catalog.ModelReference;
import dev.freshet.catalog.WithheldColumnsLog;
import dev.freshet.embed.Embedder;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.MeasuredEmbedders;
import dev.freshet.embed.ModelInfo;
import dev.freshet.http.FreshetHttpServer;
import dev.freshet.http.HttpSecurity;
import dev.freshet.http.HttpServices;
import dev.freshet.http.HttpSettings;
import dev.freshet.http.Readiness;
import dev.freshet.index.Quantization;
import dev.freshet.index.VectorIndexes;
import dev.freshet.refresh.BackfillPace;
import dev.freshet.refresh.CatalogTables;
import dev.freshet.refresh.EmbeddingPipeline;
import dev.freshet.refresh.FlagReports;
import dev.freshet.refresh.KafkaDeadLetters;
import dev.freshet.refresh.KafkaRowWriter;
import dev.freshet.refresh.LineageRegistry;
import dev.freshet.refresh.PrivacySettings;
import dev.freshet.refresh.RefreshMetrics;
import dev.freshet.refresh.RefreshReports;
import dev.freshet.refresh.RefreshSerdes;
import dev.freshet.refresh.RefreshSettings;
import dev.freshet.refresh.RefreshTopology;
import dev.freshet.refresh.StaleRegistry;
import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.avro.CatalogReply;
import dev.freshet.schemas.avro.ProgressEntry;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.TopicNames;
import dev.freshet.schemas.registry.HttpSchemaRegistryClient;
import dev.freshet.schemas.registry.SchemaRegistryClient;
import dev.freshet.schemas.serde.ConfluentAvroSerde;
import dev.freshet.schemas.serde.NamedRowDeserializer;
import dev.freshet.search.GatheringSearchService;
import dev.freshet.search.KafkaLogTail;
import dev.freshet.search.KafkaUnreadRows;
import dev.freshet.search.LoadState;
import dev.freshet.search.LocalVectorStores;
import dev.freshet.search.MeasuredSearch;
import dev.freshet.search.Node;
import dev.freshet.search.SearchService;
import dev.freshet.search.SearchTopology;
import dev.freshet.search.SearchableLag;
import dev.freshet.search.StandbyProgress;
import dev.freshet.search.StateStamp;
import dev.freshet.search.StorePartitions;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.streams.Topology;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One Freshet process: the applications of its roles and the HTTP server, wired together. {@link #start} returns when HTTP listens; {@code /readyz} tells when
 * everything assigned to this process is restored. Close it to stop; what it holds is closed in the reverse of the order in which it was opened.
 */
public final class Freshet implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(Freshet.class);
    private static final String DEFAULT_ENGINE = VectorIndexes.COMPACT.engine();
    private static final Duration IDENTIFIED_WITHIN = Duration.ofSeconds(12);
    private static final Duration CATALOG_WITHIN = Duration.ofSeconds(60);
    private static final long FLAGS_EVERY_MS = 1_000;

    private final OpenResources opened = new OpenResources();
    private final FreshetConfig config;
    private final Clock clock;
    private final TopicNames topics;
    private final Map<String, Object> client;
    private final PrometheusMeterRegistry metrics = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final StreamsMeters streamsMeters = new StreamsMeters(metrics);

    private Freshet(FreshetConfig config, Clock clock) {
        this.config = config;
        this.clock = requireNonNull(clock, "clock is null");
        this.topics = config.topics();
        this.client = config.kafkaClient();
    }

    /**
     * A process that serves.
     *
     * @param search what HTTP searches with, for callers in this process
     * @param partitions what {@code search} asks of this process's own
     */
    public record Running(
            URI uri, BooleanSupplier ready, SearchService search, StorePartitions partitions, Freshet process)
            implements AutoCloseable {
        @Override
        public void close() {
            process.close();
        }
    }

    /** Starts a process with the model in the box and those that its configuration describes. */
    public static Running start(FreshetConfig config) {
        return start(config, Clock.systemUTC());
    }

    /**
     * As above.
     *
     * @param clock what this process takes for the time of day. It may jump, as those of machines do; Kafka's own clients keep the system's.
     */
    public static Running start(FreshetConfig config, Clock clock) {
        return start(config, clock, metrics -> ConfiguredModels.of(config, metrics, clock));
    }

    /** Starts a process with these models, and closes them with it. */
    public static Running start(FreshetConfig config, Embedders embedders) {
        return start(config, Clock.systemUTC(), metrics -> embedders);
    }

    private static Running start(FreshetConfig config, Clock clock, Function<MeterRegistry, Embedders> models) {
        Freshet freshet = new Freshet(config, clock);
        try {
            return freshet.run(freshet.opened.add(models.apply(freshet.metrics)));
        } catch (RuntimeException e) {
            freshet.close();
            throw e;
        }
    }

    @Override
    public void close() {
        opened.close();
    }

    private Running run(Embedders embedders) {
        ConfiguredSecurity security = new ConfiguredSecurity(config);
        PrivacySettings privacy = ConfiguredPrivacy.of(config);
        HttpSettings httpSettings = httpSettings(security.http(), privacy);
        DistanceArithmetic.report(metrics);
        measureJvm();
        ClusterNode node = ClusterNode.open(config, security.nodes(), opened);
        SchemaRegistryClient registry = opened.add(new HttpSchemaRegistryClient(
                config.registryUrls(), config.registryAuth(), Duration.ofSeconds(5), security.registry()));
        KafkaTopics.RowsTopic rowsTopic = new KafkaTopics(config).ensure(client);
        ConfluentAvroSerde<CatalogCommand> commands = new ConfluentAvroSerde<>(CatalogCommand.class, registry);
        ConfluentAvroSerde<CatalogReply> replies = new ConfluentAvroSerde<>(CatalogReply.class, registry);
        ConfluentAvroSerde<CatalogRecord> records = new ConfluentAvroSerde<>(CatalogRecord.class, registry);
        ConfluentAvroSerde<ProgressEntry> progress = new ConfluentAvroSerde<>(ProgressEntry.class, registry);

        Set<Role> roles = config.roles();
        if (roles.contains(Role.REFRESH) || roles.contains(Role.SEARCH)) {
            warmUp(embedders);
        }
        StreamsSettings settings = new StreamsSettings(config, node.self());
        HangingOffsets hanging = opened.add(new HangingOffsets(client, metrics, daemon("freshet-hanging-offsets")));
        StreamsRunner catalogRunner = null;
        if (roles.contains(Role.CATALOG)) {
            Topology topology = CatalogTopology.build(
                    topics,
                    new CatalogTopology.CatalogSerdes(commands, replies, records, progress),
                    config.getBoolean(FreshetConfig.PRIVACY_DETECTION));
            catalogRunner = opened.add(new StreamsRunner("catalog", topology, settings.catalog(), streamsMeters));
            catalogRunner.start();
            hanging.watch(topics.prefix() + "-catalog", catalogRunner::running);
        }
        CatalogReader reader = opened.add(new CatalogReader(
                client, topics, records.deserializer(), replies.deserializer(), progress.deserializer(), clock));
        reader.start(CATALOG_WITHIN);
        ConfiguredPrivacy.requireKey(reader.current(), privacy.hashKey());
        WithheldColumnsLog withheld = new WithheldColumnsLog();
        reader.addListener(withheld);
        withheld.accept(reader.current());
        KafkaCatalogService catalog = opened.add(
                new KafkaCatalogService(client, topics, reader, indexDefaults(embedders), commands.serializer()));
        CatalogMeters.register(catalog, metrics);
        KnownTopic known = register(catalog, rowsTopic);
        RefreshSettings refreshSettings = new RefreshSettings(
                topics,
                known.partitions(),
                known.epoch(),
                config.getInt(FreshetConfig.MAX_ROW_BYTES),
                Duration.ofMillis(config.getLong(FreshetConfig.UNKNOWN_DATASET_PATIENCE_MS)),
                config.getInt(FreshetConfig.REFRESH_COMMIT_MS),
                privacy);

        ConfluentAvroSerde<RowChange> changes = new ConfluentAvroSerde<>(RowChange.class, registry);
        ConfluentAvroSerde<RowImage> images = new ConfluentAvroSerde<>(RowImage.class, registry);
        RefreshReports reports = new RefreshReports(new StaleRegistry(clock), new LineageRegistry());
        MeasuredEmbedders measured = new MeasuredEmbedders(name -> embedder(embedders, name), metrics);
        StreamsRunner refreshRunner = roles.contains(Role.REFRESH)
                ? refresh(
                        settings,
                        refreshSettings,
                        catalog,
                        new RefreshSerdes(
                                rowsDeserializer(changes),
                                changes.serializer(),
                                images.serializer(),
                                progress.serializer()),
                        measured,
                        reports)
                : null;
        if (refreshRunner != null) {
            hanging.watch(topics.prefix() + "-refresh", refreshRunner::running);
        }

        LocalVectorStores stores = opened.add(new LocalVectorStores(
                topics.vectors(),
                catalog,
                () -> new ConfluentAvroSerde<>(RowImage.class, registry).deserializer(),
                metrics,
                Runtime.getRuntime().availableProcessors(),
                clock));
        StreamsRunner searchRunner = roles.contains(Role.SEARCH) ? search(settings, stores) : null;
        KafkaUnreadRows unread = opened.add(
                new KafkaUnreadRows(client, topics.rows(), known.partitions(), topics.prefix() + "-refresh", clock));
        StorePartitions partitions = new StorePartitions(
                stores, catalog, Math.max(2, Runtime.getRuntime().availableProcessors()));
        GatheringSearchService gathering = opened.add(new GatheringSearchService(
                partitions,
                node.others(topics.vectors(), searchRunner),
                catalog,
                measured,
                known::partitions,
                unread,
                () -> searchRunner == null || searchRunner.running(),
                metrics));
        SearchService search = new MeasuredSearch(gathering, catalog, metrics);
        SearchableLag.register(stores, catalog, unread, metrics, clock);
        KafkaRowWriter rows = opened.add(new KafkaRowWriter(producerClient(), refreshSettings, changes.serializer()));
        streamsMeters.observe(rows::metrics);

        KafkaDeadLetters deadLetters = opened.add(new KafkaDeadLetters(
                client,
                refreshSettings,
                rows,
                name -> catalog.current().dataset(name).isPresent(),
                metrics));
        deadLetters.start();

        Supplier<Set<Node>> others = node.processes(catalogRunner, refreshRunner, searchRunner);
        StreamsRunner catalogApplication = catalogRunner;
        BooleanSupplier running = () -> (catalogApplication == null || catalogApplication.running())
                && (refreshRunner == null || refreshRunner.running());
        FreshetHttpServer http = opened.add(new FreshetHttpServer(
                httpSettings,
                new HttpServices(
                        catalog,
                        search,
                        rows,
                        node.staleness(reports.stale(), known::partitions, others),
                        node.lineage(reports.lineage(), known::partitions, others),
                        deadLetters,
                        metrics,
                        running,
                        known::partitions,
                        () -> readiness(catalogApplication, refreshRunner, searchRunner, stores),
                        node.api(
                                partitions,
                                reports,
                                () -> !httpSettings.security().keys().required())),
                node.socket()));
        start(http);
        URI uri = URI.create(httpSettings.security().scheme() + "://" + config.getString(FreshetConfig.HTTP_HOST) + ":"
                + http.port());
        BooleanSupplier ready = () -> running.getAsBoolean() && search.ready();
        ProcessGauges.register(metrics, ready, known::partitions);
        return new Running(uri, ready, search, partitions, this);
    }

    /** What reads the rows topic: our own serde, or what the operator named. */
    private Deserializer<RowChange> rowsDeserializer(ConfluentAvroSerde<RowChange> own) {
        String named = config.getString(FreshetConfig.ROWS_DESERIALIZER);
        if (named.isEmpty()) {
            return own.deserializer();
        }
        log.info("Rows that are not JSON are read by {}", named);
        return opened.add(NamedRowDeserializer.of(named, config.rowsDeserializerSettings()));
    }

    private static Readiness readiness(
            @Nullable StreamsRunner catalog,
            @Nullable StreamsRunner refresh,
            @Nullable StreamsRunner search,
            LocalVectorStores stores) {
        List<String> starting = Stream.of(catalog, refresh, search)
                .filter(runner -> runner != null && !runner.running())
                .map(StreamsRunner::name)
                .toList();
        LoadState load = stores.loadState();
        // Once the search application runs, everything assigned is restored, and what does not answer stands by.
        boolean restored = search == null || search.running();
        return new Readiness(starting, restored ? List.of() : load.restoring(), load.loadingGraphs());
    }

    /** Loads the default model beside everything else that starts, so that the first row or search does not wait for it. */
    private void warmUp(Embedders embedders) {
        String model = config.getString(FreshetConfig.DEFAULT_MODEL);
        if (config.remoteModel(model)) {
            return; // There is nothing to load, and a provider that is down is no reason to complain before it is
            // needed.
        }
        Thread thread = daemon("freshet-model-warm-up").newThread(() -> {
            try {
                embedders.byName(model).embedQuery("warm").join();
            } catch (RuntimeException e) {
                log.warn("The model {} could not be loaded ahead of its first use: {}", model, e.toString());
            }
        });
        thread.start();
    }

    /** The catalog's writer may only just be starting, here or elsewhere, or its partition still be held for a process that died. */
    private KnownTopic register(KafkaCatalogService catalog, KafkaTopics.RowsTopic rows) {
        long patience = Math.max(CATALOG_WITHIN.toMillis(), 2L * config.getInt(FreshetConfig.SESSION_TIMEOUT_MS));
        long deadline = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(patience);
        while (true) {
            try {
                return catalog.registerTopic(
                        topics.rows(), rows.id(), rows.partitions(), config.getBoolean(FreshetConfig.NEW_EPOCH));
            } catch (FreshetException e) {
                if (e.code() != ErrorCode.CATALOG_UNAVAILABLE || System.nanoTime() > deadline) {
                    throw e;
                }
                log.warn("Waiting for the catalog's writer (a process with the role catalog): {}", e.getMessage());
            }
        }
    }

    private static void start(FreshetHttpServer http) {
        try {
            http.start();
        } catch (IOException e) {
            throw new FreshetException(ErrorCode.NOT_READY, String.valueOf(e.getMessage()), e);
        }
    }

    private StreamsRunner refresh(
            StreamsSettings settings,
            RefreshSettings refreshSettings,
            KafkaCatalogService catalog,
            RefreshSerdes serdes,
            Function<String, Embedder> embedders,
            RefreshReports reports) {
        ExecutorService chunkers =
                executor("freshet-chunker", Executors.newFixedThreadPool(1, daemon("freshet-chunker")));
        ScheduledExecutorService retries =
                Executors.newSingleThreadScheduledExecutor(daemon("freshet-embedding-retry"));
        executor("freshet-embedding-retry", retries);
        RefreshMetrics refreshMetrics = new RefreshMetrics(metrics, reports.stale());
        EmbeddingPipeline pipeline = new EmbeddingPipeline(
                embedders,
                chunkers,
                (task, delay) -> retries.schedule(task, delay.toMillis(), TimeUnit.MILLISECONDS),
                refreshMetrics);
        BackfillPace pace = new BackfillPace(config.getInt(FreshetConfig.BACKFILL_ROWS_PER_SECOND));
        CatalogTables tables = new CatalogTables(
                catalog,
                executor("freshet-tables", Executors.newSingleThreadExecutor(daemon("freshet-tables"))),
                clock);
        Topology topology = RefreshTopology.build(
                refreshSettings, catalog, serdes, pipeline, tables, reports, pace, flags(catalog), refreshMetrics);
        StreamsRunner runner = opened.add(new StreamsRunner("refresh", topology, settings.refresh(), streamsMeters));
        runner.start();
        return runner;
    }

    /** What the tasks find is told at a slow and steady pace, by a thread that may wait for the catalog. */
    private FlagReports flags(KafkaCatalogService catalog) {
        FlagReports flags = new FlagReports(catalog, catalog::flagColumns, metrics);
        ScheduledExecutorService reporter = Executors.newSingleThreadScheduledExecutor(daemon("freshet-flag-reports"));
        executor("freshet-flag-reports", reporter);
        reporter.scheduleWithFixedDelay(flags::send, FLAGS_EVERY_MS, FLAGS_EVERY_MS, TimeUnit.MILLISECONDS);
        return flags;
    }

    private StreamsRunner search(StreamsSettings settings, LocalVectorStores stores) {
        Path local = config.stateDirectory().resolve(topics.prefix() + "-search");
        StateStamp stamp = new StateStamp(config.stateDirectory().resolve(topics.prefix() + "-search.stamp"), clock);
        String expired = null;
        if (Files.exists(local)) {
            expired = stamp.expired(StateStamp.AGE_MAX);
        } else {
            stamp.begin();
        }
        StreamsRunner runner =
                new StreamsRunner("search", SearchTopology.build(stores), settings.search(), streamsMeters);
        if (expired != null) {
            log.warn("The local state in {} {}: restoring it from {}", local, expired, topics.vectors());
            runner.streams().cleanUp();
            stamp.begin();
        }
        StandbyProgress standbys = new StandbyProgress(stores, new KafkaLogTail(client, topics.vectors()));
        runner.streams().setStandbyUpdateListener(standbys);
        opened.add(standbys);
        opened.add(runner);
        opened.add(stamp);
        runner.onRunning(() -> stamp.start(runner::running));
        runner.start();
        return runner;
    }

    private IndexDefaults indexDefaults(Embedders embedders) {
        return new IndexDefaults(
                config.getString(FreshetConfig.DEFAULT_MODEL),
                name -> reference(embedders, name),
                DEFAULT_ENGINE,
                quantizations());
    }

    /** Of each engine. */
    private static Map<String, List<String>> quantizations() {
        Map<String, List<String>> quantizations = new HashMap<>();
        for (VectorIndexes engine : VectorIndexes.values()) {
            quantizations.put(
                    engine.engine(),
                    Stream.of(Quantization.values())
                            .filter(engine::supports)
                            .map(Quantization::text)
                            .toList());
        }
        return quantizations;
    }

    private static ModelReference reference(Embedders embedders, String name) {
        ModelInfo info = identified(embedders, name);
        return new ModelReference(info.name(), info.version(), info.dimensions(), info.maxTokens(), info.fingerprint());
    }

    static ModelInfo identified(Embedders embedders, String name) {
        requireKnown(embedders, name);
        try {
            return embedders.identify(name).get(IDENTIFIED_WITHIN.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("interrupted while the model " + name + " was asked for its fingerprint", e);
        } catch (TimeoutException e) {
            throw unavailable(
                    "the model " + name + " did not tell its fingerprint within " + IDENTIFIED_WITHIN.toSeconds()
                            + " s, try again",
                    e);
        } catch (ExecutionException e) {
            throw unavailable(
                    String.valueOf(e.getCause() == null ? e : e.getCause().getMessage()), e);
        } catch (RuntimeException e) {
            throw unavailable(cannotBeUsed(name, e), e);
        }
    }

    // A local model's files may be gone since the start, or be no model at all.
    private static String cannotBeUsed(String name, RuntimeException cause) {
        return "the model " + name + " cannot be used: " + cause.getMessage();
    }

    private static FreshetException unavailable(String message, Exception cause) {
        return new FreshetException(ErrorCode.EMBEDDER_UNAVAILABLE, message, cause);
    }

    static Embedder embedder(Embedders embedders, String name) {
        requireKnown(embedders, name);
        try {
            return embedders.byName(name);
        } catch (RuntimeException e) {
            throw unavailable(cannotBeUsed(name, e), e);
        }
    }

    private static void requireKnown(Embedders embedders, String name) {
        if (!embedders.names().contains(name)) {
            throw new FreshetException(
                    ErrorCode.UNKNOWN_MODEL,
                    "there is no model '" + name + "'; known models: " + String.join(", ", embedders.names()));
        }
    }

    private HttpSettings httpSettings(HttpSecurity security, PrivacySettings privacy) {
        HttpSettings defaults = HttpSettings.defaults(
                config.getString(FreshetConfig.HTTP_HOST), config.getInt(FreshetConfig.HTTP_PORT));
        return new HttpSettings(
                defaults.host(),
                defaults.port(),
                config.getInt(FreshetConfig.HTTP_MAX_BODY_BYTES),
                config.getInt(FreshetConfig.MAX_ROW_BYTES),
                defaults.waitTimeout(),
                defaults.searchTimeout(),
                new HttpSettings.Limits(
                        config.getInt(FreshetConfig.HTTP_MAX_HEADER_BYTES),
                        config.getInt(FreshetConfig.HTTP_MAX_CONCURRENT_SEARCHES)),
                config.getBoolean(FreshetConfig.HTTP_ACCESS_LOG),
                security,
                privacy.hashKey());
    }

    private Map<String, Object> producerClient() {
        Map<String, Object> producer = new HashMap<>(client);
        producer.put("max.request.size", FreshetConfig.MAX_RECORD_BYTES);
        producer.put("client.id", topics.prefix() + "-rows");
        return producer;
    }

    private void measureJvm() {
        new JvmMemoryMetrics().bindTo(metrics);
        new JvmThreadMetrics().bindTo(metrics);
        new ProcessorMetrics().bindTo(metrics);
        JvmGcMetrics gc = opened.add(new JvmGcMetrics());
        gc.bindTo(metrics);
    }

    private ExecutorService executor(String name, ExecutorService executor) {
        opened.add(() -> {
            executor.shutdownNow();
            if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
                log.warn("{} still runs", name);
            }
        });
        return executor;
    }

    private static ThreadFactory daemon(String name) {
        return task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        };
    }
}
