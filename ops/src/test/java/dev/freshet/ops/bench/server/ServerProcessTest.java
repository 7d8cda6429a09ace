package dev.freshet.ops.bench.server;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class ServerProcessTest {
    @Test
    void tellsWhatAServerSaidThatEndedByItself(@TempDir Path directory) throws Exception {
        try (ServerProcess server = new ServerProcess(directory.resolve("server"), "no.such.Main")) {
            server.start();
            ThrowingCallable untilItEnds = () -> {
                while (true) {
                    server.requireAlive();
                    Thread.sleep(20);
                }
            };
            assertThatThrownBy(untilItEnds)
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the server ended by itself")
                    .hasMessageContaining("no.such.Main");
        }
    }

    @Test
    void startsNothingAnyMoreOnceItIsClosed(@TempDir Path directory) {
        ServerProcess server = new ServerProcess(directory.resolve("server"), "no.such.Main");
        server.close();
        assertThatThrownBy(server::start).isInstanceOf(IOException.class).hasMessageContaining("being stopped");
    }
}
