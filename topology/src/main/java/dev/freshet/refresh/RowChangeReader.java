package dev.freshet.refresh;

import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.avro.StreamPlace;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.redact.Redaction;
import dev.freshet.schemas.registry.SchemaRefusedException;
import dev.freshet.schemas.row.ColumnValues;
import dev.freshet.schemas.row.RowChangeJson;
import dev.freshet.schemas.row.SourceLimits;
import dev.freshet.schemas.serde.UndecodableRecordException;
import java.util.HashMap;
import org.apache.kafka.common.serialization.Deserializer;
import org.jspecify.annotations.Nullable;

/**
 * Decodes the values of the rows topic: JSON (first byte <code>{</code>), nothing, which deletes, or what the deserializer reads: Avro in Confluent's wire format (first byte 0)
 * unless the operator named another.
 * What cannot be decoded is refused with {@code UNDECODABLE_RECORD} or {@code INVALID_ROW}; an unreachable registry is not the record's fault and stays
 * {@code REGISTRY_UNAVAILABLE}. Where a change came from is told without passwords.
 */
final class RowChangeReader {
    private final Deserializer<RowChange> deserializer;

    RowChangeReader(Deserializer<RowChange> deserializer) {
        this.deserializer = deserializer;
    }

    /**
     * Decodes a change, which is still to be {@linkplain #check checked}, since it may be of another dataset than its record's key says, and {@linkplain #requireBounded measured} before anything of
     * its source or table is kept.
     */
    RowChange read(String topic, String key, byte @Nullable [] value) {
        RowChange change = decode(topic, key, value);
        if (SourceLimits.excess(change).isEmpty()) {
            redact(change.getSource());
            redact(change.getPlace());
        }
        return change;
    }

    /** Throws {@code INVALID_ROW}, which quotes nothing, for a change that says too much of where it comes from. */
    static void requireBounded(RowChange change) {
        SourceLimits.excess(change).ifPresent(excess -> {
            throw new FreshetException(ErrorCode.INVALID_ROW, excess);
        });
    }

    /** Throws {@code INVALID_ROW} or {@code UNDECODABLE_RECORD} for a change that its record's key contradicts, or that no row can hold. */
    void check(RowChange change, String key) {
        requireJson(change);
        if (change.getOp() == Op.SWEEP && change.getPlace() == null) {
            throw new FreshetException(
                    ErrorCode.INVALID_ROW, "a sweep needs a place, which says what it leaves behind");
        }
        if (!ofAllRows(change)
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
    }

    /** Whether a change is none of one row, and every partition has to take it. */
    static boolean ofAllRows(RowChange change) {
        return change.getOp() == Op.TRUNCATE || change.getOp() == Op.SWEEP;
    }

    private RowChange decode(String topic, String key, byte @Nullable [] value) {
        if (value == null) {
            return delete(key);
        }
        if (value.length == 0) {
            throw new FreshetException(ErrorCode.UNDECODABLE_RECORD, "the value is empty");
        }
        try {
            return value[0] == '{' ? RowChangeJson.read(key, value) : deserializer.deserialize(topic, value);
        } catch (UndecodableRecordException | SchemaRefusedException | IllegalArgumentException e) {
            throw new FreshetException(ErrorCode.UNDECODABLE_RECORD, String.valueOf(e.getMessage()), e);
        }
    }

    /** Where rows came from is stored, logged and shown: whatever a producer says, no password goes further than this. */
    private static void redact(@Nullable Source source) {
        if (source != null) {
            source.setSystem(Redaction.redact(source.getSystem()));
            source.setDatabase(redacted(source.getDatabase()));
            source.setTable(redacted(source.getTable()));
            source.setPosition(redacted(source.getPosition()));
        }
    }

    private static void redact(@Nullable StreamPlace place) {
        if (place != null) {
            place.setStream(Redaction.redact(place.getStream()));
        }
    }

    private static @Nullable String redacted(@Nullable String text) {
        return text == null ? null : Redaction.redact(text);
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
