package dev.freshet.refresh;

import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.registry.SchemaRefusedException;
import dev.freshet.schemas.row.ColumnValues;
import dev.freshet.schemas.row.RowChangeJson;
import dev.freshet.schemas.serde.UndecodableRecordException;
import java.util.HashMap;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the values of the rows topic: Avro in Confluent's wire format (first byte 0), JSON (first byte <code>{</code>), or nothing, which deletes.
 * What cannot be decoded is refused with {@code UNDECODABLE_RECORD} or {@code INVALID_ROW}; an unreachable registry is not the record's fault and stays
 * {@code REGISTRY_UNAVAILABLE}.
 */
final class RowChangeReader {
    private final Deserializer<RowChange> avro;

    RowChangeReader(Deserializer<RowChange> avro) {
        this.avro = avro;
    }

    RowChange read(String topic, String key, byte @Nullable [] value) {
        RowChange change = decode(topic, key, value);
        requireJson(change);
        if (change.getOp() != Op.TRUNCATE
                && !RowKeys.record(change.getDataset(), change.getKey()).equals(key)) {
            throw new FreshetException(
                    ErrorCode.INVALID_ROW,
                    "the record's key is '" + key + "', but its value is of dataset '" + change.getDataset()
                            + "' and row '" + change.getKey() + "'");
        }
        if (change.getKey().length() > RowKeys.MAX_LENGTH) {
            throw new FreshetException(
                    ErrorCode.INVALID_ROW,
                    "the row key has " + change.getKey().length() + " characters, at most " + RowKeys.MAX_LENGTH
                            + " are allowed");
        }
        return change;
    }

    private RowChange decode(String topic, String key, byte @Nullable [] value) {
        if (value == null) {
            return delete(key);
        }
        if (value.length == 0) {
            throw new FreshetException(ErrorCode.UNDECODABLE_RECORD, "the value is empty");
        }
        try {
            return switch (value[0]) {
                case 0 -> avro.deserialize(topic, value);
                case '{' -> RowChangeJson.read(key, value);
                default ->
                    throw new FreshetException(
                            ErrorCode.UNDECODABLE_RECORD,
                            "the value starts with byte " + (value[0] & 0xff)
                                    + ", neither Avro in Confluent's wire format (0) nor JSON ('{')");
            };
        } catch (UndecodableRecordException | SchemaRefusedException | IllegalArgumentException e) {
            throw new FreshetException(ErrorCode.UNDECODABLE_RECORD, String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireJson(RowChange change) {
        change.getColumns().forEach((name, value) -> {
            if (value instanceof Json && !ColumnValues.isValid(value)) {
                throw new FreshetException(
                        ErrorCode.UNDECODABLE_RECORD,
                        "column '" + name
                                + "' is said to be JSON and is not, or has a number or a depth that cannot be written and read again");
            }
        });
    }

    private static RowChange delete(String key) {
        int colon = key.indexOf(':');
        if (colon < 1) {
            throw new FreshetException(
                    ErrorCode.INVALID_ROW, "the record's key is '" + key + "', it must be <dataset>:<row key>");
        }
        return RowChange.newBuilder()
                .setDataset(key.substring(0, colon))
                .setKey(key.substring(colon + 1))
                .setOp(Op.DELETE)
                .setColumns(new HashMap<>())
                .setVector(null)
                .setSource(null)
                .setSchema$(null)
                .build();
    }
}
