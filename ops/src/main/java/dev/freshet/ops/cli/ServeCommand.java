package dev.freshet.ops.cli;

import dev.freshet.app.Freshet;
import dev.freshet.app.FreshetConfig;
import dev.freshet.app.ModelVariables;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.apache.kafka.common.config.ConfigException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code freshet serve}: one process against a real cluster. */
@Command(
        name = "serve",
        description = "Run one process against a Kafka cluster and a schema registry.",
        footer = {
            "",
            "Settings come from --config, then from environment variables (FRESHET_HTTP_PORT is http.port), then from"
                    + " --set, then from the options here; the later wins."
        })
final class ServeCommand implements Callable<Integer> {
    private static final String ENVIRONMENT_PREFIX = "FRESHET_";

    @Spec
    @SuppressWarnings("NullAway.Init") // set by picocli
    private CommandSpec spec;

    @Option(names = "--config", paramLabel = "FILE", description = "A properties file.")
    private @Nullable Path file;

    @Option(names = "--bootstrap-servers", paramLabel = "HOST:PORT,…", description = "The Kafka brokers.")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--schema-registry",
            paramLabel = "URL,…",
            description = "The Confluent-compatible schema registry.")
    private @Nullable String registry;

    @Option(names = "--roles", paramLabel = "ROLE,…", description = "Some of catalog, refresh, search (default: all).")
    private @Nullable String roles;

    @Option(names = "--port", paramLabel = "PORT", description = "HTTP port (default: 3110).")
    private @Nullable Integer port;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Directory of the local state (default: ~/.freshet/state).")
    private @Nullable Path directory;

    @Mixin
    private final InsecureOption insecure = new InsecureOption();

    @Option(names = "--new-epoch", description = "Accept, once, that the rows topic was deleted and created again.")
    private boolean newEpoch;

    @Option(names = "--set", paramLabel = "KEY=VALUE", description = "A setting; may be repeated.")
    private Map<String, String> set = new HashMap<>();

    @Override
    public Integer call() throws IOException, InterruptedException {
        PrintWriter out = spec.commandLine().getOut();
        Freshet.Running running = Freshet.start(config());
        CountDownLatch stopped = new CountDownLatch(1);
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            running.close();
                            stopped.countDown();
                        },
                        "freshet-shutdown"));
        out.println("Freshet serves at " + running.uri() + "; " + running.uri() + "/readyz tells when it is ready.");
        out.flush();
        stopped.await();
        return 0;
    }

    private FreshetConfig config() throws IOException {
        Map<String, String> settings = new HashMap<>();
        if (file != null) {
            Properties properties = new Properties();
            try (InputStream in = Files.newInputStream(file)) {
                properties.load(in);
            }
            properties.stringPropertyNames().forEach(name -> settings.put(name, properties.getProperty(name)));
        }
        FreshetConfig.definition().names().forEach(name -> put(settings, name, System.getenv(variable(name))));
        String models = set.getOrDefault(FreshetConfig.MODELS, settings.get(FreshetConfig.MODELS));
        settings.putAll(ModelVariables.settings(models, System::getenv));
        settings.putAll(set);
        put(settings, FreshetConfig.BOOTSTRAP_SERVERS, bootstrapServers);
        put(settings, FreshetConfig.REGISTRY_URL, registry);
        put(settings, FreshetConfig.ROLES, roles);
        put(settings, FreshetConfig.HTTP_PORT, port == null ? null : port.toString());
        put(settings, FreshetConfig.STATE_DIRECTORY, directory == null ? null : directory.toString());
        put(settings, FreshetConfig.HTTP_INSECURE_BIND, insecure.given() ? "true" : null);
        put(settings, FreshetConfig.NEW_EPOCH, newEpoch ? "true" : null);
        try {
            return new FreshetConfig(settings);
        } catch (ConfigException e) {
            throw new ParameterException(spec.commandLine(), String.valueOf(e.getMessage()), e);
        }
    }

    private static String variable(String setting) {
        return ENVIRONMENT_PREFIX + setting.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    private static void put(Map<String, String> settings, String name, @Nullable String value) {
        if (value != null) {
            settings.put(name, value);
        }
    }
}
