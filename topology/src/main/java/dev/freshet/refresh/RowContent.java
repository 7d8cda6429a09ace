package dev.freshet.refresh;

import dev.freshet.catalog.Dataset;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.row.ColumnValues;
import dev.freshet.text.RowText;
import dev.freshet.text.TextHash;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What a row's columns mean to its dataset: the text to embed, and the metadata to return. */
final class RowContent {
    private RowContent() {}

    /** The text columns that are embedded, joined; empty if all are blank. */
    static String text(Dataset dataset, Map<String, ? extends @Nullable Object> columns) {
        List<@Nullable String> values = new ArrayList<>();
        for (String column : dataset.embeddedColumns()) {
            values.add(ColumnValues.toText(columns.get(column)).orElse(null));
        }
        return RowText.join(values);
    }

    /** The hash of {@link #text}; empty if the text is. */
    static ByteBuffer textHash(String text) {
        return text.isEmpty() ? ByteBuffer.allocate(0) : ByteBuffer.wrap(TextHash.of(text));
    }

    /** The metadata columns as a JSON object. */
    static String metadata(Dataset dataset, RowState row) {
        Map<String, @Nullable Object> metadata = new TreeMap<>(row.getColumns());
        if (dataset.metadataColumns() == null) {
            dataset.textColumns().forEach(metadata::remove);
        } else {
            metadata.keySet().retainAll(dataset.metadataColumns());
        }
        return ColumnValues.toJsonObject(metadata);
    }

    /** As {@link #metadata}, or an empty object if that would not fit into an image. */
    static String boundedMetadata(Dataset dataset, RowState row) {
        String metadata = metadata(dataset, row);
        return RowSize.fits(metadata) ? metadata : "{}";
    }
}
