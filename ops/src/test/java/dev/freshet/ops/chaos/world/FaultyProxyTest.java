package dev.freshet.ops.chaos.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.ops.broker.LoopbackPorts;
import dev.freshet.ops.chaos.world.LinkFault.Direction;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class FaultyProxyTest {
    private static final int NOTHING_COMES_MS = 200;
    private static final int SOMETHING_COMES_MS = 30_000;

    private final Echo echo = new Echo(0);
    private final FaultyProxy proxy =
            FaultyProxy.open("TEST", LoopbackPorts.lasting(1).get(0), echo.port());

    FaultyProxyTest() throws IOException {}

    @AfterEach
    void close() throws IOException {
        proxy.close();
        echo.close();
    }

    /** Sends back what it is sent; begins with a greeting of its own. */
    private static final class Echo implements AutoCloseable {
        private final ServerSocket listening;
        private final byte[] greeting;
        private final AtomicLong received = new AtomicLong();

        Echo(int greetingBytes) throws IOException {
            this.listening = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            this.greeting = new byte[greetingBytes];
            daemon(this::accept);
        }

        int port() {
            return listening.getLocalPort();
        }

        private void accept() {
            while (!listening.isClosed()) {
                try {
                    Socket socket = listening.accept();
                    daemon(() -> serve(socket));
                } catch (IOException e) {
                    if (!listening.isClosed()) {
                        throw new UncheckedIOException(e);
                    }
                }
            }
        }

        private void serve(Socket socket) {
            byte[] buffer = new byte[10_000];
            try (socket) {
                socket.getOutputStream().write(greeting);
                int read = socket.getInputStream().read(buffer);
                while (read >= 0) {
                    received.addAndGet(read);
                    socket.getOutputStream().write(buffer, 0, read);
                    read = socket.getInputStream().read(buffer);
                }
            } catch (IOException e) {
                // The test broke the connection.
            }
        }

        private static void daemon(Runnable task) {
            Thread thread = new Thread(task, "echo");
            thread.setDaemon(true);
            thread.start();
        }

        @Override
        public void close() throws IOException {
            listening.close();
        }
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(SOMETHING_COMES_MS);
        return socket;
    }

    private static void send(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    }

    private static String receive(Socket socket, int bytes) throws IOException {
        return new String(socket.getInputStream().readNBytes(bytes), StandardCharsets.UTF_8);
    }

    private static void requireNothing(Socket socket) throws IOException {
        socket.setSoTimeout(NOTHING_COMES_MS);
        assertThatThrownBy(() -> socket.getInputStream().read()).isInstanceOf(SocketTimeoutException.class);
        socket.setSoTimeout(SOMETHING_COMES_MS);
    }

    /** It was reset, or closed with nothing said. */
    private static void requireBroken(Socket socket) {
        int read;
        try {
            read = socket.getInputStream().read();
        } catch (SocketTimeoutException e) {
            throw new AssertionError("the connection is still there", e);
        } catch (IOException e) {
            read = -1;
        }
        assertThat(read).isEqualTo(-1);
    }

    private static void await(BooleanSupplier condition) {
        long deadline = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (!condition.getAsBoolean()) {
            assertThat(System.nanoTime()).as("it came to nothing").isLessThan(deadline);
            LockSupport.parkNanos(1_000_000);
        }
    }

    @Test
    void passesEverythingOnInBothDirectionsAndTheEndToo() throws Exception {
        long seed = Long.getLong("freshet.test.seed", 42);
        System.out.println("FaultyProxyTest: -Dfreshet.test.seed=" + seed);
        byte[] bytes = new byte[300_000];
        new Random(seed).nextBytes(bytes);
        try (Socket socket = connect()) {
            Thread writer = new Thread(() -> {
                try {
                    socket.getOutputStream().write(bytes);
                    socket.shutdownOutput();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
            writer.start();
            assertThat(socket.getInputStream().readAllBytes()).isEqualTo(bytes);
            writer.join();
        }
        assertThat(proxy.counts()).isEqualTo(new FaultyProxy.Counts(1, 0, 0));
    }

    @Test
    void aStalledLinkLosesNothing() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "one");
            assertThat(receive(socket, 3)).isEqualTo("one");
            proxy.fault(new LinkFault.Stall());
            send(socket, "two");
            requireNothing(socket);
            proxy.heal();
            send(socket, "three");
            assertThat(receive(socket, 8)).isEqualTo("twothree");
        }
    }

    @Test
    void aBlackHoleSwallowsAndItsConnectionsAreResetAfterwards() throws Exception {
        try (Socket before = connect()) {
            send(before, "one");
            assertThat(receive(before, 3)).isEqualTo("one");
            proxy.fault(new LinkFault.Blackhole());
            try (Socket meanwhile = connect()) {
                send(before, "two");
                send(meanwhile, "three");
                requireNothing(before);
                requireNothing(meanwhile);
                await(() -> proxy.counts().lostBytes() == 8);
                assertThat(echo.received.get()).isEqualTo(3);
                proxy.heal();
                requireBroken(before);
                requireBroken(meanwhile);
            }
        }
        assertThat(proxy.counts().broken()).isEqualTo(2);
        assertEchoes();
    }

    @Test
    void aConnectionThatLostNothingInABlackHoleGoesOn() throws Exception {
        try (Socket socket = connect()) {
            proxy.fault(new LinkFault.Blackhole());
            requireNothing(socket);
            proxy.heal();
            send(socket, "one");
            assertThat(receive(socket, 3)).isEqualTo("one");
        }
    }

    @Test
    void aHalfOpenLinkLosesOneDirection() throws Exception {
        proxy.fault(new LinkFault.HalfOpen(Direction.TO_CLIENT));
        try (Socket socket = connect()) {
            send(socket, "one");
            await(() -> proxy.counts().lostBytes() == 3);
            assertThat(echo.received.get()).isEqualTo(3);
            requireNothing(socket);
            proxy.heal();
            requireBroken(socket);
        }
        proxy.fault(new LinkFault.HalfOpen(Direction.TO_SERVER));
        try (Socket socket = connect()) {
            send(socket, "two");
            await(() -> proxy.counts().lostBytes() == 6);
            assertThat(echo.received.get()).isEqualTo(3);
        }
    }

    @Test
    void resetsTheConnectionsThatThereAreAndThoseThatCome() throws Exception {
        try (Socket before = connect()) {
            send(before, "one");
            assertThat(receive(before, 3)).isEqualTo("one");
            proxy.fault(new LinkFault.Reset());
            requireBroken(before);
            try (Socket meanwhile = connect()) {
                requireBroken(meanwhile);
            } catch (SocketException e) {
                // The reset was faster than the connection was made.
            }
        }
        proxy.heal();
        assertEchoes();
    }

    @Test
    void cutsTheAnswerAfterSoManyBytes() throws Exception {
        try (Echo greeting = new Echo(100);
                FaultyProxy cutting =
                        FaultyProxy.open("CUT", LoopbackPorts.lasting(1).get(0), greeting.port())) {
            cutting.fault(new LinkFault.Truncate(10));
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cutting.port())) {
                assertThat(socket.getInputStream().readAllBytes()).hasSize(10);
            }
            assertThat(cutting.counts()).isEqualTo(new FaultyProxy.Counts(1, 90, 1));
            cutting.heal();
            try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), cutting.port())) {
                assertThat(receive(socket, 100)).hasSize(100);
            }
        }
    }

    @Test
    void refusesAndListensAgainOnTheSamePort() throws Exception {
        for (int round = 0; round < 5; round++) {
            try (Socket socket = connect()) {
                send(socket, "one");
                assertThat(receive(socket, 3)).isEqualTo("one");
                proxy.fault(new LinkFault.Refuse());
                requireBroken(socket);
            }
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            // From refusing to refusing nothing changes.
            proxy.fault(new LinkFault.Refuse());
            assertThatThrownBy(this::connect).isInstanceOf(ConnectException.class);
            proxy.heal();
            assertEchoes();
        }
    }

    @Test
    void delaysUntilItIsHealed() throws Exception {
        try (Socket socket = connect()) {
            send(socket, "one");
            assertThat(receive(socket, 3)).isEqualTo("one");
            proxy.fault(new LinkFault.Delay(Duration.ofMinutes(1)));
            send(socket, "two");
            requireNothing(socket);
            proxy.fault(new LinkFault.Delay(Duration.ofMillis(1)));
            assertThat(receive(socket, 3)).isEqualTo("two");
        }
        assertThat(proxy.counts().lostBytes()).isZero();
    }

    @Test
    void resetsWhenNobodyListensBehindIt() throws Exception {
        List<Integer> ports = LoopbackPorts.lasting(2);
        try (FaultyProxy alone = FaultyProxy.open("ALONE", ports.get(0), ports.get(1));
                Socket socket = new Socket(InetAddress.getLoopbackAddress(), alone.port())) {
            socket.setSoTimeout(SOMETHING_COMES_MS);
            requireBroken(socket);
        }
    }

    @Test
    void leavesNothingOpenWhenItIsClosed() throws Exception {
        proxy.fault(new LinkFault.Stall());
        try (Socket socket = connect()) {
            send(socket, "one");
            proxy.close();
            requireBroken(socket);
        }
        assertThat(LoopbackPorts.isFree(proxy.port())).isTrue();
        assertThatThrownBy(proxy::heal).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void refusesFaultsThatAreNone() {
        assertThatThrownBy(() -> new LinkFault.Delay(Duration.ZERO)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new LinkFault.Truncate(-1)).isInstanceOf(IllegalArgumentException.class);
    }

    private void assertEchoes() throws IOException {
        try (Socket socket = connect()) {
            send(socket, "well again");
            assertThat(receive(socket, 10)).isEqualTo("well again");
        }
    }
}
