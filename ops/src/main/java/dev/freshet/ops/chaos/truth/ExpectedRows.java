package dev.freshet.ops.chaos.truth;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.freshet.ops.chaos.truth.ExpectedRow.Chunk;
import dev.freshet.schemas.row.ColumnValues;
import dev.freshet.text.Chunker;
import dev.freshet.text.ChunkingOptions;
import dev.freshet.text.RowText;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What indexes must hold of rows, by the product's own chunker and the model itself. Texts of the workload are short enough for every model that takes as many tokens as
 * a chunk has characters. Thread-safe.
 */
final class ExpectedRows {
    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Function<String, float[]> model;

    /** @param model see {@link Target#model} */
    ExpectedRows(Function<String, float[]> model) {
        this.model = requireNonNull(model, "model is null");
    }

    /** The rows of an index by their keys. */
    Map<String, ExpectedRow> of(RowsFold fold, IndexShape shape) {
        Map<String, ExpectedRow> expected = new TreeMap<>();
        fold.rows(shape.datasetId()).forEach((key, row) -> expected.put(key, expected(row, shape)));
        return expected;
    }

    private ExpectedRow expected(RowTruth row, IndexShape shape) {
        boolean failed = row.oversize() && !shape.direct();
        return new ExpectedRow(
                row.key(),
                row.last().partition(),
                row.from().offset(),
                row.last().offset(),
                failed ? List.of() : chunks(row, shape),
                metadata(row.columns(), shape),
                failed,
                failed
                        ? row.earlier().stream()
                                .map(columns -> texts(columns, shape))
                                .toList()
                        : List.of());
    }

    private List<Chunk> chunks(RowTruth row, IndexShape shape) {
        if (shape.direct()) {
            float[] own = row.vector();
            return own == null ? List.of() : List.of(new Chunk(0, "", own));
        }
        List<Chunk> chunks = new ArrayList<>();
        for (String text : texts(row.columns(), shape)) {
            chunks.add(new Chunk(chunks.size(), text, model.apply(text)));
        }
        return chunks;
    }

    /** The chunks' texts of a row. */
    static List<String> texts(Map<String, ? extends @Nullable Object> columns, IndexShape shape) {
        List<@Nullable String> texts = new ArrayList<>();
        for (String column : shape.textColumns()) {
            texts.add(ColumnValues.toText(columns.get(column)).orElse(null));
        }
        return new Chunker(new ChunkingOptions(shape.chunkSize(), shape.overlap()), text -> true)
                .chunk(RowText.join(texts)).stream()
                        .map(dev.freshet.text.Chunk::text)
                        .toList();
    }

    private static JsonNode metadata(Map<String, @Nullable Object> columns, IndexShape shape) {
        Map<String, @Nullable Object> metadata = new TreeMap<>(columns);
        List<String> named = shape.metadataColumns();
        if (named == null) {
            shape.textColumns().forEach(metadata::remove);
        } else {
            metadata.keySet().retainAll(named);
        }
        try {
            return MAPPER.readTree(ColumnValues.toJsonObject(metadata));
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("columns gave what is no JSON", e);
        }
    }
}
