package dev.freshet.ops.chaos.world;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.ops.broker.LoopbackPorts;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ModelServerTest {
    private static final int DIMENSIONS = 8;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final ModelServer model = ModelServer.start(LoopbackPorts.lasting(1).get(0), DIMENSIONS);
    private final HttpClient client = HttpClient.newHttpClient();

    ModelServerTest() throws IOException {}

    @AfterEach
    void close() {
        model.close();
    }

    private HttpRequest embedding(String... texts) throws IOException {
        return HttpRequest.newBuilder(model.uri().resolve("/api/embed"))
                .timeout(Duration.ofSeconds(50))
                .POST(BodyPublishers.ofString(
                        JSON.writeValueAsString(Map.of("model", ModelServer.MODEL, "input", texts))))
                .build();
    }

    private HttpResponse<String> embed(String... texts) throws Exception {
        return client.send(embedding(texts), BodyHandlers.ofString());
    }

    private List<List<Float>> embedded(String... texts) throws Exception {
        HttpResponse<String> answer = embed(texts);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        List<List<Float>> vectors = new ArrayList<>();
        for (JsonNode vector : JSON.readTree(answer.body()).path("embeddings")) {
            List<Float> components = new ArrayList<>();
            vector.forEach(component -> components.add(component.floatValue()));
            vectors.add(components);
        }
        return vectors;
    }

    private String digest() throws Exception {
        URI tags = model.uri().resolve("/api/tags");
        HttpResponse<String> answer = client.send(HttpRequest.newBuilder(tags).build(), BodyHandlers.ofString());
        JsonNode first = JSON.readTree(answer.body()).path("models").path(0);
        assertThat(first.path("name").asText()).isEqualTo("chaos:latest");
        return first.path("digest").asText();
    }

    private static List<Float> list(float[] vector) {
        List<Float> list = new ArrayList<>();
        for (float component : vector) {
            list.add(component);
        }
        return list;
    }

    @Test
    void givesEachTextItsVectorWhateverIsBesideIt() throws Exception {
        assertThat(embedded("one", "two", "one"))
                .containsExactly(list(model.vector("one")), list(model.vector("two")), list(model.vector("one")));
        assertThat(embedded("two")).containsExactly(list(model.vector("two")));
        assertThat(model.requests()).isEqualTo(2);
        assertThat(model.texts()).isEqualTo(4);
    }

    @Test
    void vectorsAreOfLengthOneAndDiffer() {
        Set<List<Float>> seen = new HashSet<>();
        for (int i = 0; i < 2_000; i++) {
            float[] vector = model.vector("text " + i);
            double squares = 0;
            for (float component : vector) {
                squares += (double) component * component;
            }
            assertThat(squares).isBetween(1 - 1e-5, 1 + 1e-5);
            assertThat(seen.add(list(vector))).isTrue();
            assertThat(seen.add(list(model.otherVector("text " + i)))).isTrue();
        }
    }

    @Test
    void refusesWhatIsNoRequest() throws Exception {
        for (String body : List.of("", "{", "{\"model\":\"another\",\"input\":[\"x\"]}", "{\"model\":\"chaos\"}")) {
            HttpRequest request = HttpRequest.newBuilder(model.uri().resolve("/api/embed"))
                    .POST(BodyPublishers.ofString(body))
                    .build();
            assertThat(client.send(request, BodyHandlers.ofString()).statusCode())
                    .isEqualTo(400);
        }
    }

    @Test
    void misbehavesAsItIsToldAndBehavesAgain() throws Exception {
        model.misbehave(Misbehaviour.HTTP_429);
        HttpResponse<String> throttled = embed("one");
        assertThat(throttled.statusCode()).isEqualTo(429);
        assertThat(throttled.headers().firstValue("Retry-After")).contains("1");
        model.misbehave(Misbehaviour.HTTP_500);
        assertThat(embed("one").statusCode()).isEqualTo(500);
        model.misbehave(Misbehaviour.WRONG_DIMENSION);
        assertThat(embedded("one", "two"))
                .allSatisfy(vector -> assertThat(vector).hasSize(DIMENSIONS + 1));
        model.misbehave(Misbehaviour.NOT_A_NUMBER);
        assertThat(embed("one").body()).contains("[NaN,");
        model.misbehave(Misbehaviour.SHORT_ARRAY);
        assertThat(embedded("one", "two")).containsExactly(list(model.vector("one")));
        assertThat(embedded("one")).isEmpty();
        model.misbehave(Misbehaviour.DROPPED_CONNECTION);
        assertThatThrownBy(() -> embed("one")).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> embed("one")).isInstanceOf(IOException.class);
        model.behave();
        assertThat(embedded("one")).containsExactly(list(model.vector("one")));
        assertThat(model.misbehaved(Misbehaviour.SHORT_ARRAY)).isEqualTo(2);
        assertThat(model.misbehaved(Misbehaviour.HANG)).isZero();
        assertThat(model.texts()).isEqualTo(1);
    }

    @Test
    void hangsUntilItBehaves() throws Exception {
        model.misbehave(Misbehaviour.HANG);
        CompletableFuture<HttpResponse<String>> hanging = client.sendAsync(embedding("one"), BodyHandlers.ofString());
        while (model.misbehaved(Misbehaviour.HANG) == 0) {
            Thread.sleep(5);
        }
        assertThat(hanging).isNotDone();
        model.behave();
        assertThatThrownBy(() -> hanging.get(30, TimeUnit.SECONDS)).hasCauseInstanceOf(IOException.class);
        assertThat(embedded("one")).containsExactly(list(model.vector("one")));
    }

    @Test
    void isAnotherModelAndTellsSoAsLongAsItsVectorsMayBeOnTheirWay() throws Exception {
        String digest = digest();
        model.misbehave(Misbehaviour.CHANGED_MODEL);
        assertThat(embedded("one")).containsExactly(list(model.otherVector("one")));
        String other = digest();
        assertThat(other).isNotEqualTo(digest);
        model.behave();
        long left = System.nanoTime();
        List<String> told = new ArrayList<>();
        while (embed("one").statusCode() != 200) {
            told.add(digest());
            Thread.sleep(20);
        }
        // The last one may have been told just after the exchange was over.
        assertThat(told.subList(0, told.size() - 1)).isNotEmpty().containsOnly(other);
        assertThat(Duration.ofNanos(System.nanoTime() - left)).isGreaterThanOrEqualTo(ModelServer.EXCHANGE);
        assertThat(digest()).isEqualTo(digest);
        assertThat(embedded("one")).containsExactly(list(model.vector("one")));
    }
}
