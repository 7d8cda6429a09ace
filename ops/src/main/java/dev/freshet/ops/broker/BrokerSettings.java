package dev.freshet.ops.broker;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The settings of a single-node KRaft broker that is small, idle most of the time, and keeps nothing it could lose alone. */
final class BrokerSettings {
    /** Largest record batch: the 16 MiB that Freshet allows on its topics, and room for keys, headers and framing. */
    static final int MESSAGE_BYTES_MAX = 16 * 1024 * 1024 + 64 * 1024;

    private static final int MIB = 1024 * 1024;

    private BrokerSettings() {}

    static Map<String, String> of(Path logDirectory, int port, int controllerPort, List<BrokerListener> more) {
        Map<String, String> settings = new TreeMap<>();
        settings.put("node.id", String.valueOf(1));
        settings.put("process.roles", "broker,controller");
        settings.put("controller.quorum.voters", "1@127.0.0.1:" + controllerPort);
        settings.put("controller.listener.names", "CONTROLLER");
        listeners(settings, port, controllerPort, more);
        settings.put("inter.broker.listener.name", "PLAINTEXT");
        settings.put("log.dirs", logDirectory.toString());
        settings.put("auto.create.topics.enable", String.valueOf(false));
        oneReplica(settings);
        fewThreads(settings);
        sizes(settings);

        settings.put("group.initial.rebalance.delay.ms", String.valueOf(0));
        settings.put("group.min.session.timeout.ms", String.valueOf(1000));
        // A killed broker may register again as soon as its old session is over.
        settings.put("broker.session.timeout.ms", String.valueOf(3000));
        settings.put("broker.heartbeat.interval.ms", String.valueOf(1000));
        // Zero: no empty records into the metadata log twice a second.
        settings.put("metadata.max.idle.interval.ms", String.valueOf(0));
        return settings;
    }

    private static void listeners(
            Map<String, String> settings, int port, int controllerPort, List<BrokerListener> more) {
        StringBuilder bound = new StringBuilder("PLAINTEXT://127.0.0.1:" + port);
        StringBuilder advertised = new StringBuilder(bound);
        StringBuilder protocols = new StringBuilder("PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
        bound.append(",CONTROLLER://127.0.0.1:").append(controllerPort);
        for (BrokerListener listener : more) {
            String address = "," + listener.name() + "://127.0.0.1:";
            bound.append(address).append(listener.port());
            advertised.append(address).append(listener.advertisedPort());
            protocols.append(",").append(listener.name()).append(":PLAINTEXT");
        }
        settings.put("listeners", bound.toString());
        settings.put("advertised.listeners", advertised.toString());
        settings.put("listener.security.protocol.map", protocols.toString());
    }

    private static void oneReplica(Map<String, String> settings) {
        settings.put("default.replication.factor", String.valueOf(1));
        settings.put("min.insync.replicas", String.valueOf(1));
        settings.put("offsets.topic.replication.factor", String.valueOf(1));
        settings.put("offsets.topic.num.partitions", String.valueOf(4));
        settings.put("transaction.state.log.replication.factor", String.valueOf(1));
        settings.put("transaction.state.log.min.isr", String.valueOf(1));
        settings.put("transaction.state.log.num.partitions", String.valueOf(4));
        settings.put("share.coordinator.state.topic.replication.factor", String.valueOf(1));
        settings.put("share.coordinator.state.topic.min.isr", String.valueOf(1));
        settings.put("share.coordinator.state.topic.num.partitions", String.valueOf(4));
    }

    private static void fewThreads(Map<String, String> settings) {
        settings.put("num.network.threads", String.valueOf(2));
        settings.put("num.io.threads", String.valueOf(2));
        settings.put("background.threads", String.valueOf(2));
        settings.put("num.recovery.threads.per.data.dir", String.valueOf(2));
        settings.put("num.replica.alter.log.dirs.threads", String.valueOf(1));
        settings.put("log.cleaner.threads", String.valueOf(1));
        settings.put("group.coordinator.threads", String.valueOf(1));
        settings.put("share.coordinator.threads", String.valueOf(1));
    }

    private static void sizes(Map<String, String> settings) {
        settings.put("message.max.bytes", String.valueOf(MESSAGE_BYTES_MAX));
        settings.put("replica.fetch.max.bytes", String.valueOf(MESSAGE_BYTES_MAX));
        settings.put("log.cleaner.dedupe.buffer.size", String.valueOf(16L * MIB));
        settings.put("log.segment.bytes", String.valueOf(128 * MIB));
        settings.put("log.index.size.max.bytes", String.valueOf(MIB));
        settings.put("offsets.topic.segment.bytes", String.valueOf(16 * MIB));
        settings.put("transaction.state.log.segment.bytes", String.valueOf(16 * MIB));
    }
}
