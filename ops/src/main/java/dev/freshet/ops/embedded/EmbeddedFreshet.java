package dev.freshet.ops.embedded;

import static java.util.Objects.requireNonNull;

import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.app.OpenResources;
import dev.freshet.ops.broker.BrokerProcess;
import dev.freshet.ops.broker.LoopbackPorts;
import dev.freshet.ops.registry.EmbeddedRegistry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.SearchService;
import dev.freshet.search.StorePartitions;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;

/**
 * Everything embedded: a broker as a child process, the schema registry, all roles and HTTP in this one. Its state is kept in one directory, and everything
 * binds to loopback. Close it to stop; a process that is killed takes its broker along, and what it had acknowledged is there again at the next start.
 */
public final class EmbeddedFreshet implements AutoCloseable {
    private static final String LOOPBACK = "127.0.0.1";
    private static final Duration PREDECESSOR = Duration.ofSeconds(15);
    private static final Duration READY_WITHIN = Duration.ofMinutes(10);

    private final OpenResources opened = new OpenResources();
    private final CompletableFuture<FreshetException> failed = new CompletableFuture<>();
    private final Settings settings;
    private final Progress progress;
    private final Function<FreshetConfig, Freshet.Running> pipeline;

    /**
     * Where it lives.
     *
     * @param httpPort 0 for a free one, as the other ports
     * @param overrides settings of {@link FreshetConfig} that differ from what is embedded
     */
    public record Settings(
            Path directory, int httpPort, int kafkaPort, int registryPort, Map<String, String> overrides) {
        public Settings {
            requireNonNull(directory, "directory is null");
            overrides = Map.copyOf(overrides);
        }
    }

    /** Is told what is being started. */
    @FunctionalInterface
    public interface Progress {
        void step(String what);
    }

    /**
     * What runs.
     *
     * @param search what HTTP searches with, for callers in this process
     * @param partitions what {@code search} asks
     * @param failed completes, with the reason, if it cannot go on: the broker ended by itself, or the disk runs full
     */
    public record Running(
            URI http,
            SearchService search,
            StorePartitions partitions,
            String bootstrapServers,
            URI registry,
            long brokerPid,
            CompletableFuture<FreshetException> failed) {}

    public EmbeddedFreshet(Settings settings, Progress progress) {
        this(settings, progress, config -> Freshet.start(config));
    }

    /**
     * As above, with models of one's own.
     *
     * @param pipeline starts what is neither broker nor registry
     */
    public EmbeddedFreshet(Settings settings, Progress progress, Function<FreshetConfig, Freshet.Running> pipeline) {
        this.pipeline = requireNonNull(pipeline, "pipeline is null");
        this.settings = requireNonNull(settings, "settings is null");
        this.progress = requireNonNull(progress, "progress is null");
    }

    /**
     * Starts everything and returns when it is ready to serve.
     *
     * @throws FreshetException with one line that says what is in the way and what to do
     */
    public Running start() {
        try {
            return run();
        } catch (RuntimeException e) {
            RuntimeException reason = e;
            if (failed.isDone() && failed.join() != e) {
                // What went wrong first.
                reason = failed.join();
                reason.addSuppressed(e);
            }
            close();
            throw reason;
        }
    }

    private Running run() {
        progress.step("Waiting for the directory " + settings.directory());
        opened.add(DirectoryLock.acquire(settings.directory(), PREDECESSOR));
        DiskWatch disk = opened.add(new DiskWatch(settings.directory()));
        disk.requireRoomToStart();
        awaitPort(settings.httpPort(), "--port");
        awaitPort(settings.registryPort(), "--registry-port");
        progress.step("Starting the Kafka broker");
        BrokerProcess broker = opened.add(BrokerProcess.start(
                new BrokerProcess.Config(settings.directory().resolve("kafka"), settings.kafkaPort())));
        broker.onExit().thenRun(() -> {
            // A full disk may have ended it before that was seen.
            disk.look(failed::complete);
            failed.complete(broker.death());
        });
        disk.start(failed::complete);
        progress.step("Starting the schema registry");
        EmbeddedRegistry registry = opened.add(EmbeddedRegistry.start(new EmbeddedRegistry.Config(
                broker.bootstrapServers(), loopback(settings.registryPort()), "_schemas", (short) 1)));
        progress.step("Starting the pipeline");
        Freshet.Running freshet =
                opened.add(pipeline.apply(config(settings, broker.bootstrapServers(), registry.uri())));
        progress.step("Restoring");
        awaitReady(freshet);
        return new Running(
                freshet.uri(),
                freshet.search(),
                freshet.partitions(),
                broker.bootstrapServers(),
                registry.uri(),
                broker.pid(),
                failed);
    }

    @Override
    public void close() {
        opened.close();
    }

    /** What the pipeline is configured with, beside a broker and a registry. */
    static FreshetConfig config(Settings settings, String bootstrapServers, URI registry) {
        Map<String, String> config = new HashMap<>();
        config.put(FreshetConfig.BOOTSTRAP_SERVERS, bootstrapServers);
        config.put(FreshetConfig.REGISTRY_URL, registry.toString());
        config.put(FreshetConfig.REPLICATION, "1");
        config.put(FreshetConfig.SEARCH_STANDBYS, "0");
        config.put(
                FreshetConfig.STATE_DIRECTORY,
                settings.directory().resolve("state").toString());
        config.put(FreshetConfig.INSTANCE_ID, "embedded");
        config.put(FreshetConfig.HTTP_PORT, String.valueOf(settings.httpPort()));
        config.put(FreshetConfig.HTTP_ACCESS_LOG, "false");
        config.putAll(settings.overrides());
        FreshetConfig given = new FreshetConfig(config);
        if (!given.listensOnAllAddresses()
                || !given.getString(FreshetConfig.HTTP_ADVERTISED_HOST).isBlank()) {
            return given;
        }
        // All is in this process, so that any address will do as the one under which others would call it.
        config.put(FreshetConfig.HTTP_ADVERTISED_HOST, LOOPBACK);
        return new FreshetConfig(config);
    }

    private void awaitReady(Freshet.Running freshet) {
        long deadline = System.nanoTime() + READY_WITHIN.toNanos();
        while (!freshet.ready().getAsBoolean()) {
            if (failed.isDone()) {
                throw failed.join();
            }
            if (System.nanoTime() > deadline) {
                throw new FreshetException(
                        ErrorCode.NOT_READY,
                        "the stored rows could not be restored within " + READY_WITHIN.toMinutes()
                                + " minutes: the log in the directory says how far it came");
            }
            try {
                Thread.sleep(20);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FreshetException(ErrorCode.NOT_READY, "interrupted while starting", e);
            }
        }
    }

    private static void awaitPort(int port, String option) {
        long deadline = System.nanoTime() + PREDECESSOR.toNanos() / 3;
        while (port != 0 && !LoopbackPorts.isFree(port)) {
            if (System.nanoTime() > deadline) {
                throw new FreshetException(
                        ErrorCode.NOT_READY,
                        "port " + port + " of 127.0.0.1 is in use: stop what uses it, or choose another one with "
                                + option);
            }
            try {
                Thread.sleep(100);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new FreshetException(ErrorCode.NOT_READY, "interrupted while waiting for port " + port, e);
            }
        }
    }

    private static InetSocketAddress loopback(int port) {
        try {
            return new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port);
        } catch (UnknownHostException e) {
            throw new IllegalStateException("127.0.0.1 is no address", e);
        }
    }
}
