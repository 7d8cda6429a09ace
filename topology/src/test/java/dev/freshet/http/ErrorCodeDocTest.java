package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.error.ErrorCode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Holds the table of error codes in docs/http-api.md to the enum; what a code means is written by hand. */
class ErrorCodeDocTest {
    private static final Path PAGE = Path.of("..", "docs", "http-api.md");

    @Test
    void shouldDocumentEveryCodeWithItsStatusInOrder() throws IOException {
        List<String> documented = Files.readAllLines(PAGE, UTF_8).stream()
                .filter(line -> line.matches("\\| `[a-z_]+` \\| [0-9]{3} \\| (yes|no) \\| .+ \\|"))
                .map(line -> line.substring(0, line.indexOf('|', line.indexOf('|', line.indexOf("` | ") + 3) + 1) + 1))
                .toList();

        assertThat(documented)
                .isEqualTo(Arrays.stream(ErrorCode.values())
                        .map(code -> "| `" + code.code() + "` | " + code.status() + " | "
                                + (code.retryable() ? "yes" : "no") + " |")
                        .toList());
    }
}
