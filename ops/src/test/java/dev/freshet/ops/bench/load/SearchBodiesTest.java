package dev.freshet.ops.bench.load;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.ops.bench.load.SearchBodies.VectorForm;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SearchBodiesTest {
    @Test
    void areReadAsTheyWereWritten(@TempDir Path directory) throws IOException {
        Path file = directory.resolve("bodies");
        byte[] plain = SearchBodies.body(new float[] {0.5f, -1.25e-7f, 3}, VectorForm.ARRAY, 10, null);
        byte[] withEf = SearchBodies.body(new float[] {0.1f}, VectorForm.ARRAY, 3, 40);
        byte[] base64 = SearchBodies.body(new float[] {1, 2, 3}, VectorForm.BASE64, 3, null);
        SearchBodies.write(file, List.of(plain, withEf, base64));

        assertThat(SearchBodies.read(file)).containsExactly(plain, withEf, base64);
        assertThat(new String(plain, US_ASCII)).isEqualTo("{\"vector\":[0.5,-1.25E-7,3.0],\"k\":10}");
        assertThat(new String(withEf, US_ASCII)).isEqualTo("{\"vector\":[0.1],\"k\":3,\"ef\":40}");
        assertThat(new String(base64, US_ASCII)).isEqualTo("{\"vector\":\"AACAPwAAAEAAAEBA\",\"k\":3}");
    }
}
