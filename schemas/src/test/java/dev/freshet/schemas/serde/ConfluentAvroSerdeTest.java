package dev.freshet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.ImageKind;
import dev.freshet.schemas.avro.Json;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.avro.RowImage;
import dev.freshet.schemas.avro.Source;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.registry.InMemorySchemaRegistryClient;
import dev.freshet.schemas.registry.SchemaRegistryClient;
import dev.freshet.schemas.registry.SchemaStore;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serde;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConfluentAvroSerdeTest {
    private static final String TOPIC = "freshet.rows";

    private final SchemaStore store = new SchemaStore();
    private final SchemaRegistryClient registry = new InMemorySchemaRegistryClient(store);
    private final ConfluentAvroSerde<RowChange> rows = new ConfluentAvroSerde<>(RowChange.class, registry);
    private final ConfluentAvroSerde<RowImage> images = new ConfluentAvroSerde<>(RowImage.class, registry);

    static RowChange row() {
        Map<String, Object> columns = new HashMap<>();
        columns.put("title", "Größe 😀");
        columns.put("price", 1.5);
        columns.put("stock", 7L);
        columns.put("tags", new Json("[1,2]"));
        columns.put("gone", null);
        return RowChange.newBuilder()
                .setDataset("products")
                .setKey("1:a%3Ab")
                .setOp(Op.UPSERT)
                .setColumns(columns)
                .setVector(List.of(1f, -0.5f))
                .setSource(Source.newBuilder()
                        .setSystem("postgresql")
                        .setTimestamp(Instant.ofEpochMilli(1_700_000_000_123L))
                        .build())
                .build();
    }

    private static RowImage image(long version) {
        byte[] vector = new byte[1536];
        new Random(version).nextBytes(vector);
        return RowImage.newBuilder()
                .setKind(ImageKind.ROW)
                .setIndexId(3)
                .setRowKey("key-" + version)
                .setVersion(version)
                .setChunks(List.of(Chunk.newBuilder()
                        .setOrdinal(0)
                        .setHash(ByteBuffer.wrap(new byte[16]))
                        .setText("text " + version)
                        .setVector(ByteBuffer.wrap(vector))
                        .build()))
                .build();
    }

    private byte[] write(RowChange row) {
        return rows.serializer().serialize(TOPIC, row);
    }

    private @Nullable RowChange read(byte @Nullable [] bytes) {
        return rows.deserializer().deserialize(TOPIC, bytes);
    }

    @Test
    void readsBackWhatItWrote() {
        assertThat(read(write(row()))).isEqualTo(row());
        RowImage image = image(5);
        assertThat(images.deserializer().deserialize("v", images.serializer().serialize("v", image)))
                .isEqualTo(image);
    }

    @Test
    void nullStaysNull() {
        assertThat(rows.serializer().serialize(TOPIC, null)).isNull();
        assertThat(read(null)).isNull();
    }

    @Test
    void startsWithTheMagicByteAndTheIdInBigEndian() {
        int id = registry.register("other", Schema.create(Schema.Type.LONG));
        byte[] bytes = write(row());
        assertThat(Arrays.copyOf(bytes, 5)).containsExactly(0, 0, 0, 0, id + 1);
        store.apply(new SchemaStore.Registration(
                "big-value", 1, 0x01020304, store.latest(TOPIC + "-value").schema(), false));
        bytes = Arrays.copyOf(bytes, bytes.length);
        System.arraycopy(new byte[] {0, 1, 2, 3, 4}, 0, bytes, 0, 5);
        assertThat(read(bytes)).isEqualTo(row());
    }

    @Test
    void registersUnderTheTopicsSubjectTheSchemaAsItsAuthorWroteIt() {
        write(row());
        rows.configure(Map.of(), true);
        write(row());
        assertThat(store.subjects()).containsExactly(TOPIC + "-key", TOPIC + "-value");
        assertThat(store.latest(TOPIC + "-value").schema())
                .doesNotContain("avro.java")
                .contains("timestamp-millis", "\"name\":\"dataset\",\"type\":\"string\"");
    }

    @Test
    void readsWhatAnOlderSchemaWrote() throws IOException {
        Schema older = SchemaStore.parse("""
                {"type":"record","name":"RowChange","namespace":"dev.freshet.schemas.avro","fields":[
                  {"name":"key","type":"string"},
                  {"name":"extra","type":{"type":"map","values":"bytes"}},
                  {"name":"dataset","type":"string"}]}""");
        GenericRecord record = new GenericData.Record(older);
        record.put("key", "k");
        record.put("dataset", "d");
        record.put("extra", Map.of("x", ByteBuffer.wrap(new byte[300])));
        RowChange row = read(frame(registry.register("elsewhere", older), record));
        assertThat(row)
                .isEqualTo(RowChange.newBuilder().setKey("k").setDataset("d").build());
    }

    @Test
    void refusesASchemaThatDoesNotResolve() throws IOException {
        Schema foreign = SchemaStore.parse("""
                {"type":"record","name":"RowChange","namespace":"dev.freshet.schemas.avro","fields":[
                  {"name":"key","type":"long"},{"name":"dataset","type":"string"}]}""");
        GenericRecord record = new GenericData.Record(foreign);
        record.put("key", 1L);
        record.put("dataset", "d");
        undecodable(frame(registry.register("s", foreign), record), "incompatible schema");
        byte[] text = frame(registry.register("t", Schema.create(Schema.Type.STRING)), "text");
        undecodable(text, "Topic freshet.rows, schema id 2");
    }

    @Test
    void refusesWhatHasNoFrame() {
        undecodable(new byte[0], "the value is empty");
        undecodable("{\"key\":1}".getBytes(java.nio.charset.StandardCharsets.UTF_8), "the first byte is 123");
        undecodable(new byte[] {0, 0, 0}, "3 bytes");
        undecodable(new byte[] {0, -1, 0, 0, 0}, "negative");
        undecodable(new byte[] {0, 0, 0, 0, 99, 1}, "Schema 99 not found");
    }

    @Test
    void refusesEveryCutAndEveryTail() {
        byte[] bytes = write(row());
        for (int length = 1; length < bytes.length; length++) {
            byte[] cut = Arrays.copyOf(bytes, length);
            assertThatThrownBy(() -> read(cut))
                    .as("cut to %d bytes", length)
                    .isInstanceOf(UndecodableRecordException.class);
        }
        undecodable(Arrays.copyOf(bytes, bytes.length + 3), "3 bytes follow the end");
    }

    @Test
    void damagedBytesNeverEscapeAsAnythingElse() {
        byte[] bytes = images.serializer().serialize(TOPIC, image(1));
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int round = 0; round < 20_000; round++) {
            byte[] damaged = bytes.clone();
            for (int flips = 0; flips < 1 + round % 4; flips++) {
                damaged[5 + random.nextInt(round % 2 == 0 ? 40 : damaged.length - 5)] = (byte) random.nextInt();
            }
            try {
                images.deserializer().deserialize(TOPIC, damaged);
            } catch (UndecodableRecordException expected) {
                assertThat(expected.getMessage()).startsWith("Topic " + TOPIC);
            } catch (Throwable e) {
                throw new AssertionError("seed " + seed + ", round " + round, e);
            }
        }
    }

    @Test
    void registryTroubleIsNotABadRecord() {
        byte[] bytes = write(row());
        SchemaRegistryClient down = new SchemaRegistryClient() {
            @Override
            public int register(String subject, Schema schema) {
                throw new FreshetException(ErrorCode.REGISTRY_UNAVAILABLE, "down");
            }

            @Override
            public Schema schema(int id) {
                throw new FreshetException(ErrorCode.REGISTRY_UNAVAILABLE, "down");
            }

            @Override
            public void close() {}
        };
        ConfluentAvroSerde<RowChange> serde = new ConfluentAvroSerde<>(RowChange.class, down);
        assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, bytes)).isInstanceOf(FreshetException.class);
        assertThatThrownBy(() -> serde.serializer().serialize(TOPIC, row())).isInstanceOf(FreshetException.class);
    }

    @Test
    void isSharedByManyThreads() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            List<Future<?>> tasks = new ArrayList<>();
            for (int thread = 0; thread < 8; thread++) {
                long first = thread * 1000L;
                tasks.add(threads.submit(() -> {
                    for (long version = first; version < first + 500; version++) {
                        RowImage image = image(version);
                        byte[] bytes = images.serializer().serialize("v", image);
                        assertThat(images.deserializer().deserialize("v", bytes).equals(image))
                                .isTrue();
                    }
                }));
            }
            for (Future<?> task : tasks) {
                task.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void kafkaCanMakeItByName() throws Exception {
        Class<?> type = Class.forName("dev.freshet.schemas.serde.ConfluentAvroSerde");
        try (Serde<?> serde = (Serde<?>) type.getConstructor().newInstance()) {
            assertThatThrownBy(() -> serde.deserializer().deserialize(TOPIC, new byte[] {0, 0, 0, 0, 1}))
                    .isInstanceOf(IllegalStateException.class);
            serde.configure(
                    Map.of(
                            "schema.registry.url", "http://127.0.0.1:1, http://127.0.0.1:2",
                            "basic.auth.credentials.source", "USER_INFO",
                            "basic.auth.user.info", "ann:pw",
                            "auto.register.schemas", "false",
                            "specific.avro.value.type", RowChange.class.getName()),
                    false);
            assertThat(serde.deserializer().deserialize(TOPIC, null)).isNull();
        }
    }

    @Test
    void saysWhichSettingIsMissingOrWrong() {
        configureFails(Map.of("specific.avro.value.type", RowChange.class), "schema.registry.url");
        configureFails(Map.of("schema.registry.url", "http://h:1"), "specific.avro.value.type");
        configureFails(
                Map.of("schema.registry.url", "http://h:1", "specific.avro.value.type", "java.lang.String"),
                "no class of an Avro record");
        configureFails(
                Map.of("schema.registry.url", "http://h:1", "basic.auth.credentials.source", "MAGIC"), "USER_INFO");
        configureFails(
                Map.of("schema.registry.url", "http://h:1", "basic.auth.credentials.source", "USER_INFO"),
                "user:password");
    }

    private static void configureFails(Map<String, ?> settings, String part) {
        try (ConfluentAvroSerde<RowChange> serde = new ConfluentAvroSerde<>()) {
            assertThatThrownBy(() -> serde.configure(settings, false))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining(part);
        }
    }

    private void undecodable(byte[] bytes, String part) {
        assertThatThrownBy(() -> read(bytes))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining(part);
    }

    private static byte[] frame(int id, Object datum) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        Schema schema = datum instanceof GenericRecord record ? record.getSchema() : Schema.create(Schema.Type.STRING);
        new GenericDatumWriter<>(schema).write(datum, encoder);
        encoder.flush();
        return out.toByteArray();
    }
}
