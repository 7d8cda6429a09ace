package dev.freshet.ops.broker;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import kafka.server.KafkaConfig;
import kafka.server.KafkaRaftServer;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.utils.Time;
import org.apache.kafka.metadata.storage.Formatter;

/**
 * A single-node KRaft broker in this JVM, on 127.0.0.1 only.
 *
 * <ul>
 *   <li>{@link #start} returns when the broker takes requests (about 2 s on a new directory).
 *   <li>A directory that was used before keeps its topics and records, also after a kill: what was acknowledged is in the page cache.
 *   <li>Topics are never created by accident.
 *   <li>A fatal fault inside Kafka may halt the JVM. Use it in tests and in a process of its own ({@link BrokerProcess}).
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class EmbeddedBroker implements AutoCloseable {
    private final KafkaRaftServer server;
    private final int port;
    private final AtomicBoolean closed = new AtomicBoolean();

    private EmbeddedBroker(KafkaRaftServer server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Formats the directory on first use and starts a broker on it.
     *
     * @param directory created when it is missing; one broker at a time
     * @param port of the clients' listener, 0 for a free one
     * @throws FreshetException with {@code KAFKA_UNAVAILABLE} when it does not start
     */
    public static EmbeddedBroker start(Path directory, int port) {
        return start(directory, port, settings -> {});
    }

    /**
     * As above, with other settings: for a broker that asks its clients who they are.
     *
     * @param adjusted changes the settings that it is given, and may add to them
     */
    public static EmbeddedBroker start(Path directory, int port, Consumer<Map<String, String>> adjusted) {
        try (HeldPorts held = HeldPorts.hold(2)) {
            int clientPort = port == 0 ? held.port(0) : port;
            return start(directory, clientPort, held.otherThan(clientPort), List.of(), adjusted);
        }
    }

    static EmbeddedBroker start(Path directory, int port, int controllerPort, List<BrokerListener> more) {
        return start(directory, port, controllerPort, more, settings -> {});
    }

    private static EmbeddedBroker start(
            Path directory,
            int port,
            int controllerPort,
            List<BrokerListener> more,
            Consumer<Map<String, String>> adjusted) {
        Path logDirectory = logDirectory(requireNonNull(directory, "directory is null"));
        Map<String, String> settings = BrokerSettings.of(logDirectory, port, controllerPort, more);
        adjusted.accept(settings);
        try {
            format(logDirectory);
            KafkaRaftServer server = new KafkaRaftServer(new KafkaConfig(settings, false), Time.SYSTEM);
            try {
                server.startup();
            } catch (RuntimeException | Error e) {
                server.shutdown();
                throw e;
            }
            return new EmbeddedBroker(server, port);
        } catch (Exception e) {
            throw new FreshetException(
                    ErrorCode.KAFKA_UNAVAILABLE,
                    "The embedded broker did not start on 127.0.0.1:" + port + " in " + directory + ": "
                            + e.getMessage(),
                    e);
        }
    }

    /** Where Kafka keeps its data and its {@code .lock} inside the broker's directory. */
    static Path logDirectory(Path directory) {
        return directory.toAbsolutePath().normalize().resolve("data");
    }

    private static void format(Path logDirectory) throws Exception {
        // The formatter writes this file last: without it, the directory was never finished.
        if (Files.exists(logDirectory.resolve("meta.properties"))) {
            return;
        }
        try {
            Files.createDirectories(logDirectory);
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot create " + logDirectory, e);
        }
        new Formatter()
                .setPrintStream(new PrintStream(OutputStream.nullOutputStream(), false, StandardCharsets.UTF_8))
                .setNodeId(1)
                .setClusterId(Uuid.randomUuid().toString())
                .addDirectory(logDirectory.toString())
                .setMetadataLogDirectory(logDirectory.toString())
                .setControllerListenerName("CONTROLLER")
                .setIgnoreFormatted(true)
                .run();
    }

    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    public int port() {
        return port;
    }

    /** Stops cleanly; a second call does nothing. */
    @Override
    public void close() {
        if (closed.compareAndSet(false, true)) {
            server.shutdown();
            server.awaitShutdown();
        }
    }
}
