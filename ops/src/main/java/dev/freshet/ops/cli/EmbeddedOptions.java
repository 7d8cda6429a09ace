package dev.freshet.ops.cli;

import dev.freshet.app.FreshetConfig;
import dev.freshet.ops.embedded.EmbeddedFreshet;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Where an embedded server lives. */
final class EmbeddedOptions {
    static final int KAFKA_PORT = 19092;
    static final int REGISTRY_PORT = 18081;

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "3110",
            converter = PortConverter.class,
            description = "HTTP port (default: 3110; 0: any).")
    private int port;

    @Option(
            names = "--kafka-port",
            paramLabel = "PORT",
            defaultValue = "" + KAFKA_PORT,
            converter = PortConverter.class,
            description = "Port of the Kafka broker (default: " + KAFKA_PORT + "; 0: any).")
    private int kafkaPort;

    @Option(
            names = "--registry-port",
            paramLabel = "PORT",
            defaultValue = "" + REGISTRY_PORT,
            converter = PortConverter.class,
            description = "Port of the schema registry (default: " + REGISTRY_PORT + "; 0: any).")
    private int registryPort;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting of the server, for example --set embed.workers=1; may be repeated.")
    private Map<String, String> set = new HashMap<>();

    @Mixin
    private final InsecureOption insecure = new InsecureOption();

    @Option(names = "--new-epoch", description = "Accept, once, that the rows topic was deleted and created again.")
    private boolean newEpoch;

    EmbeddedFreshet.Settings settings(Path directory) {
        Map<String, String> overrides = new HashMap<>(set);
        if (newEpoch) {
            overrides.put("new.epoch", "true");
        }
        if (insecure.given()) {
            overrides.put(FreshetConfig.HTTP_INSECURE_BIND, "true");
        }
        return new EmbeddedFreshet.Settings(
                directory.toAbsolutePath().normalize(), port, kafkaPort, registryPort, overrides);
    }

    /** The directory to use, created, with the log in it. */
    static Path prepare(@Nullable Path given, String... absent) throws IOException {
        Path directory = given == null ? Path.of(System.getProperty("user.home"), absent) : given;
        Files.createDirectories(directory);
        LogFile.use(directory.resolve("freshet.log"));
        return directory;
    }
}
