package dev.freshet.connect.worker;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import dev.freshet.connect.source.ConnectorConfig;
import dev.freshet.connect.source.SourceExpansion;
import dev.freshet.connect.source.SourceFiles;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.net.URI;
import java.nio.file.NoSuchFileException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.cli.ConnectDistributed;
import org.apache.kafka.connect.runtime.Connect;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka Connect worker in distributed mode, with the connectors of source files ({@link WorkerArguments}).
 *
 * <ul>
 *   <li>It reads all files before it does anything, creates missing topics, starts the worker, then gives it one connector after the other, each only once it has
 *       been seen to run.
 *   <li>If one of them cannot be started it says why and what to do, and ends with status 1: nothing half-started stays behind without anybody knowing. The
 *       connectors before it are kept, as Connect keeps them, and go on with the next worker.
 *   <li>It then runs until it is told to stop. Sources that fail later are started again by themselves.
 *   <li>Nothing that it prints or logs has a password in it.
 * </ul>
 */
public final class ConnectWorker {
    private static final Logger log = LoggerFactory.getLogger(ConnectWorker.class);
    private static final int SUCCESS = 0;
    private static final int FAILURE = 1;
    private static final int USAGE = 2;
    private static final Duration ROWS_TOPIC_WITHIN = Duration.ofSeconds(60);
    private static final Duration RUNS_WITHIN = Duration.ofMinutes(3);
    private static final Duration POLL = Duration.ofMillis(300);
    private static final Duration RESTARTS_WITHIN = Duration.ofSeconds(5);

    private final WorkerOutput output;

    ConnectWorker(WorkerOutput output) {
        this.output = requireNonNull(output, "output is null");
    }

    public static void main(String[] arguments) {
        System.exit(new ConnectWorker(new WorkerOutput(System.out, System.err)).run(List.of(arguments)));
    }

    /** Runs until it is stopped, and returns the exit status: 0, 1 after a failure, 2 after wrong arguments. */
    int run(List<String> arguments) {
        try {
            WorkerArguments given = WorkerArguments.parse(arguments);
            if (given.withParent()) {
                ParentWatch.start(System.in);
            }
            WorkerSettings settings = new WorkerSettings(given.settings());
            List<ConnectorConfig> connectors = SourceFiles.expand(
                    given.files(), new SourceExpansion(settings.topics(), settings.bootstrapServers()));
            connectors.forEach(connector -> connector.warnings().forEach(output::problem));
            if (given.dryRun()) {
                show(connectors, given.json());
                return SUCCESS;
            }
            serve(settings, connectors);
            return SUCCESS;
        } catch (IllegalArgumentException e) {
            output.problem(String.valueOf(e.getMessage()));
            return USAGE;
        } catch (NoSuchFileException e) {
            output.problem("there is no file " + e.getMessage());
            return FAILURE;
        } catch (ConfigException | FreshetException | SourceFailedException | IOException e) {
            log.debug("The worker ends", e);
            output.problem(String.valueOf(e.getMessage()));
            return FAILURE;
        } catch (RuntimeException e) {
            log.error("The worker did not start", e);
            output.problem("the worker did not start: " + reason(e) + ". The log has more.");
            return FAILURE;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return FAILURE;
        }
    }

    private void serve(WorkerSettings settings, List<ConnectorConfig> connectors)
            throws IOException, InterruptedException {
        try (Admin admin = Admin.create(settings.client())) {
            new WorkerTopics(admin, settings, output).prepare(connectors, ROWS_TOPIC_WITHIN);
        }
        output.say("Starting the Kafka Connect worker …");
        Connect<?> connect = new ConnectDistributed().startConnect(settings.connect());
        try {
            int port = settings.restPort() == 0 ? connect.rest().serverUrl().getPort() : settings.restPort();
            ConnectRest rest = new ConnectRest(URI.create("http://127.0.0.1:" + port));
            SourceStart start = new SourceStart(rest, output, RUNS_WITHIN, RESTARTS_WITHIN, POLL);
            for (ConnectorConfig connector : connectors) {
                start.start(connector);
            }
            tellOthers(rest, connectors);
            try (SourceWatch watch = new SourceWatch(rest, output, connectors)) {
                watch.start();
                output.say("Freshet follows " + connectors.size() + (connectors.size() == 1 ? " source" : " sources")
                        + "; Kafka Connect is at " + rest.uri() + ". Stop it with Ctrl-C.");
                connect.awaitStop();
            }
        } finally {
            connect.stop();
            connect.awaitStop();
        }
    }

    private void tellOthers(ConnectRest rest, List<ConnectorConfig> connectors) throws IOException {
        Optional<List<String>> names = rest.names();
        if (names.isEmpty()) {
            log.info("Kafka Connect cannot tell now which other connectors it has");
        }
        List<String> others = new ArrayList<>(names.orElse(List.of()));
        connectors.forEach(connector -> others.remove(connector.name()));
        for (String other : others) {
            output.say("Source '" + other + "' is known from before and goes on too. To end it: curl -X DELETE "
                    + rest.uri() + "/connectors/" + other);
        }
    }

    private void show(List<ConnectorConfig> connectors, boolean json) throws JsonProcessingException {
        if (json) {
            List<Map<String, Object>> shown = new ArrayList<>();
            for (ConnectorConfig connector : connectors) {
                Map<String, Object> one = new LinkedHashMap<>();
                one.put("name", connector.name());
                one.put("config", connector.shown());
                shown.add(one);
            }
            output.say(new ObjectMapper()
                    .enable(SerializationFeature.INDENT_OUTPUT)
                    .writeValueAsString(shown));
            return;
        }
        for (ConnectorConfig connector : connectors) {
            output.say("# " + connector.name());
            connector.shown().forEach((name, value) -> output.say(name + "=" + value));
        }
    }

    /** Of the exceptions around each other, the innermost that says something. */
    private static String reason(Throwable e) {
        String reason = e.getClass().getSimpleName();
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause.getMessage() != null) {
                reason = cause.getMessage();
            }
        }
        return reason;
    }
}
