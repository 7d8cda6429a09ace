package dev.freshet.ops.bench.load;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RawConnectionTest {
    private static final URI SERVER = URI.create("http://127.0.0.1:3110");

    @Test
    void readsAnswersThatArriveInPieces() throws Exception {
        String large = "x".repeat(50_000);
        List<String> pieces = List.of(
                "HTTP/1.1 200 OK\r\nContent-",
                "Length: 5\r\nA: b\r",
                "\n\r\nhel",
                "lo",
                "HTTP/1.1 503 Service Unavailable\r\ncontent-length: 50000\r\n\r\n",
                large);
        try (Answering server = new Answering(pieces, 2);
                RawConnection connection = new RawConnection(server.uri())) {
            RawConnection.Answer first =
                    connection.exchange(RawConnection.post(SERVER, "/a", "text/plain", new byte[3]));
            assertThat(first.status()).isEqualTo(200);
            assertThat(first.text()).isEqualTo("hello");
            assertThat(first.contains("ll".getBytes(ISO_8859_1))).isTrue();
            assertThat(first.contains("lo!".getBytes(ISO_8859_1))).isFalse();
            server.goOn();
            RawConnection.Answer second =
                    connection.exchange(RawConnection.post(SERVER, "/a", "text/plain", new byte[0]));
            assertThat(second.status()).isEqualTo(503);
            assertThat(second.text()).isEqualTo(large);
        }
    }

    @Test
    void refusesAnswersThatItCannotRead() throws Exception {
        for (String answer : List.of("HTTP/1.1 200 OK\r\nA: b\r\n\r\n", "nonsense\r\n\r\n", "HTTP/1.1 200 OK\r\n")) {
            try (Answering server = new Answering(List.of(answer), 1);
                    RawConnection connection = new RawConnection(server.uri())) {
                byte[] request = RawConnection.post(SERVER, "/", "text/plain", new byte[0]);
                server.goOn();
                assertThatThrownBy(() -> connection.exchange(request)).isInstanceOf(IOException.class);
            }
        }
    }

    @Test
    void writesARequestAsHttpHasIt() {
        byte[] request = RawConnection.post(SERVER, "/v1/x", "text/plain", "body".getBytes(ISO_8859_1));
        assertThat(new String(request, ISO_8859_1))
                .isEqualTo("POST /v1/x HTTP/1.1\r\nHost: 127.0.0.1:3110\r\nContent-Type: text/plain\r\n"
                        + "Content-Length: 4\r\n\r\nbody");
    }

    /** Sends pieces to the first who connects, the last {@code held} ones when it is told to go on, and closes the connection then. */
    private static final class Answering implements AutoCloseable {
        private final ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        private final CompletableFuture<Void> goOn = new CompletableFuture<>();
        private final Thread thread;

        Answering(List<String> pieces, int held) throws IOException {
            this.thread = new Thread(() -> serve(pieces, held));
            thread.start();
        }

        URI uri() {
            return URI.create("http://127.0.0.1:" + socket.getLocalPort());
        }

        void goOn() {
            goOn.complete(null);
        }

        private void serve(List<String> pieces, int held) {
            try (Socket peer = socket.accept()) {
                InputStream in = peer.getInputStream();
                for (int i = 0; i < pieces.size(); i++) {
                    if (i == pieces.size() - held) {
                        goOn.join();
                    }
                    peer.getOutputStream().write(pieces.get(i).getBytes(ISO_8859_1));
                    peer.getOutputStream().flush();
                    Thread.sleep(5);
                }
                peer.shutdownOutput();
                in.skip(Long.MAX_VALUE);
            } catch (IOException | InterruptedException e) {
                goOn.completeExceptionally(e);
            }
        }

        @Override
        public void close() throws IOException {
            socket.close();
            thread.interrupt();
        }
    }
}
