package dev.freshet.ops.bench.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchBodiesTest {
    @Test
    void areReadAsTheyWereWritten(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("bodies");
        byte[] plain = SearchBodies.body(new float[] {0.5f, -1.25e-7f, 3}, 10, null);
        byte[] withEf = SearchBodies.body(new float[] {0.1f}, 3, 40);
        SearchBodies.write(file, List.of(plain, withEf));

        assertThat(SearchBodies.read(file)).containsExactly(plain, withEf);
        assertThat(new String(plain, US_ASCII)).isEqualTo("{\"vector\":[0.5,-1.25E-7,3.0],\"k\":10}");
        assertThat(new String(withEf, US_ASCII)).isEqualTo("{\"vector\":[0.1],\"k\":3,\"ef\":40}");
    }
}
