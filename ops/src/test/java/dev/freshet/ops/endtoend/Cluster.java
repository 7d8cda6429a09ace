package dev.freshet.ops.endtoend;

import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.embed.Embedders;
import dev.freshet.embed.HashingEmbedder;
import dev.freshet.ops.broker.EmbeddedBroker;
import dev.freshet.ops.registry.EmbeddedRegistry;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A real broker and a schema registry, for one test class. Tests share them, each with a topic prefix of its own. */
final class Cluster implements AutoCloseable {
    static final int PARTITIONS = 4;
    static final String HASHING = "hashing-64";
    static final int HASHING_DIMENSIONS = 64;

    private final EmbeddedBroker broker;
    private final EmbeddedRegistry registry;

    private Cluster(EmbeddedBroker broker, EmbeddedRegistry registry) {
        this.broker = broker;
        this.registry = registry;
    }

    static Cluster start(Path directory) {
        EmbeddedBroker broker = EmbeddedBroker.start(directory.resolve("kafka"), 0);
        try {
            EmbeddedRegistry registry = EmbeddedRegistry.start(new EmbeddedRegistry.Config(
                    broker.bootstrapServers(),
                    new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                    "_schemas",
                    (short) 1));
            return new Cluster(broker, registry);
        } catch (RuntimeException e) {
            broker.close();
            throw e;
        }
    }

    String bootstrapServers() {
        return broker.bootstrapServers();
    }

    String registryUrl() {
        return registry.uri().toString();
    }

    FreshetConfig config(String prefix, Path state, String instance, Map<String, String> overrides) {
        Map<String, String> settings = new HashMap<>();
        settings.put(FreshetConfig.BOOTSTRAP_SERVERS, bootstrapServers());
        settings.put(FreshetConfig.REGISTRY_URL, registryUrl());
        settings.put(FreshetConfig.PREFIX, prefix);
        settings.put(FreshetConfig.PARTITIONS, String.valueOf(PARTITIONS));
        settings.put(FreshetConfig.REPLICATION, "1");
        settings.put(FreshetConfig.STATE_DIRECTORY, state.toString());
        settings.put(FreshetConfig.INSTANCE_ID, instance);
        settings.put(FreshetConfig.HTTP_PORT, "0");
        settings.put(FreshetConfig.DEFAULT_MODEL, HASHING);
        settings.putAll(overrides);
        return new FreshetConfig(settings);
    }

    /** Starts Freshet with the hashing model, and returns when it is ready. */
    Freshet.Running freshet(String prefix, Path state) {
        return freshet(prefix, state, "only", HashingEmbedder.of(HASHING_DIMENSIONS));
    }

    Freshet.Running freshet(String prefix, Path state, String instance, HashingEmbedder embedder) {
        return ready(Freshet.start(
                config(prefix, state, instance, Map.of()),
                Embedders.builder().add(embedder).build()));
    }

    static Freshet.Running ready(Freshet.Running running) {
        try {
            Eventually.holds(
                    "Freshet is ready", Eventually.LONG, () -> running.ready().getAsBoolean());
        } catch (AssertionError e) {
            running.close();
            throw e;
        }
        return running;
    }

    @Override
    public void close() {
        registry.close();
        broker.close();
    }
}
