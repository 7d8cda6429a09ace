package dev.freshet.schemas.serde;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.io.BinaryDecoder;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumReader;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.io.FastReaderBuilder;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificRecord;
import org.jspecify.annotations.Nullable;

/** Avro's binary form, checked to the last byte. Stateless; readers and writers made here are safe to share between threads. */
final class AvroBinary {
    private AvroBinary() {}

    /** A reader that turns what {@code writer} wrote into this type, by Avro's rules of resolution. */
    static <T extends SpecificRecord> DatumReader<T> reader(Class<T> type, Schema writer) {
        TrustedRecords.trust(type);
        try {
            // The fast reader is immutable once built, whatever thread uses it; GenericDatumReader builds it late, in a
            // race.
            return SpecificData.getForClass(type).getFastReaderBuilder().createDatumReader(writer, schemaOf(type));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A reader of whatever {@code writer} wrote, as {@code data} represents it. No class that the schema names is loaded. */
    static DatumReader<@Nullable Object> reader(GenericData data, Schema writer) {
        try {
            return new FastReaderBuilder(data)
                    .withClassPropEnabled(false)
                    .withKeyClassEnabled(false)
                    .createDatumReader(writer);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T extends SpecificRecord> Schema schemaOf(Class<T> type) {
        return SpecificData.getForClass(type).getSchema(type);
    }

    static <T> void write(ByteArrayOutputStream out, DatumWriter<T> writer, @Nullable T record) {
        try {
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            writer.write(record, encoder);
            encoder.flush();
        } catch (IOException e) {
            throw new UncheckedIOException("Writing to memory failed", e);
        }
    }

    /** @throws UndecodableRecordException when the bytes are cut, not of the writer's schema, or go on behind the record */
    static <T extends @Nullable Object> T read(DatumReader<T> reader, byte[] bytes, int offset, String what) {
        T record;
        BinaryDecoder decoder;
        try {
            decoder = DecoderFactory.get().binaryDecoder(bytes, offset, bytes.length - offset, null);
            record = reader.read(null, decoder);
            if (decoder.isEnd()) {
                return record;
            }
        } catch (IOException | RuntimeException e) {
            throw new UndecodableRecordException(
                    what + ": the " + (bytes.length - offset)
                            + " bytes of Avro are cut, damaged or of an incompatible schema: " + reason(e),
                    e);
        }
        throw new UndecodableRecordException(what + ": " + remaining(decoder) + " bytes follow the end of the record");
    }

    private static int remaining(BinaryDecoder decoder) {
        try {
            return decoder.inputStream().available();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String reason(Exception e) {
        String message = e.getMessage();
        return message == null ? e.getClass().getSimpleName() : message;
    }
}
