package dev.freshet.connect.transform;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.row.RowChangeJson;
import java.util.Map;
import org.apache.kafka.connect.source.SourceRecord;

/** Transformations under test, and what comes out of them as the rows topic's reader sees it. */
final class Transforms {
    private Transforms() {}

    static RowChangeTransform<SourceRecord> create(Map<String, ?> settings) {
        RowChangeTransform<SourceRecord> transform = new RowChangeTransform<>();
        transform.configure(settings);
        return transform;
    }

    static RowChangeTransform<SourceRecord> create(String datasets) {
        return create(Map.of(TransformSettings.DATASETS, datasets));
    }

    /** Transforms a record that is known to give one, and reads it. */
    static RowChange change(RowChangeTransform<SourceRecord> transform, SourceRecord record) {
        SourceRecord row = row(transform, record);
        return RowChangeJson.read((String) row.key(), (byte[]) row.value());
    }

    /** Transforms a record that is known to give one. */
    static SourceRecord row(RowChangeTransform<SourceRecord> transform, SourceRecord record) {
        SourceRecord row = transform.apply(record);
        if (row == null) {
            throw new AssertionError("the record was dropped: " + record);
        }
        return row;
    }

    /** The JSON of a record as it leaves. */
    static String json(SourceRecord row) {
        return new String((byte[]) row.value(), UTF_8);
    }
}
