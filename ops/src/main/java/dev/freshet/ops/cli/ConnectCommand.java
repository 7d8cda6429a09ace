package dev.freshet.ops.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code freshet connect}: a Kafka Connect worker with the sources of files. It runs in a JVM of its own, see {@link ConnectProcess}. */
@Command(
        name = "connect",
        description = "Run a Kafka Connect worker that follows the tables of databases (docs/sources.md).",
        footer = {
            "",
            "A source file is a few lines of Java properties:",
            "",
            "  name=shop",
            "  url=postgresql://freshet@db.example.org/shop",
            "  password=$${env:PGPASSWORD}",
            "  tables=public.album:albums,public.track:tracks",
            "",
            "Settings come from --config, then from --set, then from the options here; the later wins. Everything under"
                    + " kafka. goes to all Kafka clients, what is not known here to Kafka Connect."
                    + " FRESHET_CONNECT_JAVA_OPTS has options for the worker's JVM (default: -Xmx1g)."
        })
@SuppressWarnings("NullAway.Init") // fields are set by picocli
final class ConnectCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Parameters(arity = "1..*", paramLabel = "FILE", description = "Files that describe sources.")
    private List<Path> files;

    @Option(names = "--config", paramLabel = "FILE", description = "A properties file with settings of the worker.")
    private @Nullable Path config;

    @Option(
            names = "--bootstrap-servers",
            paramLabel = "HOST:PORT,…",
            description = "The Kafka brokers (default: those of ./freshet up, 127.0.0.1:19092).")
    private @Nullable String bootstrapServers;

    @Option(
            names = "--rest-port",
            paramLabel = "PORT",
            description = "Port of Kafka Connect's REST API on 127.0.0.1 (default: 8083; 0: any).")
    private @Nullable Integer restPort;

    @Option(
            names = "--plugin-path",
            paramLabel = "DIR,…",
            description = "More directories with plug-ins for Kafka Connect.")
    private @Nullable String pluginPath;

    @Option(
            names = "--dir",
            paramLabel = "DIR",
            description = "Directory of the log (default: ~/.freshet/connect). All else is kept in Kafka.")
    private @Nullable Path directory;

    @Option(
            names = "--set",
            paramLabel = "KEY=VALUE",
            description = "A setting, for example --set topic.prefix=test; may be repeated.")
    private Map<String, String> set = new LinkedHashMap<>();

    @Option(names = "--dry-run", description = "Only print what Kafka Connect would get, without passwords.")
    private boolean dryRun;

    @Option(names = "--json", description = "Print that as JSON.")
    private boolean json;

    @Override
    public Integer call() throws IOException, InterruptedException {
        Path home = directory == null ? Path.of(System.getProperty("user.home"), ".freshet", "connect") : directory;
        Files.createDirectories(home);
        ConnectProcess.Home installed = ConnectProcess.Home.find();
        Map<String, String> settings = new LinkedHashMap<>(set);
        put(settings, "bootstrap.servers", bootstrapServers);
        put(settings, "rest.port", restPort == null ? null : restPort.toString());
        String plugins = installed.plugins().toString();
        put(settings, "plugin.path", pluginPath == null ? plugins : plugins + "," + pluginPath);
        ConnectProcess.Request request = new ConnectProcess.Request(settings, files, config, dryRun, json);
        try (ConnectProcess worker = ConnectProcess.start(installed, home.resolve("connect.log"), request)) {
            if (!dryRun) {
                spec.commandLine().getErr().println("The worker logs to " + home.resolve("connect.log") + ".");
                spec.commandLine().getErr().flush();
            }
            return worker.await();
        }
    }

    private static void put(Map<String, String> settings, String name, @Nullable String value) {
        if (value != null) {
            settings.put(name, value);
        }
    }
}
