package dev.freshet.ops.chaos.truth;

import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.row.RowChangeJson;
import dev.freshet.schemas.serde.PlainAvro;
import dev.freshet.schemas.serde.UndecodableRecordException;
import java.util.HashMap;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/**
 * Decodes what the topics hold without asking a registry, which may be in trouble: whoever writes is of this build, so that the writer's schema is this build's.
 * Throws {@link IllegalArgumentException} or {@link UndecodableRecordException} for what is none of that. Thread-safe.
 */
final class RecordCodec {
    private static final byte AVRO = 0;
    /** Of Confluent's wire format: a zero and the schema's id. */
    private static final int HEADER_BYTES = 5;

    private final PlainAvro<RowChange> changes = new PlainAvro<>(RowChange.class, AVRO);
    private final PlainAvro<RowImage> images = new PlainAvro<>(RowImage.class, AVRO);

    /** A change of the rows topic; a record without a value deletes. */
    RowChange change(TopicRecord record) {
        byte[] value = record.value();
        if (value == null) {
            String key = record.keyText();
            int colon = key.indexOf(':');
            return RowChange.newBuilder()
                    .setDataset(key.substring(0, Math.max(0, colon)))
                    .setKey(key.substring(colon + 1))
                    .setOp(Op.DELETE)
                    .setColumns(new HashMap<>())
                    .setVector(null)
                    .setSource(null)
                    .setSchema$(null)
                    .build();
        }
        return value.length > 0 && value[0] == '{'
                ? RowChangeJson.read(record.keyText(), value)
                : decode(changes, value);
    }

    /** An image or a watermark of the vectors topic; null where the record deletes. */
    @Nullable
    RowImage image(TopicRecord record) {
        byte[] value = record.value();
        return value == null ? null : decode(images, value);
    }

    private static <T extends SpecificRecord> T decode(PlainAvro<T> avro, byte[] value) {
        if (value.length < HEADER_BYTES || value[0] != AVRO) {
            throw new UndecodableRecordException("a value of " + value.length + " bytes that is no Avro in a frame");
        }
        byte[] plain = new byte[value.length - HEADER_BYTES + 1];
        plain[0] = AVRO;
        System.arraycopy(value, HEADER_BYTES, plain, 1, plain.length - 1);
        return avro.decode(plain);
    }
}
