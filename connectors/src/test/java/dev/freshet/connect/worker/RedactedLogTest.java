package dev.freshet.connect.worker;

import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.joran.JoranConfigurator;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RedactedLogTest {
    @Test
    void theWorkersLogHasNoPasswords(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("connect.log");
        LoggerContext context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        context.putProperty("freshet.connect.log", file.toString());
        JoranConfigurator configurator = new JoranConfigurator();
        configurator.setContext(context);
        configurator.doConfigure(requireNonNull(ConnectWorker.class.getResource("/logback.xml")));
        context.getLogger("io.debezium.x").info("connected to {}", "postgresql://app:canary@db/shop");
        context.getLogger("io.debezium.x").debug("below the level");
        Exception cause = new IllegalStateException("driver: jdbc:mysql://h/d?user=u&password=canary");
        context.getLogger("org.example").warn("cannot connect", new RuntimeException("outer", cause));
        context.stop();
        String log = Files.readString(file);
        assertThat(log)
                .as(() -> String.valueOf(context.getStatusManager().getCopyOfStatusList()))
                .contains(
                        "connected to postgresql://app:***@db/shop",
                        "cannot connect",
                        "Caused by: java.lang.IllegalStateException: driver: jdbc:mysql://h/d?user=u&password=***",
                        "at " + RedactedLogTest.class.getName())
                .doesNotContain("canary", "below the level");
        assertThat(log.lines().filter(line -> line.contains("outer")))
                .as("each trace once")
                .hasSize(1);
    }
}
