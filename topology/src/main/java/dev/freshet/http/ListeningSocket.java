package dev.freshet.http;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;

/**
 * A port that this process has before its server is there, for those who must be told of it first. Whoever connects meanwhile waits until the server starts. Any thread may use
 * it.
 */
public final class ListeningSocket implements AutoCloseable {
    private final ServerSocketChannel channel;
    private final int port;

    private ListeningSocket(ServerSocketChannel channel, int port) {
        this.channel = channel;
        this.port = port;
    }

    /**
     * Binds.
     *
     * @param port 0 for any free one
     */
    public static ListeningSocket bind(String host, int port) throws IOException {
        ServerSocketChannel channel = ServerSocketChannel.open();
        try {
            channel.bind(new InetSocketAddress(host, port));
            return new ListeningSocket(channel, channel.socket().getLocalPort());
        } catch (IOException | RuntimeException e) {
            channel.close();
            IOException bind = new BindException("cannot listen on " + host + ":" + port + ": " + e.getMessage());
            bind.initCause(e);
            throw bind;
        }
    }

    public int port() {
        return port;
    }

    ServerSocketChannel channel() {
        return channel;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
