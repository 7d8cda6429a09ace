package dev.freshet.ops.chaos.truth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import dev.freshet.ops.chaos.truth.TopicRecord.Place;
import dev.freshet.schemas.avro.Failure;
import dev.freshet.schemas.avro.ImageKind;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.key.RowVersion;
import dev.freshet.schemas.key.VectorKeys;
import dev.freshet.schemas.serde.TrustedRecords;
import dev.freshet.schemas.serde.VectorBytes;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Topics and answers made by hand. A row's text is a few short words, one chunk; its vector says how long the text is. */
final class Made {
    static final int PARTITIONS = 4;
    static final long NOTES_ID = 1;
    static final IndexShape NOTES =
            new IndexShape(7, "notes_v1", NOTES_ID, "notes", false, 2, 200, 0, List.of("text"), null);
    static final IndexShape OWN = new IndexShape(8, "own", 2, "own", true, 2, 0, 0, List.of(), null);
    static final Map<String, Long> IDS = Map.of("notes", NOTES_ID, "own", 2L);

    private static final ObjectMapper MAPPER = new ObjectMapper();

    static {
        TrustedRecords.trust(RowImage.class);
    }

    private Made() {}

    static float[] vector(String text) {
        return new float[] {1, text.length()};
    }

    static int home(String dataset, String key) {
        return RowKeys.partition(dataset, key, PARTITIONS);
    }

    /** A change in the row's own partition; null deletes. */
    static TopicRecord change(String dataset, String key, long offset, @Nullable String json) {
        return change(dataset, key, home(dataset, key), offset, json, "");
    }

    static TopicRecord change(
            String dataset, String key, int partition, long offset, @Nullable String json, String poison) {
        return new TopicRecord(
                new Place(partition, offset),
                RowKeys.record(dataset, key).getBytes(UTF_8),
                json == null ? null : json.getBytes(UTF_8),
                poison.isEmpty() ? Map.of() : Map.of(RowsFold.POISON, poison));
    }

    static TopicRecord note(String key, long offset, String text) {
        return change("notes", key, offset, columns(key, text));
    }

    static String columns(String key, String text) {
        return "{\"columns\": {\"id\": \"" + key + "\", \"text\": \"" + text + "\"}}";
    }

    static RowsFold fold(TopicRecord... records) {
        return RowsFold.of(List.of(records), PARTITIONS, IDS, new RecordCodec()::change);
    }

    static Map<String, ExpectedRow> expected(RowsFold fold, IndexShape shape) {
        return new ExpectedRows(Made::vector).of(fold, shape);
    }

    /** A row as it should be found. */
    static FoundRow found(String key, long version, String... texts) {
        List<Chunk> chunks = new ArrayList<>();
        for (String text : texts) {
            chunks.add(new Chunk(chunks.size(), text, vector(text)));
        }
        return new FoundRow(key, home("notes", key), version, chunks, json("{\"id\": \"" + key + "\"}"), "");
    }

    static RowImage image(long indexId, String key, long version, @Nullable String failure, String... texts) {
        List<dev.freshet.schemas.avro.Chunk> chunks = new ArrayList<>();
        for (String text : texts) {
            chunks.add(new dev.freshet.schemas.avro.Chunk(
                    chunks.size(), ByteBuffer.allocate(16), text, VectorBytes.encode(vector(text))));
        }
        return RowImage.newBuilder()
                .setKind(ImageKind.ROW)
                .setIndexId(indexId)
                .setRowKey(key)
                .setVersion(RowVersion.of(0, version))
                .setChunks(chunks)
                .setMetadata("{\"id\": \"" + key + "\"}")
                .setSourceTimestamp(null)
                .setFailure(failure == null ? null : new Failure(failure, "because"))
                .setSource(null)
                .build();
    }

    /** A record of the vectors topic, whose value is looked up in {@code images} by its place. */
    static TopicRecord imageRecord(long indexId, String key, int partition, long offset) {
        return new TopicRecord(
                new Place(partition, offset), VectorKeys.row(indexId, key).getBytes(UTF_8), new byte[] {1}, Map.of());
    }

    static JsonNode json(String text) {
        try {
            return MAPPER.readTree(text);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException(text, e);
        }
    }
}
