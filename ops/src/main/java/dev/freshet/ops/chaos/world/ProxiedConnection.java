package dev.freshet.ops.chaos.world;

import dev.freshet.ops.chaos.world.FaultyProxy.State;
import dev.freshet.ops.chaos.world.LinkFault.Direction;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connection through a {@link FaultyProxy}: two sockets, and a thread for each direction that does to every piece what the link's fault asks for. Ended when both sides have
 * said all, when one broke, or by a fault. Thread-safe.
 */
final class ProxiedConnection {
    private static final Logger LOGGER = LoggerFactory.getLogger(ProxiedConnection.class);
    private static final int PIECE_BYTES_MAX = 64 * 1024;
    private static final long FOR_EVER_NANOS = TimeUnit.DAYS.toNanos(1);

    private final FaultyProxy proxy;
    private final Socket client;
    private final Socket server;
    /** Since the fault began, in each direction. */
    private final Map<Direction, Long> passedBytes = new EnumMap<>(Direction.class);

    private long passedSinceVersion;
    private int directionsDone;
    private boolean lostBytes;
    private boolean ended;

    ProxiedConnection(FaultyProxy proxy, Socket client, Socket server) {
        this.proxy = proxy;
        this.client = client;
        this.server = server;
    }

    /** What is to be done with a piece, and with the connection after it. */
    private enum Fate {
        PASS,
        WAIT,
        DROP,
        CUT
    }

    /** Passes on what comes in one direction, until that ends; for a thread of its own. */
    void pump(Direction direction) {
        Socket from = direction == Direction.TO_SERVER ? client : server;
        Socket to = direction == Direction.TO_SERVER ? server : client;
        byte[] piece = new byte[PIECE_BYTES_MAX];
        try {
            int length = read(from, piece);
            while (length >= 0 && pass(direction, piece, length, to.getOutputStream())) {
                length = read(from, piece);
            }
            if (length < 0) {
                awaitPassage(direction);
                to.shutdownOutput();
                done();
            }
        } catch (IOException e) {
            LOGGER.debug("A connection through {} broke", proxy.name(), e);
            reset();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            reset();
        }
    }

    /** The link's fault is another one than before, or the connection is new. */
    synchronized void stateChanged() {
        LinkFault fault = proxy.state().fault();
        if (proxy.isClosed()) {
            reset();
        } else if (lostBytes || fault instanceof LinkFault.Reset || fault instanceof LinkFault.Refuse) {
            if (!ended) {
                proxy.broke();
            }
            reset();
        }
    }

    /** Ends the connection on both sides, with a reset. */
    synchronized void reset() {
        if (!ended) {
            ended = true;
            close(client, true);
            close(server, true);
            proxy.ended(this);
        }
    }

    private synchronized void end() {
        if (!ended) {
            ended = true;
            close(client, false);
            close(server, false);
            proxy.ended(this);
        }
    }

    private synchronized void done() {
        directionsDone++;
        if (directionsDone == Direction.values().length) {
            end();
        }
    }

    /** A side that breaks off is, to the other, one that has said all: a link that is in trouble tells neither. */
    private int read(Socket from, byte[] piece) throws IOException {
        InputStream in = from.getInputStream();
        try {
            return in.read(piece);
        } catch (IOException e) {
            synchronized (this) {
                if (ended) {
                    throw e;
                }
            }
            LOGGER.debug("One side of a connection through {} broke off", proxy.name(), e);
            return -1;
        }
    }

    /** Does to the piece what is its fate; false: that was the last one. */
    private boolean pass(Direction direction, byte[] piece, int length, OutputStream out)
            throws IOException, InterruptedException {
        State delayed = proxy.state();
        if (delayed.fault() instanceof LinkFault.Delay delay) {
            proxy.awaitChange(delayed, delay.each().toNanos());
        }
        while (true) {
            State state;
            Fate fate;
            int room = length;
            synchronized (this) {
                state = proxy.state();
                fate = fate(state.fault(), direction);
                if (state.fault() instanceof LinkFault.Truncate truncate) {
                    room = room(state, truncate, direction, length);
                    fate = room < length ? Fate.CUT : Fate.PASS;
                }
                lostBytes |= fate == Fate.DROP;
            }
            switch (fate) {
                case PASS -> {
                    out.write(piece, 0, length);
                    return true;
                }
                case WAIT -> {
                    proxy.awaitChange(state, FOR_EVER_NANOS);
                    if (proxy.isClosed()) {
                        return false;
                    }
                }
                case DROP -> {
                    proxy.lost(length);
                    return true;
                }
                case CUT -> {
                    out.write(piece, 0, room);
                    proxy.lost(length - room);
                    proxy.broke();
                    end();
                    return false;
                }
            }
        }
    }

    private static Fate fate(@Nullable LinkFault fault, Direction direction) {
        if (fault instanceof LinkFault.Stall) {
            return Fate.WAIT;
        }
        boolean dropped = fault instanceof LinkFault.Blackhole
                || (fault instanceof LinkFault.HalfOpen halfOpen && halfOpen.lost() == direction);
        return dropped ? Fate.DROP : Fate.PASS;
    }

    /** How much of the piece still gets through. */
    private int room(State state, LinkFault.Truncate truncate, Direction direction, int length) {
        if (passedSinceVersion != state.version()) {
            passedSinceVersion = state.version();
            passedBytes.clear();
        }
        long passed = passedBytes.getOrDefault(direction, 0L);
        int room = (int) Math.max(0, Math.min(truncate.bytes() - passed, length));
        passedBytes.put(direction, passed + room);
        return room;
    }

    /** Returns when an end would get through; a connection that lost bytes does not last so long. */
    private void awaitPassage(Direction direction) throws InterruptedException {
        State state = proxy.state();
        while (fate(state.fault(), direction) != Fate.PASS && !proxy.isClosed()) {
            proxy.awaitChange(state, FOR_EVER_NANOS);
            state = proxy.state();
        }
    }

    private static void close(Socket socket, boolean reset) {
        try {
            if (reset) {
                socket.setSoLinger(true, 0);
            }
            socket.close();
        } catch (IOException e) {
            // It is closed all the same, or was before.
            LOGGER.debug("A socket did not close cleanly", e);
        }
    }
}
