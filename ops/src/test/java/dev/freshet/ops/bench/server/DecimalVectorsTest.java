package dev.freshet.ops.bench.server;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.ops.bench.index.SyntheticVectors;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class DecimalVectorsTest {
    @Test
    void arriveAsTheNumbersThatWereSent() throws IOException {
        float[][] vectors = new SyntheticVectors(60, 1, 100, 3).load().base();
        vectors[0][0] = 0;
        vectors[0][1] = -0.00004f;
        vectors[0][2] = -0.00006f;
        vectors[0][3] = 12_345.679f;
        vectors[0][4] = -99_999;
        vectors[0][5] = 0.99996f;
        DecimalVectors.round(vectors);

        JsonNode items = new ObjectMapper()
                .readTree(DecimalVectors.items(vectors, 0, 40))
                .path("items");
        assertThat(items).hasSize(40);
        for (int position = 0; position < 40; position++) {
            JsonNode item = items.path(position);
            assertThat(item.path("id").asText()).isEqualTo(DecimalVectors.id(position));
            assertThat(item.path("vector")).hasSize(100);
            for (int i = 0; i < 100; i++) {
                assertThat((float) item.path("vector").path(i).asDouble()).isEqualTo(vectors[position][i] + 0f);
            }
        }
        assertThat(new ObjectMapper()
                        .readTree(DecimalVectors.items(vectors, 59, 60))
                        .path("items"))
                .hasSize(1);
    }
}
