package dev.freshet.connect.worker;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.connect.source.ConnectorConfig;
import dev.freshet.connect.source.SourceType;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SourceStartTest {
    private static final ConnectorConfig SHOP = new ConnectorConfig(
            "shop", SourceType.POSTGRESQL, new TreeMap<>(Map.of("name", "shop", "tasks.max", "1")), List.of());
    private static final String CONFIG = "{\"name\":\"shop\",\"tasks.max\":\"1\"}";
    private static final String GET_CONFIG = "GET /connectors/shop/config";
    private static final String PUT_CONFIG = "PUT /connectors/shop/config";
    private static final String STATUS = "GET /connectors/shop/status";
    private static final String RESTART = "POST /connectors/shop/restart?includeTasks=true&onlyFailed=true";

    private static final Duration A_WHILE = Duration.ofSeconds(60);

    private final FakeConnect connect = new FakeConnect();
    private final ByteArrayOutputStream printed = new ByteArrayOutputStream();

    SourceStartTest() throws IOException {}

    @AfterEach
    void stop() {
        connect.close();
    }

    @Test
    void aNewSourceIsGivenAndAwaited() throws Exception {
        connect.on(PUT_CONFIG, 409, "{\"message\":\"rebalance\"}")
                .on(PUT_CONFIG, 201, "{}")
                .on(STATUS, 404, "{}")
                .on(STATUS, 200, status("UNASSIGNED"))
                .on(STATUS, 200, status("RUNNING"));
        start();
        assertThat(connect.requests()).contains(PUT_CONFIG + " " + CONFIG).doesNotContain(RESTART);
        assertThat(printed.toString(UTF_8)).contains("Source 'shop' is new", "Source 'shop' runs.");
    }

    @Test
    void anUnchangedSourceIsLeftAlone() throws Exception {
        connect.on(GET_CONFIG, 200, CONFIG).on(STATUS, 200, status("RUNNING"));
        start();
        assertThat(connect.requests()).noneMatch(request -> request.startsWith("PUT"));
        assertThat(printed.toString(UTF_8)).contains("known and unchanged");
    }

    @Test
    void aChangedSourceIsGivenAgain() throws Exception {
        connect.on(GET_CONFIG, 200, "{\"name\":\"shop\",\"tasks.max\":\"2\"}")
                .on(PUT_CONFIG, 200, "{}")
                .on(STATUS, 200, status("RUNNING"));
        start();
        assertThat(connect.requests()).contains(PUT_CONFIG + " " + CONFIG);
    }

    @Test
    void aRefusedConfigurationSaysWhy() {
        connect.on(PUT_CONFIG, 400, "{\"message\":\"Unable to connect: FATAL: database \\\"shop\\\" does not exist\"}");
        assertThatThrownBy(this::start)
                .isInstanceOf(SourceFailedException.class)
                .hasMessageContainingAll("source 'shop' (postgresql) failed", "check the database's name");
    }

    @Test
    void aFaultOfTheConfigurationIsNotWaitedFor() {
        connect.on(PUT_CONFIG, 500, "{\"message\":\"Could not read properties from file /etc/freshet/db.properties\"}");
        assertThatThrownBy(this::start)
                .isInstanceOf(SourceFailedException.class)
                .hasMessageContainingAll("source 'shop' (postgresql) failed", "check the file or variable");
        assertThat(connect.requests().stream().filter(request -> request.startsWith(PUT_CONFIG)))
                .hasSize(1);
    }

    @Test
    void whatIsNeverTakenSaysWhy() {
        connect.on(
                PUT_CONFIG,
                500,
                "{\"message\":\"IO Error trying to forward REST request: Connection refused: db://u:canary@h\"}");
        assertThatThrownBy(() -> starter(Duration.ofMillis(50), A_WHILE).start(SHOP))
                .isInstanceOf(SourceFailedException.class)
                .hasMessageContainingAll("was not taken within", "rest.advertised.host.name", "look at the log")
                .hasMessageNotContaining("canary");
    }

    @Test
    void aFailureFromBeforeTheRestartDoesNotCount() throws Exception {
        connect.on(GET_CONFIG, 200, CONFIG)
                .on(STATUS, 200, status("FAILED"))
                .on(STATUS, 200, status("FAILED"))
                .on(STATUS, 500, "{}")
                .on(STATUS, 200, status("FAILED"))
                .on(STATUS, 200, status("RUNNING"))
                .on(RESTART, 202, "{}");
        start();
        assertThat(connect.requests()).containsOnlyOnce(RESTART);
    }

    @Test
    void aFailureAfterTheRestartCounts() {
        connect.on(GET_CONFIG, 200, CONFIG)
                .on(STATUS, 200, status("FAILED"))
                .on(STATUS, 200, status("FAILED"))
                .on(STATUS, 200, status("RUNNING"))
                .on(STATUS, 200, status("FAILED"))
                .on(RESTART, 202, "{}");
        assertThatThrownBy(this::start)
                .isInstanceOf(SourceFailedException.class)
                .hasMessageContaining("Connection refused");
        assertThat(connect.requests().stream().filter(STATUS::equals)).hasSize(4);
    }

    @Test
    void anOldFailureIsTriedOnceMore() throws Exception {
        connect.on(GET_CONFIG, 200, CONFIG)
                .on(STATUS, 200, status("FAILED"))
                .on(STATUS, 200, status("RESTARTING"))
                .on(STATUS, 200, status("RUNNING"))
                .on(RESTART, 202, "{}");
        start();
        assertThat(connect.requests()).containsOnlyOnce(RESTART);
    }

    @Test
    void aFailureThatStaysEndsTheStart() {
        connect.on(GET_CONFIG, 200, CONFIG)
                .on(STATUS, 200, status("FAILED"))
                .on(RESTART, 409, "{\"message\":\"rebalance\"}")
                .on(RESTART, 202, "{}");
        assertThatThrownBy(() -> starter(A_WHILE, Duration.ofMillis(20)).start(SHOP))
                .isInstanceOf(SourceFailedException.class)
                .hasMessageContainingAll("Connection refused", "check host and port");
        assertThat(connect.requests().stream().filter(RESTART::equals)).hasSize(2);
    }

    @Test
    void whatNeverRunsIsGivenUp() {
        connect.on(PUT_CONFIG, 201, "{}").on(STATUS, 200, status("UNASSIGNED"));
        assertThatThrownBy(() -> starter(Duration.ofMillis(50), A_WHILE).start(SHOP))
                .isInstanceOf(SourceFailedException.class)
                .hasMessageContainingAll("did not run within", "look at the log");
    }

    private void start() throws IOException, InterruptedException {
        starter(A_WHILE, A_WHILE).start(SHOP);
    }

    private SourceStart starter(Duration patience, Duration restart) {
        PrintStream stream = new PrintStream(printed, true, UTF_8);
        return new SourceStart(
                new ConnectRest(connect.uri()),
                new WorkerOutput(stream, stream),
                patience,
                restart,
                Duration.ofMillis(1));
    }

    private static String status(String state) {
        return """
                {"name": "shop", "connector": {"state": "RUNNING", "worker_id": "w"}, "type": "source",
                 "tasks": [{"id": 0, "state": "%s", "worker_id": "w", "trace": "java.net.ConnectException: Connection refused"}]}
                """.formatted(state);
    }
}
