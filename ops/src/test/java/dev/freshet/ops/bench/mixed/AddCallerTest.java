package dev.freshet.ops.bench.mixed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.freshet.ops.bench.load.RawConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class AddCallerTest {
    private final Queue<Answer> answers = new ConcurrentLinkedQueue<>();
    private final Queue<String> bodies = new ConcurrentLinkedQueue<>();
    private HttpServer server;

    private record Answer(int status, String body) {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::answer);
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void countsWhatWasAcknowledgedAndHowFarThatIs() throws IOException {
        Acknowledged acknowledged = new Acknowledged();
        answers.add(new Answer(200, "{\"accepted\": 2, \"positions\": {\"0\": 17, \"3\": 5}, \"waited\": false}"));
        answers.add(new Answer(200, "{\"accepted\": 2, \"positions\": {\"0\": 12, \"1\": 9}, \"waited\": false}"));
        try (AddCaller caller = caller(acknowledged, 2)) {
            caller.call(0);
            assertThat(acknowledged.rows()).isEqualTo(2);
            caller.call(0);
        }
        assertThat(acknowledged.rows()).isEqualTo(4);
        assertThat(acknowledged.positions()).containsExactlyInAnyOrderEntriesOf(Map.of("0", 17L, "1", 9L, "3", 5L));
        assertThat(bodies).containsExactly("request 1", "request 2");
    }

    @Test
    void takesNothingElseForAcknowledged() throws IOException {
        for (Answer answer : List.of(
                new Answer(503, "{\"code\": \"not_ready\"}"),
                new Answer(200, "{\"accepted\": 0, \"positions\": {}}"),
                new Answer(
                        200,
                        "{\"accepted\": 1, \"positions\": {\"0\": 1}, \"waited\": true, \"searchable\": false}"))) {
            Acknowledged acknowledged = new Acknowledged();
            answers.add(answer);
            try (AddCaller caller = caller(acknowledged, 1)) {
                assertThatThrownBy(() -> caller.call(0))
                        .isInstanceOf(IOException.class)
                        .hasMessageContaining(answer.body());
            }
            assertThat(acknowledged.rows()).isZero();
        }
    }

    @Test
    void waitsForPositionsAsLongAsTheServerIsBehind() throws IOException {
        answers.add(new Answer(504, "{\"code\": \"deadline_exceeded\"}"));
        answers.add(new Answer(200, "{\"results\": []}"));
        PositionWait wait = new PositionWait(uri(), new float[] {0.5f});
        wait.await(Map.of("2", 40L));
        assertThat(answers).isEmpty();
        assertThat(bodies)
                .hasSize(2)
                .allSatisfy(body -> assertThat(body)
                        .contains("\"min_positions\":{\"2\":40}", "\"require_complete\":true", "\"vector\":[0.5]"));

        answers.add(new Answer(404, "{\"code\": \"index_not_found\"}"));
        assertThatThrownBy(() -> wait.await(Map.of()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("index_not_found");
    }

    private AddCaller caller(Acknowledged acknowledged, int rows) throws IOException {
        Queue<byte[]> requests = new ArrayDeque<>();
        for (int i = 1; i <= 3; i++) {
            requests.add(RawConnection.post(uri(), "/add", "text/plain", ("request " + i).getBytes(UTF_8)));
        }
        return new AddCaller(uri(), requests::remove, rows, acknowledged);
    }

    private URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            Answer answer = answers.remove();
            byte[] body = answer.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length);
            exchange.getResponseBody().write(body);
        }
    }
}
