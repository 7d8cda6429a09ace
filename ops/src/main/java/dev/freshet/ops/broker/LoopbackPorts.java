package dev.freshet.ops.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/** Ports of 127.0.0.1. What is found free may be taken a moment later by someone else, unless it is held ({@link HeldPorts}). */
public final class LoopbackPorts {
    private static final int CONNECT_TIMEOUT_MS = 500;
    /** Where few services are at home, and below what Linux (from 32768) and others (from 49152) give to outgoing connections. */
    private static final int LASTING_FIRST = 20_000;

    private static final int LASTING_LAST = 32_767;
    private static final int LASTING_TRIES_MAX = 1_000;

    private LoopbackPorts() {}

    /** A socket that is bound to a free port and does not listen there. */
    static Socket holder() throws IOException {
        Socket holder = new Socket();
        try {
            holder.setReuseAddress(true);
            holder.bind(new InetSocketAddress(loopback(), 0));
            return holder;
        } catch (IOException e) {
            holder.close();
            throw e;
        }
    }

    /**
     * So many free ports, all different, that no outgoing connection is given: whoever listens there may stop, and find it free when he comes back.
     * A port of the others may be taken by then, even by somebody who only tries to reach it (a connection to itself).
     */
    public static List<Integer> lasting(int count) {
        Set<Integer> found = new LinkedHashSet<>();
        for (int tried = 0; found.size() < count; tried++) {
            if (tried == LASTING_TRIES_MAX) {
                throw new IllegalStateException("Not " + count + " free ports between " + LASTING_FIRST + " and "
                        + LASTING_LAST + " on 127.0.0.1");
            }
            int port = ThreadLocalRandom.current().nextInt(LASTING_FIRST, LASTING_LAST + 1);
            if (isFree(port)) {
                found.add(port);
            }
        }
        return List.copyOf(found);
    }

    /** Whether somebody who names the port can listen on it. */
    public static boolean isFree(int port) {
        try (ServerSocket socket = bind(port)) {
            return socket.isBound();
        } catch (BindException e) {
            return false;
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot try port " + port + " on 127.0.0.1", e);
        }
    }

    static boolean answers(int port) {
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(loopback(), port), CONNECT_TIMEOUT_MS);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static ServerSocket bind(int port) throws IOException {
        return new ServerSocket(port, 1, loopback());
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }
}
