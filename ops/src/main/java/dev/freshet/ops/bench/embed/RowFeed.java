package dev.freshet.ops.bench.embed;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.freshet.ops.client.FreshetClient;
import dev.freshet.ops.client.IngestResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/** Sends rows over HTTP, as new ones each time, so that there are always some that wait. For one thread. */
final class RowFeed {
    private static final JsonMapper MAPPER = JsonMapper.builder().build();
    private static final int BATCH_ROWS = 50;

    private final FreshetClient client;
    private final String dataset;
    private final ChunkedTexts texts;
    private long sentRows;
    private long sentChunks;

    RowFeed(FreshetClient client, String dataset, ChunkedTexts texts) {
        this.client = client;
        this.dataset = dataset;
        this.texts = texts;
    }

    long sentRows() {
        return sentRows;
    }

    /** How many vectors the rows that were sent come to. */
    long sentChunks() {
        return sentChunks;
    }

    /** Sends batches until this many rows were sent at least; does not wait until they are searchable. */
    void sendUpTo(long rows) throws IOException {
        while (sentRows < rows) {
            ByteArrayOutputStream batch = new ByteArrayOutputStream();
            for (int i = 0; i < BATCH_ROWS; i++) {
                int text = (int) (sentRows % texts.texts().size());
                batch.writeBytes(line(sentRows, texts.texts().get(text)));
                sentRows++;
                sentChunks += texts.chunks().get(text).size();
            }
            IngestResult result = client.ingest(dataset, "application/x-ndjson", batch.toByteArray(), null);
            if (result.accepted() != BATCH_ROWS) {
                throw new IOException("of " + BATCH_ROWS + " rows " + result.accepted() + " were accepted: "
                        + result.rejectedRows().stream()
                                .findFirst()
                                .map(IngestResult.RejectedRow::message)
                                .orElse("no reason given"));
            }
        }
    }

    private static byte[] line(long id, String text) {
        try {
            byte[] json = MAPPER.writeValueAsBytes(Map.of("id", "r" + id, "text", text));
            byte[] line = Arrays.copyOf(json, json.length + 1);
            line[json.length] = '\n';
            return line;
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON", e);
        }
    }
}
