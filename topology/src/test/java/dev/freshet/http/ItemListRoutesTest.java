package dev.freshet.http;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.freshet.http.RunningServer.Answer;
import dev.freshet.search.Filter;
import dev.freshet.search.RowView;
import java.io.IOException;
import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ItemListRoutesTest {
    private static final String ITEMS = "/v1/vectors/index/own/items";

    private RunningServer server;

    @BeforeEach
    void start() throws IOException {
        server = new RunningServer();
        server.post("/v1/vectors/index", "{\"name\": \"own\", \"dimension\": 3}");
        server.post("/v1/vectors/index", "{\"name\": \"other\", \"dimension\": 3}");
        for (int row = 0; row < 25; row++) {
            server.search.row(new RowView(
                    String.format(Locale.ROOT, "é %02d", row),
                    row,
                    List.of(new RowView.ChunkView(0, "", null)),
                    "{\"n\":" + row + "}",
                    null));
        }
    }

    @AfterEach
    void stop() {
        server.close();
    }

    @Test
    void goesThroughAllPartitionsPageByPage() {
        List<String> rows = new ArrayList<>();
        String cursor = "";
        int pages = 0;
        do {
            JsonNode page = server.get(ITEMS + "?limit=10" + cursor).json();
            page.path("items").forEach(item -> rows.add(item.path("row").asText()));
            assertThat(page.path("items")).hasSizeLessThanOrEqualTo(10);
            cursor = page.has("next_cursor")
                    ? "&cursor=" + page.path("next_cursor").asText()
                    : null;
            pages++;
        } while (cursor != null);
        assertThat(rows).hasSize(25).isSorted().doesNotHaveDuplicates();
        assertThat(pages).isEqualTo(3);
        JsonNode all = server.get(ITEMS).json();
        assertThat(all.path("items")).hasSize(25);
        assertThat(all.path("items").path(3).path("metadata").toString()).isEqualTo("{\"n\":3}");
        assertThat(all.path("items").path(3).path("index").asText()).isEqualTo("own");
        assertThat(all.has("next_cursor")).isFalse();
    }

    @Test
    void passesItsParametersOn() {
        String filter = "{\"eq\":{\"a\":\"é\"}}";
        server.get(ITEMS + "?limit=7&include_vector=true&filter=" + URLEncoder.encode(filter, UTF_8));
        assertThat(server.search.pages()).hasSizeGreaterThan(1).allSatisfy(page -> {
            assertThat(page.filter()).isEqualTo(Filter.parse(filter));
            assertThat(page.includeVectors()).isTrue();
            assertThat(page.limit()).isEqualTo(7);
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"limit=0", "limit=1001", "limit=x", "cursor=x", "cursor=%20", "filter=x", "page=2", "filter={}"})
    void refusesWhatMakesNoSense(String query) {
        Answer answer = server.get(ITEMS + "?" + query.replace("{", "%7B").replace("}", "%7D"));
        assertThat(answer.status()).isEqualTo(400);
        assertThat(answer.code()).isEqualTo(query.startsWith("filter") ? "invalid_filter" : "bad_request");
        assertThat(server.search.pages()).isEmpty();
    }

    @Test
    void refusesTheCursorOfAnotherIndexOrPartition() {
        String cursor =
                server.get(ITEMS + "?limit=3").json().path("next_cursor").asText();
        Answer other = server.get("/v1/vectors/index/other/items?cursor=" + cursor);
        assertThat(other.status()).isEqualTo(400);
        assertThat(other.detail()).contains("'cursor' is of another index than 'other' is now");
        String plain = new String(Base64.getUrlDecoder().decode(cursor), UTF_8);
        String beyond = plain.replaceFirst("^(1 \\d+) \\d+", "$1 " + FakeRowWriter.PARTITIONS);
        assertThat(server.get(ITEMS + "?cursor=" + Base64.getUrlEncoder().encodeToString(beyond.getBytes(UTF_8)))
                        .status())
                .isEqualTo(400);
    }
}
