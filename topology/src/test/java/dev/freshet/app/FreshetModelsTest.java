package dev.freshet.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.embed.Embedders;
import dev.freshet.embed.OnnxModelFiles;
import dev.freshet.embed.OnnxOptions;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of a model that a request names and that is not there, or not any more. */
class FreshetModelsTest {
    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path directory;

    @SuppressWarnings("NullAway.Init") // set before each test
    private Embedders embedders;

    @BeforeEach
    void open() {
        embedders = Embedders.builder()
                .addOnnx("mine", this::files, OnnxOptions.defaults())
                .build();
    }

    @AfterEach
    void close() {
        embedders.close();
    }

    private OnnxModelFiles files() {
        try {
            return OnnxModelFiles.read(
                    "mine", "1", 4, 32, directory.resolve("model.onnx"), directory.resolve("tokenizer.json"));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the files of the model mine", e);
        }
    }

    private static void assertFails(ThrowingCallable call, ErrorCode code, String message) {
        assertThatThrownBy(call)
                .isInstanceOfSatisfying(
                        FreshetException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    @Test
    void shouldNotKnowAModelThatIsNotConfigured() {
        assertFails(() -> Freshet.identified(embedders, "yours"), ErrorCode.UNKNOWN_MODEL, "mine");
        assertFails(() -> Freshet.embedder(embedders, "yours"), ErrorCode.UNKNOWN_MODEL, "mine");
    }

    @Test
    void shouldBeUnavailableWhileTheFilesAreGone() throws IOException {
        assertFails(
                () -> Freshet.identified(embedders, "mine"),
                ErrorCode.EMBEDDER_UNAVAILABLE,
                "cannot read the files of the model mine");
        assertFails(
                () -> Freshet.embedder(embedders, "mine"),
                ErrorCode.EMBEDDER_UNAVAILABLE,
                "cannot read the files of the model mine");

        Files.writeString(directory.resolve("model.onnx"), "weights");
        Files.writeString(directory.resolve("tokenizer.json"), "{}");
        assertThat(Freshet.identified(embedders, "mine").dimensions()).isEqualTo(4);
    }

    @Test
    void shouldNotTakeAModelThatIsBrokenForOneThatIsNotThere() throws IOException {
        Files.writeString(directory.resolve("model.onnx"), "no weights");
        Files.writeString(directory.resolve("tokenizer.json"), "no tokenizer");
        assertThatThrownBy(() -> Freshet.embedder(embedders, "mine"))
                .isInstanceOfSatisfying(
                        FreshetException.class,
                        failure -> assertThat(failure.code()).isEqualTo(ErrorCode.EMBEDDER_UNAVAILABLE));
    }

    @Test
    void shouldBeUnavailableOnceClosed() {
        embedders.close();
        assertFails(() -> Freshet.embedder(embedders, "mine"), ErrorCode.EMBEDDER_UNAVAILABLE, "closed");
    }
}
