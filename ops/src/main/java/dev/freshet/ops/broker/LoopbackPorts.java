package dev.freshet.ops.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/** Ports of 127.0.0.1. What is found free may be taken a moment later by someone else. */
public final class LoopbackPorts {
    private static final int CONNECT_TIMEOUT_MS = 500;

    private LoopbackPorts() {}

    /** A free port that differs from {@code other}. */
    static int freeExcept(int other) {
        try (ServerSocket first = bind(0);
                ServerSocket second = bind(0)) {
            return first.getLocalPort() == other ? second.getLocalPort() : first.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException("No free port on 127.0.0.1", e);
        }
    }

    /** So many free ports, all different. */
    public static List<Integer> free(int count) {
        List<ServerSocket> bound = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                bound.add(bind(0));
            }
            return bound.stream().map(ServerSocket::getLocalPort).toList();
        } catch (IOException e) {
            throw new UncheckedIOException("No free port on 127.0.0.1", e);
        } finally {
            bound.forEach(LoopbackPorts::close);
        }
    }

    private static void close(ServerSocket socket) {
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot let go of port " + socket.getLocalPort(), e);
        }
    }

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
