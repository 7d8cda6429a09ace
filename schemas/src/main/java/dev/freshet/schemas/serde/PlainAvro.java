package dev.freshet.schemas.serde;

import static java.util.Objects.requireNonNull;

import java.io.ByteArrayOutputStream;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;

/**
 * Records for state stores: one format byte, then Avro binary of the type's own schema. No registry is asked.
 *
 * <p>The format byte stands for the exact schema: whoever changes the schema takes a new byte and keeps a reader of the old one.
 * Thread-safe.
 */
public final class PlainAvro<T extends SpecificRecord> {
    private static final int INITIAL_BYTES = 512;

    private final Class<T> type;
    private final byte format;
    private final DatumReader<T> reader;
    private final DatumWriter<T> writer;

    public PlainAvro(Class<T> type, byte format) {
        this.type = requireNonNull(type, "type is null");
        this.format = format;
        this.reader = AvroBinary.reader(type, AvroBinary.schemaOf(type));
        this.writer = writer(type);
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
        if (bytes[0] != format) {
            throw new UndecodableRecordException(
                    type.getSimpleName() + ": the format byte is " + bytes[0] + ", expected " + format);
        }
        return AvroBinary.read(reader, bytes, 1, type.getSimpleName());
    }
}
