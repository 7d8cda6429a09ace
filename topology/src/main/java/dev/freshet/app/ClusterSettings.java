package dev.freshet.app;

import static java.util.Objects.requireNonNull;

import dev.freshet.cluster.NodeSecret;
import dev.freshet.search.Node;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.utils.Utils;
import org.jspecify.annotations.Nullable;

/**
 * What the settings say about this process and the others of its cluster.
 *
 * @param host under which the others reach this process
 * @param port under which they do; 0: the one that it listens on
 * @param secret null: none is set
 * @param nodes others that the settings name
 */
record ClusterSettings(String host, int port, @Nullable NodeSecret secret, List<Node> nodes) {
    ClusterSettings {
        requireNonNull(host, "host is null");
        nodes = List.copyOf(nodes);
    }

    /** Throws {@link ConfigException} with what to do. */
    static ClusterSettings of(FreshetConfig config) {
        return new ClusterSettings(
                host(config),
                config.getInt(FreshetConfig.HTTP_ADVERTISED_PORT),
                secret(config),
                config.getList(FreshetConfig.CLUSTER_NODES).stream()
                        .map(ClusterSettings::node)
                        .toList());
    }

    /**
     * This process, as the others know it.
     *
     * @param listening the port that it listens on
     */
    Node self(int listening) {
        return new Node(host, port == 0 ? listening : port);
    }

    private static String host(FreshetConfig config) {
        String advertised = config.getString(FreshetConfig.HTTP_ADVERTISED_HOST);
        if (!advertised.isBlank()) {
            return callable(FreshetConfig.HTTP_ADVERTISED_HOST, advertised.strip());
        }
        String bound = config.getString(FreshetConfig.HTTP_HOST);
        if (config.listensOnAllAddresses()) {
            throw new ConfigException(
                    FreshetConfig.HTTP_HOST + " is " + bound
                            + ", which is every address of this machine and none that other processes can call: set "
                            + FreshetConfig.HTTP_ADVERTISED_HOST
                            + " to the host name or address under which they reach this process (127.0.0.1 if there are no others)");
        }
        return callable(FreshetConfig.HTTP_HOST, bound);
    }

    /** A host as it stands in a URL, without the brackets of an IPv6 address. One of which the others could make no URL is refused here, where it can be mended. */
    private static String callable(String setting, String host) {
        String bare = host.startsWith("[") && host.endsWith("]") ? host.substring(1, host.length() - 1) : host;
        if (!isCallable(bare)) {
            throw new ConfigException(
                    setting,
                    host,
                    "no URL can be made of it: other processes need a host name (letters, digits, dots and dashes) or an address, which "
                            + FreshetConfig.HTTP_ADVERTISED_HOST + " can give");
        }
        return bare;
    }

    private static boolean isCallable(String host) {
        try {
            Node node = new Node(host, 1);
            String read = new URI("http://" + node).getHost();
            return read != null && node.toString().equals(read + ":1"); // Not a part of it, as after user@.
        } catch (URISyntaxException | IllegalArgumentException e) {
            return false;
        }
    }

    private static @Nullable NodeSecret secret(FreshetConfig config) {
        String secret = config.getPassword(FreshetConfig.CLUSTER_SECRET).value();
        String file = config.getString(FreshetConfig.CLUSTER_SECRET_FILE);
        if (!secret.isEmpty() && !file.isEmpty()) {
            throw new ConfigException(
                    "Give " + FreshetConfig.CLUSTER_SECRET + " or " + FreshetConfig.CLUSTER_SECRET_FILE + ", not both");
        }
        String value = file.isEmpty() ? secret : read(file);
        if (value.isEmpty() && file.isEmpty()) {
            return null;
        }
        try {
            return new NodeSecret(value);
        } catch (IllegalArgumentException e) {
            throw new ConfigException(String.valueOf(e.getMessage()));
        }
    }

    private static String read(String file) {
        try {
            return Files.readString(Path.of(file)).strip();
        } catch (IOException e) {
            throw new ConfigException(
                    FreshetConfig.CLUSTER_SECRET_FILE,
                    file,
                    "cannot be read: " + e.getClass().getSimpleName());
        }
    }

    private static Node node(String address) {
        String host = Utils.getHost(address);
        Integer port = Utils.getPort(address);
        if (host == null || host.isBlank() || port == null || port < 1 || port > 65_535) {
            throw new ConfigException(FreshetConfig.CLUSTER_NODES, address, "must be host:port");
        }
        if (!isCallable(host)) {
            throw new ConfigException(
                    FreshetConfig.CLUSTER_NODES,
                    address,
                    "no URL can be made of it: the host must be a name (letters, digits, dots and dashes) or an address");
        }
        return new Node(host, port);
    }
}
