package dev.freshet.http;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import org.eclipse.jetty.server.ConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.jspecify.annotations.Nullable;

/** A connector that takes a socket that is bound already, if there is one. */
final class BoundConnector extends ServerConnector {
    private final @Nullable ListeningSocket socket;

    BoundConnector(Server server, @Nullable ListeningSocket socket, ConnectionFactory... factories) {
        super(server, factories);
        this.socket = socket;
    }

    /** With TLS. */
    BoundConnector(
            Server server,
            @Nullable ListeningSocket socket,
            SslContextFactory.Server certificates,
            ConnectionFactory... factories) {
        super(server, certificates, factories);
        this.socket = socket;
    }

    @Override
    protected ServerSocketChannel openAcceptChannel() throws IOException {
        return socket == null ? super.openAcceptChannel() : socket.channel();
    }
}
