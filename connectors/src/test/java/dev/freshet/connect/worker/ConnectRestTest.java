package dev.freshet.connect.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class ConnectRestTest {
    @Test
    void anErrorIsNoListOfNames() throws Exception {
        try (FakeConnect connect = new FakeConnect()) {
            connect.on("GET /connectors", 409, "{\"error_code\":409,\"message\":\"rebalance\"}")
                    .on("GET /connectors", 200, "[\"shop\",\"papers\"]");
            ConnectRest rest = new ConnectRest(connect.uri());
            assertThat(rest.names()).isEmpty();
            assertThat(rest.names()).hasValue(List.of("shop", "papers"));
        }
    }
}
