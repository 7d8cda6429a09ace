package dev.freshet.cluster;

import static java.util.Objects.requireNonNull;

import dev.freshet.search.Node;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsMetadata;
import org.jspecify.annotations.Nullable;

/**
 * The other processes that this one knows of: the members of the stream applications that it runs, and those that its settings name, for processes that share no application
 * with it. Thread-safe.
 */
public final class StreamsApplications implements Supplier<Set<Node>> {
    private final @Nullable Node self;
    private final List<KafkaStreams> applications;
    private final List<Node> named;

    /** @param named processes by the settings; this one may be among them */
    public StreamsApplications(@Nullable Node self, List<KafkaStreams> applications, List<Node> named) {
        this.self = self;
        this.applications = List.copyOf(applications);
        this.named = List.copyOf(requireNonNull(named, "named is null"));
    }

    /** All but this process. */
    @Override
    public Set<Node> get() {
        Set<Node> nodes = new LinkedHashSet<>(named);
        for (KafkaStreams application : applications) {
            for (StreamsMetadata member : members(application)) {
                Node node = node(member);
                if (node != null) {
                    nodes.add(node);
                }
            }
        }
        if (self != null) {
            nodes.remove(self);
        }
        return nodes;
    }

    /** The members of an application, this process's among them; none while the application does not run. Takes locks that stream threads take for moments. */
    public static Collection<StreamsMetadata> members(KafkaStreams application) {
        try {
            return new ArrayList<>(application.metadataForAllStreamsClients());
        } catch (IllegalStateException e) {
            return List.of();
        }
    }

    /** Where a member listens; null if it does not say, as one of a release before there were calls between processes. */
    static @Nullable Node node(StreamsMetadata member) {
        String host = member.host();
        int port = member.port();
        return host == null || host.isBlank() || port < 1 || port > 65_535 ? null : new Node(host, port);
    }
}
