package dev.freshet.schemas.row;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.serde.TrustedRecords;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class RowChangeJsonTest {
    static {
        TrustedRecords.trust(RowChange.class);
    }

    private static final RowChange BARE = RowChange.newBuilder()
            .setDataset("docs")
            .setKey("42")
            .setOp(Op.DELETE)
            .setVector(null)
            .setSource(null)
            .setSchema$(null)
            .build();

    private static final RowChange FULL = RowChange.newBuilder()
            .setDataset("docs")
            .setDatasetId(7L)
            .setKey("a%3Ab:1")
            .setOp(Op.UPSERT)
            .setColumns(Map.of("title", "Überlauf", "count", 3L, "share", 0.25, "open", true))
            .setVector(List.of(0.5f, -1f))
            .setKeepColumns(true)
            .setSource(Source.newBuilder()
                    .setSystem("postgresql")
                    .setDatabase("shop")
                    .setTable("public.docs")
                    .setPosition("0/16B3748")
                    .setOrder(23_803_720L)
                    .setTimestamp(Instant.ofEpochMilli(1_700_000_000_123L))
                    .build())
            .setSchema$(null)
            .build();

    @Test
    void shouldReadEverythingThatItWrote() {
        assertThat(RowChangeJson.read("docs:42", RowChangeJson.write(BARE))).isEqualTo(BARE);
        assertThat(RowChangeJson.read("docs:a%3Ab:1", RowChangeJson.write(FULL)))
                .isEqualTo(FULL);
    }

    @Test
    void shouldRefuseFieldsOfTheWrongType() {
        for (String json : List.of(
                "{\"dataset_id\": \"7\"}",
                "{\"dataset_id\": 1.5}",
                "{\"keep_columns\": \"yes\"}",
                "{\"source\": {\"order\": \"7\"}}",
                "{\"source\": {\"timestamp\": true}}",
                "{\"vector\": [\"NaN\"]}",
                "{\"columns\": []}",
                "{\"op\": \"merge\"}",
                "{\"merge\": {\"job\": 1, \"kind\": \"COPY\", \"sender\": 0}}",
                "{\"colums\": {}}",
                "{} {}",
                "[]",
                "{")) {
            assertThatThrownBy(() -> RowChangeJson.read("docs:1", json.getBytes(UTF_8)))
                    .as(json)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }
}
