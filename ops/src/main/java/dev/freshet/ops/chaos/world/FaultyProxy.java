package dev.freshet.ops.chaos.world;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A TCP proxy between two ports of 127.0.0.1 that does to the link what it is told.
 *
 * <ul>
 *   <li>It listens on one port as long as it lives, but while it refuses connections: let it be one that nobody else gets meanwhile ({@link
 *       dev.freshet.ops.broker.LoopbackPorts#lasting}).
 *   <li>A connection whose target does not answer is reset.
 *   <li>A connection that lost bytes is reset as soon as the fault changes: what came later would make no sense to the receiver.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class FaultyProxy implements AutoCloseable {
    private static final Logger LOGGER = LoggerFactory.getLogger(FaultyProxy.class);
    private static final int CONNECT_TIMEOUT_MS = 2_000;
    private static final int WAITING_MAX = 128;
    private static final long ACCEPT_PAUSE_MS = 50;
    private static final long ACCEPT_ENDS_WITHIN_MS = 5_000;

    private final String name;
    private final InetSocketAddress address;
    private final InetSocketAddress target;
    private final Set<ProxiedConnection> connections = ConcurrentHashMap.newKeySet();
    private final LongAdder accepted = new LongAdder();
    private final LongAdder lostBytes = new LongAdder();
    private final LongAdder broken = new LongAdder();
    /** Written under this object's lock. */
    private volatile State state = new State(0, null);

    private @Nullable ServerSocket listening;
    private @Nullable Thread accepting;
    private volatile boolean closed;

    /**
     * What is wrong with the link now.
     *
     * @param version grows with each change
     * @param fault null: nothing
     */
    record State(long version, @Nullable LinkFault fault) {}

    /**
     * What went through.
     *
     * @param connections accepted so far
     * @param lostBytes that vanished
     * @param broken connections that were cut or reset by a fault
     */
    public record Counts(long connections, long lostBytes, long broken) {}

    private FaultyProxy(String name, int port, int targetPort) {
        this.name = requireNonNull(name, "name is null");
        this.address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        this.target = new InetSocketAddress(InetAddress.getLoopbackAddress(), targetPort);
    }

    /**
     * A healthy link; nobody needs to listen at the target yet.
     *
     * @throws IOException if the port is taken
     */
    public static FaultyProxy open(String name, int port, int targetPort) throws IOException {
        FaultyProxy proxy = new FaultyProxy(name, port, targetPort);
        synchronized (proxy) {
            proxy.listen();
        }
        return proxy;
    }

    public String name() {
        return name;
    }

    public int port() {
        return address.getPort();
    }

    /** From now on this is wrong with the link, and nothing else. */
    public void fault(LinkFault fault) {
        change(requireNonNull(fault, "fault is null"));
    }

    /** From now on nothing is wrong with the link. */
    public void heal() {
        change(null);
    }

    /** What is wrong with the link; null: nothing. */
    public @Nullable LinkFault fault() {
        return state.fault();
    }

    public Counts counts() {
        return new Counts(accepted.sum(), lostBytes.sum(), broken.sum());
    }

    /** Resets all connections; closing again does nothing. */
    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
            stopListening();
        }
        connections.forEach(ProxiedConnection::reset);
    }

    boolean isClosed() {
        return closed;
    }

    State state() {
        return state;
    }

    void lost(int bytes) {
        lostBytes.add(bytes);
    }

    void broke() {
        broken.increment();
    }

    void ended(ProxiedConnection connection) {
        connections.remove(connection);
    }

    /** Returns when the link is no longer in this state, the time is over, or the proxy closed. */
    synchronized void awaitChange(State seen, long nanosMax) throws InterruptedException {
        long deadline = System.nanoTime() + nanosMax;
        long left = nanosMax;
        while (state.version() == seen.version() && !closed && left > 0) {
            // Rounded up: a wait of 0 ms would have no end.
            wait(TimeUnit.NANOSECONDS.toMillis(left) + 1);
            left = deadline - System.nanoTime();
        }
    }

    private synchronized void change(@Nullable LinkFault next) {
        if (closed) {
            throw new IllegalStateException("The proxy " + name + " is closed");
        }
        boolean refused = state.fault() instanceof LinkFault.Refuse;
        state = new State(state.version() + 1, next);
        notifyAll();
        boolean refuses = next instanceof LinkFault.Refuse;
        if (refuses && !refused) {
            stopListening();
        } else if (refused && !refuses) {
            listenAgain();
        }
        // INVARIANT: a connection notes under its own lock, and by the state that it reads there, that it lost
        // something.
        // Either it is seen here, or it sees the new state.
        connections.forEach(ProxiedConnection::stateChanged);
    }

    private void listen() throws IOException {
        ServerSocket socket = new ServerSocket();
        try {
            socket.setReuseAddress(true);
            socket.bind(address, WAITING_MAX);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
        listening = socket;
        accepting = start(() -> accept(socket));
    }

    private void listenAgain() {
        try {
            listen();
        } catch (IOException e) {
            throw new UncheckedIOException("The proxy " + name + " cannot listen on " + address, e);
        }
    }

    private void stopListening() {
        ServerSocket socket = listening;
        if (socket != null) {
            listening = null;
            try {
                socket.close();
            } catch (IOException e) {
                throw new UncheckedIOException("The proxy " + name + " does not let go of " + address, e);
            }
        }
        awaitEnd(accepting);
        accepting = null;
    }

    /** As long as a thread waits for connections, the system makes some, even though the socket is closed. */
    private void awaitEnd(@Nullable Thread thread) {
        if (thread == null) {
            return;
        }
        try {
            thread.join(ACCEPT_ENDS_WITHIN_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (thread.isAlive()) {
            LOGGER.warn("The proxy {} may still accept a connection", name);
        }
    }

    private void accept(ServerSocket socket) {
        while (!socket.isClosed()) {
            try {
                Socket client = socket.accept();
                accepted.increment();
                start(() -> serve(client));
            } catch (IOException e) {
                if (!socket.isClosed()) {
                    LOGGER.warn("The proxy {} could not accept a connection", name, e);
                    pause(ACCEPT_PAUSE_MS);
                }
            }
        }
    }

    private void serve(Socket client) {
        Socket server = new Socket();
        ProxiedConnection connection = new ProxiedConnection(this, client, server);
        connections.add(connection);
        try {
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            server.connect(target, CONNECT_TIMEOUT_MS);
        } catch (IOException e) {
            LOGGER.debug("Nobody answers at {}, behind the proxy {}", target, name, e);
            connection.reset();
            return;
        }
        connection.stateChanged();
        start(() -> connection.pump(LinkFault.Direction.TO_CLIENT));
        connection.pump(LinkFault.Direction.TO_SERVER);
    }

    private Thread start(Runnable task) {
        Thread thread = new Thread(task, "proxy-" + name);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }

    private static void pause(long millis) {
        try {
            Thread.sleep(millis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
