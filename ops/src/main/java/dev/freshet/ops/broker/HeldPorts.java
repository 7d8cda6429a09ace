package dev.freshet.ops.broker;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;

/**
 * Free ports of 127.0.0.1, all different, that nobody gets by chance while they are held: neither who asks the operating system for any port, nor who connects from one. Whoever names
 * one of them can listen on it, and once more after having stopped.
 *
 * <p>A socket that is bound and does not listen keeps the port. On Linux it is not in the way of one that listens there, provided that both let addresses be used again, as servers
 * in Java do, and those of databases. Where it would be in the way, the ports are let go at once, and somebody may take them before they are used.
 *
 * <p>Thread-safe.
 */
public final class HeldPorts implements AutoCloseable {
    private final List<Socket> holders;
    private final List<Integer> ports;

    private HeldPorts(List<Socket> holders) {
        this.holders = List.copyOf(holders);
        this.ports = holders.stream().map(Socket::getLocalPort).toList();
    }

    /** So many ports, until {@link #close}. */
    public static HeldPorts hold(int count) {
        List<Socket> holders = new ArrayList<>();
        try {
            for (int i = 0; i < count; i++) {
                holders.add(LoopbackPorts.holder());
            }
        } catch (IOException e) {
            holders.forEach(HeldPorts::letGo);
            throw new UncheckedIOException("No free port on 127.0.0.1", e);
        }
        HeldPorts held = new HeldPorts(holders);
        if (!held.ports.stream().allMatch(LoopbackPorts::isFree)) {
            held.close();
        }
        return held;
    }

    /** @param index from 0 */
    public int port(int index) {
        return ports.get(index);
    }

    /** One of at least two, which differs from {@code port}. */
    int otherThan(int port) {
        return ports.stream().filter(held -> held != port).findFirst().orElseThrow();
    }

    /** Lets go of the ports; who listens on them is not disturbed. A second call does nothing. */
    @Override
    public void close() {
        holders.forEach(HeldPorts::letGo);
    }

    private static void letGo(Socket holder) {
        try {
            holder.close();
        } catch (IOException e) {
            throw new UncheckedIOException("Cannot let go of port " + holder.getLocalPort(), e);
        }
    }
}
