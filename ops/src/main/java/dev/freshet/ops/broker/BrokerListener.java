package dev.freshet.ops.broker;

import static java.util.Objects.requireNonNull;

/**
 * One more listener of the broker on 127.0.0.1, without encryption, for clients that reach it in a way of their own: through a proxy.
 *
 * @param name in Kafka's form: letters, digits and {@code _}; neither {@code PLAINTEXT} nor {@code CONTROLLER}
 * @param port that the broker listens on
 * @param advertisedPort of 127.0.0.1, where the clients that came in here are told to find it
 */
public record BrokerListener(String name, int port, int advertisedPort) {
    public BrokerListener {
        requireNonNull(name, "name is null");
        if (!name.matches("[A-Z][A-Z0-9_]*") || name.equals("PLAINTEXT") || name.equals("CONTROLLER")) {
            throw new IllegalArgumentException("The listener's name is '" + name
                    + "', expected capital letters, digits and _, and neither PLAINTEXT nor CONTROLLER");
        }
        requirePort(port);
        requirePort(advertisedPort);
    }

    /** {@code NAME:PORT:ADVERTISED_PORT}, see {@link #parse}. */
    @Override
    public String toString() {
        return name + ":" + port + ":" + advertisedPort;
    }

    /** Reads what {@link #toString} wrote. */
    static BrokerListener parse(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 3) {
            throw new IllegalArgumentException("The listener is '" + text + "', expected NAME:PORT:ADVERTISED_PORT");
        }
        return new BrokerListener(parts[0], Integer.parseInt(parts[1]), Integer.parseInt(parts[2]));
    }

    private static void requirePort(int port) {
        if (port < 1 || port > 65_535) {
            throw new IllegalArgumentException("The port is " + port + ", not from 1 to 65535");
        }
    }
}
