package dev.freshet.ops.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LoopbackPortsTest {
    @Test
    void lastingPortsDifferAndAreNoneThatOutgoingConnectionsGet() {
        List<Integer> ports = LoopbackPorts.lasting(40);
        assertThat(ports).doesNotHaveDuplicates().hasSize(40).allMatch(port -> port >= 1024 && port < 32_768);
        assertThat(ports).allMatch(LoopbackPorts::isFree);
    }

    @Test
    void aListenerIsReadAsItWasWritten() {
        BrokerListener listener = new BrokerListener("NODE_1", 20_001, 20_002);
        assertThat(BrokerListener.parse(listener.toString())).isEqualTo(listener);
        for (String wrong : List.of(
                "NODE_1:1", "node:1:2", "PLAINTEXT:1:2", "CONTROLLER:1:2", "NODE:0:2", "NODE:1:65536", "NODE:1:x")) {
            assertThatThrownBy(() -> BrokerListener.parse(wrong))
                    .as(wrong)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
