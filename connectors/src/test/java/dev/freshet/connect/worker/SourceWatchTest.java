package dev.freshet.connect.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.connect.source.ConnectorConfig;
import dev.freshet.connect.source.SourceType;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class SourceWatchTest {
    private static final String STATUS = "GET /connectors/shop/status";
    private static final ConnectorConfig SHOP =
            new ConnectorConfig("shop", SourceType.POSTGRESQL, new TreeMap<>(Map.of("name", "shop")), List.of());

    /** Fails as a defect in a look would, and tells when it did. */
    private static final class Broken extends OutputStream {
        private final CountDownLatch written = new CountDownLatch(1);

        @Override
        public void write(int b) {
            written.countDown();
            throw new IllegalStateException("broken");
        }
    }

    @Test
    void goesOnAfterALookThatFailed() throws Exception {
        Broken broken = new Broken();
        try (FakeConnect connect = new FakeConnect();
                PrintStream stream = new PrintStream(broken, true);
                SourceWatch watch = new SourceWatch(
                        new ConnectRest(connect.uri()), new WorkerOutput(stream, stream), List.of(SHOP))) {
            connect.on(STATUS, 200, """
                    {"name": "shop", "connector": {"state": "FAILED", "trace": "x.YException: no"}, "tasks": []}""");
            watch.start();
            assertThat(broken.written.await(60, TimeUnit.SECONDS)).isTrue();
            long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(60);
            while (connect.requests().size() < 2 && System.nanoTime() < deadline) {
                Thread.sleep(20);
            }
            assertThat(connect.requests()).hasSizeGreaterThanOrEqualTo(2).containsOnly(STATUS);
        }
    }
}
