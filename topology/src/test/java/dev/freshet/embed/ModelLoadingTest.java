package dev.freshet.embed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class ModelLoadingTest {
    /** Loads MiniLM on a thread with a small stack; a process of its own, because an overflow in native code ends the process. */
    static final class SmallStackMain {
        private SmallStackMain() {}

        public static void main(String[] arguments) throws InterruptedException {
            Thread thread = new Thread(
                    null,
                    () -> {
                        try (OnnxEmbedder embedder = new OnnxEmbedder(MiniLm.files(), new OnnxOptions(1, 10))) {
                            embedder.embedQuery("A text.").join();
                        }
                    },
                    "small-stack",
                    256 << 10);
            thread.start();
            thread.join();
            System.exit(42);
        }
    }

    @Test
    void shouldLoadOnAThreadWithASmallStack() throws IOException, InterruptedException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallStackMain.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            assertThat(process.waitFor(2, TimeUnit.MINUTES)).isTrue();
            assertThat(process.exitValue()).isEqualTo(42);
        } finally {
            process.destroyForcibly();
        }
    }
}
