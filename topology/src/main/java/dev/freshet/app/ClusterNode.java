package dev.freshet.app;

import dev.freshet.cluster.GatheredLineage;
import dev.freshet.cluster.GatheredStaleness;
import dev.freshet.cluster.HttpRemotePartitions;
import dev.freshet.cluster.NodeApi;
import dev.freshet.cluster.NodeClient;
import dev.freshet.cluster.NodeGate;
import dev.freshet.cluster.StreamsApplications;
import dev.freshet.cluster.StreamsDirectory;
import dev.freshet.http.ListeningSocket;
import dev.freshet.refresh.LineageRegistry;
import dev.freshet.refresh.LineageView;
import dev.freshet.refresh.RefreshReports;
import dev.freshet.refresh.StaleRegistry;
import dev.freshet.refresh.StaleView;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.Cluster;
import dev.freshet.search.LocalPartitions;
import dev.freshet.search.Node;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** This process as one of several: its address, and how it calls the others and answers them. For the thread that wires the process. */
final class ClusterNode {
    private final ClusterSettings settings;
    private final @Nullable ListeningSocket socket;
    private final Node self;
    private final NodeClient client;

    private ClusterNode(ClusterSettings settings, @Nullable ListeningSocket socket, Node self, NodeClient client) {
        this.settings = settings;
        this.socket = socket;
        this.self = self;
        this.client = client;
    }

    /** Finds out the address, for which the port has to be bound if any free one will do; what is opened is closed with {@code opened}. */
    static ClusterNode open(FreshetConfig config, @Nullable SSLContext tls, OpenResources opened) {
        ClusterSettings settings = ClusterSettings.of(config);
        int port = config.getInt(FreshetConfig.HTTP_PORT);
        ListeningSocket socket = null;
        if (port == 0) {
            socket = opened.add(bind(config.getString(FreshetConfig.HTTP_HOST)));
            port = socket.port();
        }
        return new ClusterNode(
                settings, socket, settings.self(port), opened.add(new NodeClient(settings.secret(), tls)));
    }

    private static ListeningSocket bind(String host) {
        try {
            return ListeningSocket.bind(host, 0);
        } catch (IOException e) {
            throw new FreshetException(ErrorCode.NOT_READY, String.valueOf(e.getMessage()), e);
        }
    }

    Node self() {
        return self;
    }

    /** What the HTTP server is to listen on; null: it binds its port itself, when it can answer. */
    @Nullable
    ListeningSocket socket() {
        return socket;
    }

    /**
     * The others, as searches see them.
     *
     * @param search null: this process runs no search application, and so does not know who holds what
     */
    Cluster others(String vectorsTopic, @Nullable StreamsRunner search) {
        StreamsDirectory directory = new StreamsDirectory(
                vectorsTopic, self, () -> search == null ? List.of() : StreamsApplications.members(search.streams()));
        if (search != null) {
            search.onStateChange(directory::changed);
        }
        return new Cluster(directory, new HttpRemotePartitions(client));
    }

    /** All other processes that are known: from these applications, and from the configuration. */
    Supplier<Set<Node>> processes(@Nullable StreamsRunner... applications) {
        return new StreamsApplications(
                self,
                Stream.of(applications)
                        .flatMap(Stream::ofNullable)
                        .map(StreamsRunner::streams)
                        .toList(),
                settings.nodes());
    }

    /** How fresh the indexes are, asked of these processes. */
    StaleView staleness(StaleRegistry local, IntSupplier partitions, Supplier<Set<Node>> others) {
        return new GatheredStaleness(local::now, partitions, others, client);
    }

    /** Where rows came from, asked of these processes. */
    LineageView lineage(LineageRegistry local, IntSupplier partitions, Supplier<Set<Node>> others) {
        return new GatheredLineage(local, partitions, others, client);
    }

    /**
     * What other processes are answered.
     *
     * @param apiIsOpen whether the API serves callers without a key
     */
    NodeApi api(LocalPartitions local, RefreshReports reports, BooleanSupplier apiIsOpen) {
        return new NodeApi(
                new NodeGate(settings.secret(), apiIsOpen),
                local,
                reports.stale()::now,
                reports.lineage(),
                NodeApi.WAITING_MAX);
    }
}
