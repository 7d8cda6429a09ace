package dev.freshet.connect.avro;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.registry.SchemaStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.Random;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.shaded.org.apache.avro.Schema;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryDecoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryEncoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whatever schema and value: what is read is what was written, also by way of Confluent's own client and another version of Avro. */
class ConverterRoundTripTest {
    private static final int ROUNDS = 400;

    @Test
    void readsBackEverySchemaAndValueThatItWrote() throws Exception {
        Random random = Seeds.random(ConverterRoundTripTest.class);
        int structures = 0;
        int written = 0;
        try (RegistryServer registry = new RegistryServer();
                ConfluentAvroConverter converter = converter(registry);
                ConfluentAvroConverter reader = converter(registry)) {
            CachedSchemaRegistryClient confluent = new CachedSchemaRegistryClient(registry.url(), 10_000);
            for (int round = 0; round < ROUNDS; round++) {
                RandomConnectData data = new RandomConnectData(random);
                org.apache.kafka.connect.data.Schema schema = data.schema();
                Object value = data.value(schema);
                // Each has a subject of its own: the schemas are not versions of one another.
                String topic = "t" + round;
                byte @Nullable [] bytes = converter.fromConnectData(topic, schema, value);
                if (value == null || bytes == null) {
                    assertThat(bytes).isNull();
                    assertThat(value).isNull();
                    continue;
                }
                assertRead(reader.toConnectData(topic, bytes), schema, value, round);
                assertRead(reader.toConnectData(topic, rewritten(confluent, topic, bytes)), schema, value, round);
                written++;
                structures += schema.type() == org.apache.kafka.connect.data.Schema.Type.STRUCT ? 1 : 0;
            }
            assertThat(structures).isGreaterThan(ROUNDS / 4);
            assertThat(registry.store().subjects()).hasSize(2 * written);
        }
    }

    @Test
    void makesTheSameAvroOfTheConnectSchemaThatItMadeOfAvro() {
        Random random = Seeds.random(ConverterRoundTripTest.class);
        ConverterSettings.Options options = new ConverterSettings.Options(true, false, true);
        for (int round = 0; round < ROUNDS; round++) {
            org.apache.avro.Schema written = ToAvro.schema(new RandomConnectData(random).schema(), options);
            org.apache.avro.Schema again = ToAvro.schema(FromAvro.schema(written, options), options);
            assertThat(again.toString()).isEqualTo(written.toString());
            assertThat(SchemaStore.parse(written.toString())).isEqualTo(written);
        }
    }

    private static ConfluentAvroConverter converter(RegistryServer registry) {
        ConfluentAvroConverter converter = new ConfluentAvroConverter();
        converter.configure(Map.of("schema.registry.url", registry.url(), "schemas.cache.config", "50"), false);
        return converter;
    }

    private static void assertRead(
            SchemaAndValue read, org.apache.kafka.connect.data.Schema schema, @Nullable Object value, int round) {
        assertThat(read.schema()).as("schema of round %d", round).isEqualTo(schema);
        assertThat(read.value()).as("value of round %d", round).isEqualTo(value);
    }

    /** Reads to the last byte with the schema that Confluent's client finds, registers that schema with it, and writes the datum again. */
    private static byte[] rewritten(CachedSchemaRegistryClient confluent, String topic, byte[] bytes) throws Exception {
        ByteBuffer frame = ByteBuffer.wrap(bytes);
        assertThat(frame.get()).isZero();
        Schema schema = ((AvroSchema) confluent.getSchemaById(frame.getInt())).rawSchema();
        Object datum = read(schema, bytes);
        int id = confluent.register(topic + "-rewritten", new AvroSchema(schema));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        new GenericDatumWriter<>(schema).write(datum, encoder);
        encoder.flush();
        return out.toByteArray();
    }

    private static Object read(Schema schema, byte[] bytes) throws IOException {
        BinaryDecoder decoder = DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null);
        Object datum = new GenericDatumReader<>(schema).read(null, decoder);
        assertThat(decoder.isEnd()).isTrue();
        return datum;
    }
}
