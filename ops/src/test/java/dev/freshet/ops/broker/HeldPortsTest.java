package dev.freshet.ops.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

class HeldPortsTest {
    @Test
    void whoNamesAHeldPortCanListenThereAgainAndAgain() throws IOException {
        try (HeldPorts held = HeldPorts.hold(2)) {
            assertThat(held.port(0)).isNotEqualTo(held.port(1));
            for (int round = 0; round < 3; round++) {
                assertThat(LoopbackPorts.isFree(held.port(0))).isTrue();
                try (ServerSocket server = listen(held.port(0));
                        Socket client = new Socket(loopback(), held.port(0));
                        Socket accepted = server.accept()) {
                    client.getOutputStream().write(round);
                    assertThat(accepted.getInputStream().read()).isEqualTo(round);
                    assertThat(LoopbackPorts.isFree(held.port(0))).isFalse();
                    assertThat(LoopbackPorts.answers(held.port(0))).isTrue();
                }
                assertThat(LoopbackPorts.answers(held.port(0))).isFalse();
            }
        }
    }

    @Test
    void whoListensIsNotDisturbedWhenThePortIsLetGo() throws IOException {
        HeldPorts held = HeldPorts.hold(1);
        try (ServerSocket server = listen(held.port(0))) {
            held.close();
            held.close();
            assertThat(LoopbackPorts.answers(server.getLocalPort())).isTrue();
        }
    }

    /** As whoever asks for any port finds it. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void aHeldPortIsTaken() throws IOException {
        try (HeldPorts held = HeldPorts.hold(1)) {
            InetSocketAddress address = new InetSocketAddress(loopback(), held.port(0));
            try (ServerSocket server = new ServerSocket()) {
                server.setReuseAddress(false);
                assertThatThrownBy(() -> server.bind(address)).isInstanceOf(BindException.class);
            }
        }
    }

    @Test
    void findsAnotherOfItsPorts() {
        try (HeldPorts held = HeldPorts.hold(2)) {
            assertThat(held.otherThan(held.port(0))).isEqualTo(held.port(1));
            assertThat(held.otherThan(held.port(1))).isEqualTo(held.port(0));
            assertThat(held.otherThan(0)).isEqualTo(held.port(0));
        }
    }

    private static ServerSocket listen(int port) throws IOException {
        return new ServerSocket(port, 1, loopback());
    }

    private static InetAddress loopback() throws IOException {
        return InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    }
}
