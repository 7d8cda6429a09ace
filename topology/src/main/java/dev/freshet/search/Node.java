package dev.freshet.search;

import static java.util.Objects.requireNonNull;

/**
 * Where the other processes of the cluster reach a process over HTTP.
 *
 * @param port 1 to 65535
 */
public record Node(String host, int port) {
    public Node {
        requireNonNull(host, "host is null");
        if (host.isBlank() || port < 1 || port > 65_535) {
            throw new IllegalArgumentException("not the address of a node: '" + host + "', port " + port);
        }
    }

    @Override
    public String toString() {
        return host.contains(":") ? "[" + host + "]:" + port : host + ":" + port;
    }
}
