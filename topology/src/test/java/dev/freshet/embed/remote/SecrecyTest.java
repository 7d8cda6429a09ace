package dev.freshet.embed.remote;

import static dev.freshet.embed.remote.RemoteTests.embedder;
import static dev.freshet.embed.remote.RemoteTests.failure;
import static dev.freshet.embed.remote.RemoteTests.openAi;
import static dev.freshet.embed.remote.RemoteTests.timeout;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.read.ListAppender;
import dev.freshet.embed.EmbeddingException;
import dev.freshet.embed.remote.FakeProvider.Answer;
import dev.freshet.embed.remote.FakeProvider.Behaviour;
import dev.freshet.embed.remote.FakeProvider.Delivery;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A key that is planted must come out nowhere but in the header that it is for, whatever goes wrong, even if the provider repeats it. */
class SecrecyTest {
    private static final String CANARY = "sk-canary-4711";

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @Test
    void shouldShowTheKeyToNobodyButTheProvider() throws IOException {
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        Level level = root.getLevel();
        ListAppender<ILoggingEvent> appender = new ListAppender<>();
        appender.start();
        root.addAppender(appender);
        root.setLevel(Level.DEBUG);
        List<String> captured = new ArrayList<>();
        try {
            everythingThatGoesWrong(captured);
        } finally {
            root.setLevel(level);
            root.detachAppender(appender);
        }
        for (ILoggingEvent event : List.copyOf(appender.list)) {
            captured.add(event.getFormattedMessage());
            captured.add(
                    event.getThrowableProxy() == null ? "" : ThrowableProxyUtil.asString(event.getThrowableProxy()));
        }
        assertThat(captured).anyMatch(text -> text.contains("does not answer as it should"));
        assertThat(captured).anyMatch(text -> text.contains("[hidden]"));
        assertThat(captured).allSatisfy(text -> assertThat(text).doesNotContain("canary"));
    }

    private void everythingThatGoesWrong(List<String> captured) throws IOException {
        String echo = "{\"error\":{\"message\":\"Incorrect API key provided: " + CANARY + "\"}}";
        List<Behaviour> behaviours = List.of(
                call -> Answer.of(400, echo),
                call -> Answer.of(401, echo),
                call -> Answer.of(403, echo),
                call -> Answer.of(404, CANARY),
                call -> Answer.of(429, echo).with("Retry-After", "0"),
                call -> Answer.of(500, CANARY + " crashed"),
                call -> Answer.of(200, CANARY),
                call -> Answer.of(200, "{\"data\":\"" + CANARY + "\"}"),
                call -> Answer.of(200, "{\"data\":[{\"index\":\"" + CANARY + "\"}]}"),
                call -> Answer.of(307, "").with("Location", "http://127.0.0.1:1/" + CANARY),
                call -> FakeProvider.openAi(call).delivered(Delivery.CUT),
                call -> FakeProvider.openAi(call).delivered(Delivery.STUCK));
        Path file = Files.writeString(directory.resolve("key"), CANARY + "\n");
        for (ApiKey key : List.of(ApiKey.of("a test", CANARY), ApiKey.inFile(file))) {
            for (Behaviour behaviour : behaviours) {
                try (FakeProvider provider = new FakeProvider()) {
                    provider.answer(behaviour);
                    RemoteModel model = openAi("secret", provider.uri(), key);
                    SimpleMeterRegistry meters = new SimpleMeterRegistry();
                    try (HttpEmbedder embedder = embedder(model, timeout(Duration.ofMillis(500), 1), meters)) {
                        capture(captured, failure(embedder.embed(List.of("a", "b"))));
                        capture(captured, failure(embedder.embedQuery("c")));
                        captured.add(embedder + " " + embedder.model() + " " + model + " " + key);
                        captured.add(embedder.identify().join().toString());
                        meters.getMeters().forEach(meter -> captured.add(String.valueOf(meter.getId())));
                    }
                    assertThat(provider.calls().get(0).headers())
                            .containsEntry("Authorization", List.of("Bearer " + CANARY));
                }
            }
        }
    }

    private static void capture(List<String> captured, EmbeddingException failure) {
        StringWriter trace = new StringWriter();
        failure.printStackTrace(new PrintWriter(trace));
        captured.add(trace.toString());
    }

    @Test
    void shouldNotShowAKeyThatCannotStandInAHeader() throws IOException {
        Path file = Files.write(directory.resolve("key"), "canary with a\u0001 in it".getBytes(UTF_8));
        try (FakeProvider provider = new FakeProvider();
                HttpEmbedder embedder =
                        embedder(openAi("secret", provider.uri(), ApiKey.inFile(file)), RemoteTests.limits())) {
            List<String> captured = new ArrayList<>();
            EmbeddingException failure = failure(embedder.embed(List.of("a")));
            capture(captured, failure);
            assertThat(failure.retryable()).isTrue();
            assertThat(failure).hasMessageContaining("the API key from the file " + file);
            assertThat(captured).allSatisfy(text -> assertThat(text).doesNotContain("canary"));
            assertThat(provider.calls()).isEmpty();
        }
    }

    @Test
    void shouldUseAKeyThatWasReplacedInItsFile() throws IOException {
        Path file = Files.writeString(directory.resolve("key"), "old");
        try (FakeProvider provider = new FakeProvider();
                HttpEmbedder embedder =
                        embedder(openAi("secret", provider.uri(), ApiKey.inFile(file)), RemoteTests.limits())) {
            provider.answer(call -> List.of("Bearer new").equals(call.headers().get("Authorization"))
                    ? FakeProvider.openAi(call)
                    : Answer.of(401, ""));
            assertThat(failure(embedder.embed(List.of("a"))))
                    .hasMessageContaining("replace the key in model.secret.api.key.file");
            Files.writeString(file, "new\nand a remark");
            assertThat(embedder.embed(List.of("a")).join()).hasSize(1);
        }
    }
}
