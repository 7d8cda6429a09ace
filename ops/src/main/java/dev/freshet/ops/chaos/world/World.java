package dev.freshet.ops.chaos.world;

import static java.util.Objects.requireNonNull;

import dev.freshet.app.FreshetConfig;
import dev.freshet.app.OpenResources;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * A whole small cluster on this machine, of which every part can be broken alone:
 *
 * <ul>
 *   <li>child processes that end with this one: a broker, and two nodes that serve with all roles;
 *   <li>in this process: the schema registry, and the model that the nodes embed with ({@link ModelServer});
 *   <li>between any two of them, and before each node, a {@link FaultyProxy} ({@link Link}). The broker has a listener of its own for each node, and one without a proxy for whoever
 *       checks.
 * </ul>
 *
 * <p>Ports stay the same as long as it is open. Close it to end everything; its directory stays, with the logs. Thread-safe.
 */
public final class World implements AutoCloseable {
    private final Settings settings;
    private final OpenResources opened;
    private final Map<Link, FaultyProxy> links;
    private final WorldBroker broker;
    private final ModelServer model;
    private final List<NodeProcess> nodes;

    /**
     * @param directory of everything: new, or that of a world that was closed and is to go on
     * @param prefix of the topics
     * @param dimensions of the model's vectors, from 2
     * @param nodeSettings settings of {@link FreshetConfig} that differ from what a node has, or come on top of it
     * @param nodeJvmOptions on top of those that a node has
     * @param readyWithin how long the nodes may take until they are ready for the first time
     */
    public record Settings(
            Path directory,
            String prefix,
            int dimensions,
            Map<String, String> nodeSettings,
            List<String> nodeJvmOptions,
            Duration readyWithin) {
        public Settings {
            directory = directory.toAbsolutePath().normalize();
            requireNonNull(prefix, "prefix is null");
            nodeSettings = Map.copyOf(nodeSettings);
            nodeJvmOptions = List.copyOf(nodeJvmOptions);
            requireNonNull(readyWithin, "readyWithin is null");
        }

        /** The prefix {@code chaos}, 32 dimensions, and two minutes until the nodes are ready. */
        public static Settings of(Path directory) {
            return new Settings(directory, "chaos", 32, Map.of(), List.of(), Duration.ofMinutes(2));
        }
    }

    World(
            Settings settings,
            OpenResources opened,
            Map<Link, FaultyProxy> links,
            WorldBroker broker,
            ModelServer model,
            List<NodeProcess> nodes) {
        this.settings = settings;
        this.opened = opened;
        this.links = Collections.unmodifiableMap(new EnumMap<>(links));
        this.broker = broker;
        this.model = model;
        this.nodes = List.copyOf(nodes);
    }

    /** Opens one with the usual settings. */
    public static World open(Path directory) throws IOException {
        return open(Settings.of(directory));
    }

    /**
     * Starts everything, and returns when both nodes are ready.
     *
     * @throws IOException if something cannot be started, with what it said
     * @throws dev.freshet.schemas.error.FreshetException if the broker or the registry cannot
     */
    public static World open(Settings settings) throws IOException {
        OpenResources opened = new OpenResources();
        try {
            return new WorldOpening(settings, opened).open();
        } catch (RuntimeException | IOException e) {
            opened.close();
            throw e;
        }
    }

    /** Prefix of the topics. */
    public String prefix() {
        return settings.prefix();
    }

    public Path directory() {
        return settings.directory();
    }

    /** Both nodes, always in the same order. */
    public List<NodeProcess> nodes() {
        return nodes;
    }

    public WorldBroker broker() {
        return broker;
    }

    /** The model, which the nodes know as {@value ModelServer#MODEL} and take for indexes that name none. */
    public ModelServer model() {
        return model;
    }

    /** One for each {@link Link}. */
    public Map<Link, FaultyProxy> links() {
        return links;
    }

    /** Heals all links, lets paused nodes go on, and has the model behave. What was ended is not started. */
    public void heal() throws IOException {
        links.values().forEach(FaultyProxy::heal);
        model.behave();
        for (NodeProcess node : nodes) {
            node.resume();
        }
    }

    /** Heals everything, starts what does not run, and returns when both nodes are ready. */
    public void restore(Duration within) throws IOException {
        heal();
        broker.start();
        for (NodeProcess node : nodes) {
            node.start();
        }
        long deadline = System.nanoTime() + within.toNanos();
        for (NodeProcess node : nodes) {
            node.awaitReady(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
        }
    }

    /** Names of the parts that ended although nobody had told them to, with what is known of it; those that ended because of an injected fault among them. */
    public List<String> endedByThemselves() {
        List<String> ended = new ArrayList<>();
        for (NodeProcess node : nodes) {
            node.endedByItself()
                    .ifPresent(status -> ended.add(node.name() + ", exit status " + status + ", see " + node.log()));
        }
        if (broker.endedByItself()) {
            ended.add("the broker, see " + broker.log());
        }
        return ended;
    }

    /** The logs of all child processes. */
    public List<LogFile> logs() {
        List<LogFile> logs = new ArrayList<>();
        nodes.forEach(node -> logs.add(new LogFile(LogFile.Source.NODE, node.log())));
        logs.add(new LogFile(LogFile.Source.BROKER, broker.log()));
        return logs;
    }

    /** Kills all child processes; a second call does nothing. */
    @Override
    public synchronized void close() {
        opened.close();
    }
}
