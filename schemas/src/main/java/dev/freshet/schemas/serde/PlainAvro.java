package dev.freshet.schemas.serde;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.avro.Schema;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records for state stores: one format byte, then Avro binary of the type's own schema. No registry is asked.
 *
 * <p>The format byte stands for the exact schema: whoever changes the schema takes a new byte and keeps a reader of the old one. A field that is added has a
 * default, and {@link #PlainAvro(Class, byte, Map)} says which fields older formats do not have. Thread-safe.
 */
public final class PlainAvro<T extends SpecificRecord> {
    private static final int INITIAL_BYTES = 512;

    private final Class<T> type;
    private final byte format;
    private final Map<Byte, DatumReader<T>> readers = new HashMap<>();
    private final DatumWriter<T> writer;

    public PlainAvro(Class<T> type, byte format) {
        this(type, format, Map.of());
    }

    /**
     * Reads older formats too.
     *
     * @param olderFormats per older format byte, the fields of today's schema that it did not have
     */
    public PlainAvro(Class<T> type, byte format, Map<Byte, Set<String>> olderFormats) {
        this.type = requireNonNull(type, "type is null");
        this.format = format;
        this.writer = writer(type);
        Schema schema = AvroBinary.schemaOf(type);
        olderFormats.forEach((older, missing) -> readers.put(older, AvroBinary.reader(type, without(schema, missing))));
        readers.put(format, AvroBinary.reader(type, schema));
    }

    private static Schema without(Schema schema, Set<String> missing) {
        List<Schema.Field> fields = schema.getFields().stream()
                .filter(field -> !missing.contains(field.name()))
                .map(field -> new Schema.Field(field, field.schema()))
                .toList();
        return Schema.createRecord(schema.getName(), schema.getDoc(), schema.getNamespace(), false, fields);
    }

    @SuppressWarnings("unchecked")
    private static <T extends SpecificRecord> DatumWriter<T> writer(Class<T> type) {
        return (DatumWriter<T>) SpecificData.getForClass(type).createDatumWriter(AvroBinary.schemaOf(type));
    }

    public byte[] encode(T record) {
        ByteArrayOutputStream out = new ByteArrayOutputStream(INITIAL_BYTES);
        out.write(format);
        AvroBinary.write(out, writer, record);
        return out.toByteArray();
    }

    /** @throws UndecodableRecordException when the bytes are empty, of another format, cut or damaged */
    public T decode(byte[] bytes) {
        if (bytes.length == 0) {
            throw new UndecodableRecordException(type.getSimpleName() + ": the value is empty");
        }
        DatumReader<T> reader = readers.get(bytes[0]);
        if (reader == null) {
            throw new UndecodableRecordException(
                    type.getSimpleName() + ": the format byte is " + bytes[0] + ", expected " + format);
        }
        return AvroBinary.read(reader, bytes, 1, type.getSimpleName());
    }
}
