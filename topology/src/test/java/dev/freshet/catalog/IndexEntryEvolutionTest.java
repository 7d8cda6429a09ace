package dev.freshet.catalog;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.catalog.CatalogService.IndexSpec;
import dev.freshet.schemas.avro.IndexEntry;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.time.Instant;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumReader;
import org.junit.jupiter.api.Test;

/** What earlier versions wrote of indexes. */
class IndexEntryEvolutionTest {
    @Test
    void anIndexFromBeforeQuantizationHasNone() throws IOException {
        IndexEntry entry = new IndexEntries(InMemoryCatalog.defaults())
                .entry(new IndexSpec(
                        "own", null, 3, null, null, "compact", "int8", null, null, null, null, null, null));
        IndexEntry read = read(written(entry, "quantization"), "quantization");
        assertThat(read.getQuantization()).isEqualTo("none");
        assertThat(CatalogEntries.index(read).quantization()).isEqualTo("none");
        entry.setQuantization("none");
        assertThat(read).isEqualTo(entry);
    }

    @Test
    void anIndexFromBeforeVectorsOnDiskHasThemInMemory() throws IOException {
        IndexEntry entry = new IndexEntries(InMemoryCatalog.defaults())
                .entry(new IndexSpec(
                        "own", null, 3, null, null, "compact", "int8", true, null, null, null, null, null));
        IndexEntry read = read(written(entry, "vectors_on_disk"), "vectors_on_disk");
        assertThat(CatalogEntries.index(read).vectorsOnDisk()).isFalse();
        assertThat(CatalogEntries.index(entry).vectorsOnDisk()).isTrue();
        assertThat(CatalogEntries.entry(CatalogEntries.index(entry))).isEqualTo(entry);
    }

    private static Schema without(String missing) {
        Schema today = IndexEntry.getClassSchema();
        Schema older = Schema.createRecord(today.getName(), today.getDoc(), today.getNamespace(), false);
        older.setFields(today.getFields().stream()
                .filter(field -> !field.name().equals(missing))
                .map(field -> new Schema.Field(field, field.schema()))
                .toList());
        return older;
    }

    private static byte[] written(IndexEntry entry, String missing) throws IOException {
        Schema older = without(missing);
        GenericRecord record = new GenericData.Record(older);
        for (Schema.Field field : older.getFields()) {
            Object value = entry.get(entry.getSchema().getField(field.name()).pos());
            record.put(field.name(), generic(field.schema(), value));
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        new GenericDatumWriter<GenericRecord>(older).write(record, encoder);
        encoder.flush();
        return bytes.toByteArray();
    }

    private static Object generic(Schema schema, Object value) {
        if (value instanceof Instant instant) {
            return instant.toEpochMilli();
        }
        return value instanceof Enum<?> symbol ? new GenericData.EnumSymbol(schema, symbol.name()) : value;
    }

    private static IndexEntry read(byte[] bytes, String missing) throws IOException {
        return new SpecificDatumReader<IndexEntry>(without(missing), IndexEntry.getClassSchema())
                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
    }
}
