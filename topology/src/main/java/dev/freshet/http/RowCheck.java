package dev.freshet.http;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.Dataset;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.privacy.HashKey;
import dev.freshet.schemas.row.ColumnValues;
import dev.freshet.schemas.row.RowLimits;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Makes row changes of one dataset, or says why a row cannot be one. */
final class RowCheck {
    /** Most bytes of all columns together: what a row carries beside its text stands in every image of it. */
    private static final int MAX_COLUMNS_BYTES = 8 << 20;

    /** Below this size, escaping cannot make the metadata too large. */
    private static final int METADATA_LOOK_FROM = RowLimits.METADATA_BYTES_MAX / 8;

    private final Dataset dataset;
    private final int maxTextBytes;
    private final @Nullable HashKey hashKey;

    /** @param hashKey of columns that are to be hashed; null: there is none */
    RowCheck(Dataset dataset, int maxTextBytes, @Nullable HashKey hashKey) {
        this.dataset = requireNonNull(dataset, "dataset is null");
        this.maxTextBytes = maxTextBytes;
        this.hashKey = hashKey;
    }

    /** A checked row. */
    sealed interface Checked {
        /** A row and how many bytes its columns have. */
        record Good(RowChange change, long bytes) implements Checked {}

        record Bad(ErrorCode code, String message) implements Checked {}
    }

    Checked check(Map<String, @Nullable Object> columns) {
        List<String> parts = new ArrayList<>();
        for (String column : dataset.idColumns()) {
            Object value = columns.get(column);
            String problem = idProblem(value);
            if (problem != null) {
                return new Checked.Bad(ErrorCode.MISSING_KEY, "the id column '" + column + "' " + problem);
            }
            parts.add(String.valueOf(value));
        }
        String key = RowKeys.join(parts);
        if (key.length() > RowKeys.MAX_LENGTH) {
            return new Checked.Bad(
                    ErrorCode.INVALID_ROW,
                    "the row key has " + key.length() + " characters, at most " + RowKeys.MAX_LENGTH + " are allowed");
        }
        // The row is checked as it was sent, and goes on as its dataset's policies let it be.
        Checked.Bad bad = checkText(key, columns);
        return bad != null ? bad : checkColumns(key, columns);
    }

    /** A change as this edge makes it. */
    static RowChange change(Dataset dataset, String key, Op op, Map<String, @Nullable Object> columns) {
        RowChange change = new RowChange();
        change.setDataset(dataset.name());
        change.setDatasetId(dataset.id());
        change.setKey(key);
        change.setOp(op);
        change.setColumns(new HashMap<>(columns));
        change.setSource(new Source("http", null, null, null, null, null));
        return change;
    }

    private static @Nullable String idProblem(@Nullable Object value) {
        if (value == null) {
            return "is missing or null";
        }
        if (value instanceof String text) {
            return text.isEmpty() ? "is empty" : null;
        }
        return value instanceof Long ? null : "must be a string or a 64-bit integer";
    }

    private Checked.@Nullable Bad checkText(String key, Map<String, @Nullable Object> columns) {
        boolean anyText = false;
        long textBytes = 0;
        for (String column : dataset.textColumns()) {
            Optional<String> text = ColumnValues.toText(columns.get(column));
            anyText |= text.isPresent() && !text.get().isBlank();
            textBytes += text.map(Utf8::length).orElse(0L);
        }
        if (!anyText) {
            return new Checked.Bad(
                    ErrorCode.MISSING_TEXT, "all text columns are empty: " + String.join(", ", dataset.textColumns()));
        }
        if (textBytes > maxTextBytes) {
            return new Checked.Bad(
                    ErrorCode.ROW_TOO_LARGE,
                    "the row '" + key + "' has " + textBytes + " bytes of text, more than "
                            + HttpSettings.MAX_ROW_BYTES_SETTING + " = " + maxTextBytes);
        }
        return null;
    }

    private Checked checkColumns(String key, Map<String, @Nullable Object> columns) {
        long bytes = 0;
        for (Map.Entry<String, @Nullable Object> column : columns.entrySet()) {
            Object value = column.getValue();
            String text = value instanceof Json json ? json.getJson() : String.valueOf(value);
            if (!Utf8.isWellFormed(text) || !Utf8.isWellFormed(column.getKey())) {
                return new Checked.Bad(
                        ErrorCode.INVALID_ROW,
                        "the column '" + column.getKey() + "' holds half a surrogate pair, which is no character");
            }
            bytes += Utf8.length(text) + Utf8.length(column.getKey());
        }
        if (bytes > MAX_COLUMNS_BYTES) {
            return new Checked.Bad(
                    ErrorCode.ROW_TOO_LARGE,
                    "the columns of row '" + key + "' have " + bytes + " bytes, at most " + MAX_COLUMNS_BYTES
                            + " are allowed");
        }
        if (bytes > METADATA_LOOK_FROM) {
            Map<String, @Nullable Object> metadata = new HashMap<>(columns);
            metadata.keySet().removeAll(dataset.textColumns());
            int metadataBytes = RowLimits.metadataBytes(metadata);
            if (metadataBytes > RowLimits.METADATA_BYTES_MAX) {
                return new Checked.Bad(
                        ErrorCode.ROW_TOO_LARGE, "row '" + key + "': " + RowLimits.tooLarge(metadataBytes));
            }
        }
        Map<String, @Nullable Object> kept = dataset.privacy().policies().apply(columns, hashKey);
        return new Checked.Good(change(dataset, key, Op.UPSERT, kept), bytes);
    }
}
