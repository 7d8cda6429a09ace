package dev.freshet.ops.chaos.world;

import dev.freshet.app.FreshetConfig;
import dev.freshet.app.OpenResources;
import dev.freshet.ops.broker.BrokerListener;
import dev.freshet.ops.broker.BrokerProcess;
import dev.freshet.ops.broker.LoopbackPorts;
import dev.freshet.ops.registry.EmbeddedRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Wires a {@link World} and starts its parts. Used once, by one thread; what it opens is closed with {@code opened}. */
final class WorldOpening {
    private static final String LOOPBACK = "127.0.0.1";
    private static final String BROKER_HEAP = "384m";
    private static final int PARTITIONS = 4;
    /** Those of the broker, the registry, the model and the nodes. */
    private static final int OWN_PORTS = 9;

    private final World.Settings settings;
    private final OpenResources opened;
    private final Iterator<Integer> ports =
            LoopbackPorts.lasting(OWN_PORTS + Link.values().length).iterator();
    private final int brokerPort = ports.next();
    private final int registryPort = ports.next();
    private final int modelPort = ports.next();
    private final NodePorts first = new NodePorts(ports.next(), ports.next(), ports.next());
    private final NodePorts second = new NodePorts(ports.next(), ports.next(), ports.next());
    private final Map<Link, FaultyProxy> links = new EnumMap<>(Link.class);

    /**
     * @param broker the broker's listener for this node
     * @param http where the node listens
     * @param debug where its debugger interface does
     */
    private record NodePorts(int broker, int http, int debug) {}

    /** The proxies that a node is told of, or is reached through. */
    private record NodeLinks(Link broker, Link registry, Link model, Link fromOther, Link fromClients) {}

    WorldOpening(World.Settings settings, OpenResources opened) {
        this.settings = settings;
        this.opened = opened;
    }

    World open() throws IOException {
        for (Link link : Link.values()) {
            links.put(link, opened.add(FaultyProxy.open(link.name(), ports.next(), target(link))));
        }
        WorldBroker broker = opened.add(broker());
        broker.start();
        opened.add(EmbeddedRegistry.start(new EmbeddedRegistry.Config(
                broker.bootstrap(),
                new InetSocketAddress(InetAddress.getLoopbackAddress(), registryPort),
                "_schemas",
                (short) 1)));
        ModelServer model = opened.add(ModelServer.start(modelPort, settings.dimensions()));
        List<NodeProcess> nodes = new ArrayList<>();
        nodes.add(opened.add(node(
                "node-1",
                first,
                new NodeLinks(
                        Link.NODE_1_BROKER,
                        Link.NODE_1_REGISTRY,
                        Link.NODE_1_MODEL,
                        Link.NODE_2_TO_NODE_1,
                        Link.CLIENT_NODE_1))));
        nodes.add(opened.add(node(
                "node-2",
                second,
                new NodeLinks(
                        Link.NODE_2_BROKER,
                        Link.NODE_2_REGISTRY,
                        Link.NODE_2_MODEL,
                        Link.NODE_1_TO_NODE_2,
                        Link.CLIENT_NODE_2))));
        World world = new World(settings, opened, links, broker, model, nodes);
        world.restore(settings.readyWithin());
        return world;
    }

    private int target(Link link) {
        return switch (link) {
            case NODE_1_BROKER -> first.broker();
            case NODE_2_BROKER -> second.broker();
            case NODE_1_REGISTRY, NODE_2_REGISTRY -> registryPort;
            case NODE_1_MODEL, NODE_2_MODEL -> modelPort;
            case NODE_2_TO_NODE_1, CLIENT_NODE_1 -> first.http();
            case NODE_1_TO_NODE_2, CLIENT_NODE_2 -> second.http();
        };
    }

    private WorldBroker broker() {
        return new WorldBroker(new BrokerProcess.Config(
                settings.directory().resolve("broker"),
                brokerPort,
                BROKER_HEAP,
                Duration.ofSeconds(15),
                Duration.ofSeconds(120),
                Duration.ofSeconds(20),
                List.of(
                        new BrokerListener("NODE1", first.broker(), port(Link.NODE_1_BROKER)),
                        new BrokerListener("NODE2", second.broker(), port(Link.NODE_2_BROKER)))));
    }

    private NodeProcess node(String name, NodePorts own, NodeLinks through) throws IOException {
        Map<String, String> node = new HashMap<>();
        node.put(FreshetConfig.BOOTSTRAP_SERVERS, LOOPBACK + ":" + port(through.broker()));
        node.put(FreshetConfig.REGISTRY_URL, url(through.registry()));
        node.put(FreshetConfig.PREFIX, settings.prefix());
        node.put(FreshetConfig.PARTITIONS, String.valueOf(PARTITIONS));
        node.put(FreshetConfig.REPLICATION, "1");
        node.put(FreshetConfig.INSTANCE_ID, name);
        // Short, so that a round of faults sees partitions move; and more than twice what a busy machine makes a
        // heartbeat wait.
        node.put(FreshetConfig.SESSION_TIMEOUT_MS, "3000");
        node.put(FreshetConfig.SEARCH_STANDBYS, "1");
        node.put(FreshetConfig.SEARCH_COMMIT_MS, "200");
        node.put(FreshetConfig.HTTP_HOST, LOOPBACK);
        node.put(FreshetConfig.HTTP_PORT, String.valueOf(own.http()));
        node.put(FreshetConfig.HTTP_ADVERTISED_HOST, LOOPBACK);
        node.put(FreshetConfig.HTTP_ADVERTISED_PORT, String.valueOf(port(through.fromOther())));
        node.put(FreshetConfig.HTTP_ACCESS_LOG, "false");
        // Made-up texts may look like anything.
        node.put(FreshetConfig.PRIVACY_DETECTION, "false");
        node.put(FreshetConfig.EMBED_WORKERS, "1");
        model(node, url(through.model()));
        node.put(
                FreshetConfig.STATE_DIRECTORY,
                NodeProcess.stateDirectory(settings.directory().resolve(name)).toString());
        node.putAll(settings.nodeSettings());
        return NodeProcess.prepare(new NodeProcess.Setup(
                name,
                settings.directory().resolve(name),
                own.http(),
                port(through.fromClients()),
                own.debug(),
                node,
                settings.nodeJvmOptions()));
    }

    private void model(Map<String, String> node, String url) {
        node.put(FreshetConfig.DEFAULT_MODEL, ModelServer.MODEL);
        node.put(FreshetConfig.MODELS, ModelServer.MODEL);
        String prefix = "model." + ModelServer.MODEL + ".";
        node.put(prefix + "type", "ollama");
        node.put(prefix + "url", url);
        node.put(prefix + "model", ModelServer.MODEL);
        node.put(prefix + "dimensions", String.valueOf(settings.dimensions()));
        node.put(prefix + "max.tokens", "2048");
        node.put(prefix + "timeout.ms", "2000");
        node.put(prefix + "retries", "2");
    }

    private int port(Link link) {
        return proxy(link).port();
    }

    private String url(Link link) {
        return "http://" + LOOPBACK + ":" + port(link);
    }

    private FaultyProxy proxy(Link link) {
        FaultyProxy proxy = links.get(link);
        if (proxy == null) {
            throw new IllegalStateException("The link " + link + " is not open yet");
        }
        return proxy;
    }
}
