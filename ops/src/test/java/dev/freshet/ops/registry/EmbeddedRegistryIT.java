package dev.freshet.ops.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.ops.broker.EmbeddedBroker;
import dev.freshet.schemas.avro.Op;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.registry.HttpSchemaRegistryClient;
import dev.freshet.schemas.registry.RegistryAuth;
import dev.freshet.schemas.registry.SchemaRefusedException;
import dev.freshet.schemas.registry.SchemaStore;
import dev.freshet.schemas.serde.ConfluentAvroSerde;
import java.io.ByteArrayOutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.avro.Schema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.avro.AvroSchema;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.CachedSchemaRegistryClient;
import org.apache.flink.avro.registry.confluent.shaded.io.confluent.kafka.schemaregistry.client.rest.exceptions.RestClientException;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericData;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumReader;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericDatumWriter;
import org.apache.flink.avro.shaded.org.apache.avro.generic.GenericRecord;
import org.apache.flink.avro.shaded.org.apache.avro.io.BinaryEncoder;
import org.apache.flink.avro.shaded.org.apache.avro.io.DecoderFactory;
import org.apache.flink.avro.shaded.org.apache.avro.io.EncoderFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(600)
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class EmbeddedRegistryIT {
    private static final Schema ONE_FIELD = record("{'name':'a','type':'string'}");
    private static final Schema INCOMPATIBLE = record("{'name':'a','type':'string'},{'name':'b','type':'int'}");

    private final EmbeddedBroker broker;
    private final HttpClient http = HttpClient.newHttpClient();
    private String topic = "";

    EmbeddedRegistryIT(@TempDir Path directory) {
        this.broker = EmbeddedBroker.start(directory, 0);
    }

    @BeforeEach
    void ownTopic(TestInfo test) {
        topic = "_schemas-" + test.getTestMethod().orElseThrow().getName();
    }

    @AfterAll
    void stop() {
        broker.close();
    }

    private static Schema record(String fields) {
        return SchemaStore.parse(
                "{'type':'record','name':'R','fields':[%s]}".formatted(fields).replace('\'', '"'));
    }

    private EmbeddedRegistry start() {
        return start(broker);
    }

    private EmbeddedRegistry start(EmbeddedBroker kafka) {
        return EmbeddedRegistry.start(new EmbeddedRegistry.Config(
                kafka.bootstrapServers(), new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), topic, (short)
                        1));
    }

    private static HttpSchemaRegistryClient client(EmbeddedRegistry registry) {
        return new HttpSchemaRegistryClient(List.of(registry.uri()), new RegistryAuth.None(), Duration.ofSeconds(20));
    }

    private String call(EmbeddedRegistry registry, String method, String path, String body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create(registry.uri() + path))
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        HttpResponse<String> response = http.send(request, HttpResponse.BodyHandlers.ofString());
        return response.statusCode() + " " + response.body();
    }

    @Test
    void servesTheSameIdsAfterARestart() throws Exception {
        int first;
        int second;
        try (EmbeddedRegistry registry = start();
                HttpSchemaRegistryClient client = client(registry)) {
            first = client.register("a b/c-value", ONE_FIELD);
            second = client.register("other-value", Schema.create(Schema.Type.LONG));
            assertThat(call(registry, "PUT", "/config/other-value", "{\"compatibility\":\"NONE\"}"))
                    .isEqualTo("200 {\"compatibility\":\"NONE\"}");
        }
        try (EmbeddedRegistry registry = start();
                HttpSchemaRegistryClient client = client(registry)) {
            assertThat(client.schema(first)).isEqualTo(ONE_FIELD);
            assertThat(client.find("other-value", Schema.create(Schema.Type.LONG)))
                    .isEqualTo(second);
            assertThat(client.register("a b/c-value", ONE_FIELD)).isEqualTo(first);
            assertThat(client.register("third-value", Schema.create(Schema.Type.INT)))
                    .isEqualTo(second + 1);
            assertThat(call(registry, "GET", "/config/other-value", "")).contains("NONE");
        }
    }

    @Test
    void writesConfluentsRecords() {
        try (EmbeddedRegistry registry = start();
                HttpSchemaRegistryClient client = client(registry);
                KafkaConsumer<String, String> consumer = new KafkaConsumer<>(
                        Map.of("bootstrap.servers", broker.bootstrapServers(), "auto.offset.reset", "earliest"),
                        new StringDeserializer(),
                        new StringDeserializer())) {
            client.register("s", Schema.create(Schema.Type.LONG));
            consumer.assign(List.of(new TopicPartition(topic, 0)));
            ConsumerRecord<String, String> record =
                    consumer.poll(Duration.ofSeconds(10)).iterator().next();
            assertThat(record.key()).isEqualTo("{\"keytype\":\"SCHEMA\",\"subject\":\"s\",\"version\":1,\"magic\":1}");
            assertThat(record.value())
                    .isEqualTo(
                            "{\"subject\":\"s\",\"version\":1,\"id\":1,\"schema\":\"\\\"long\\\"\",\"deleted\":false}");
        }
    }

    @Test
    void answersEveryEndpointAsConfluentDoes() throws Exception {
        try (EmbeddedRegistry registry = start()) {
            String body = "{\"schema\":\"\\\"long\\\"\",\"schemaType\":\"AVRO\"}";
            assertThat(call(registry, "POST", "/subjects/s/versions", body)).isEqualTo("200 {\"id\":1}");
            assertThat(call(registry, "GET", "/", "")).isEqualTo("200 {}");
            assertThat(call(registry, "GET", "/subjects", "")).isEqualTo("200 [\"s\"]");
            assertThat(call(registry, "GET", "/subjects/s/versions", "")).isEqualTo("200 [1]");
            String full = "200 {\"subject\":\"s\",\"version\":1,\"id\":1,\"schema\":\"\\\"long\\\"\"}";
            assertThat(call(registry, "GET", "/subjects/s/versions/latest", "")).isEqualTo(full);
            assertThat(call(registry, "GET", "/subjects/s/versions/1", "")).isEqualTo(full);
            assertThat(call(registry, "POST", "/subjects/s", body)).isEqualTo(full);
            assertThat(call(registry, "GET", "/subjects/s/versions/1/schema", ""))
                    .isEqualTo("200 \"long\"");
            assertThat(call(registry, "GET", "/schemas/ids/1?fetchMaxId=false", ""))
                    .isEqualTo("200 {\"schema\":\"\\\"long\\\"\"}");
            assertThat(call(registry, "GET", "/schemas/ids/1/versions", ""))
                    .isEqualTo("200 [{\"subject\":\"s\",\"version\":1}]");
            assertThat(call(registry, "GET", "/schemas/types", "")).isEqualTo("200 [\"AVRO\"]");
            assertThat(call(registry, "GET", "/mode", "")).isEqualTo("200 {\"mode\":\"READWRITE\"}");
            assertThat(call(registry, "GET", "/config", "")).isEqualTo("200 {\"compatibilityLevel\":\"BACKWARD\"}");
            assertThat(call(registry, "POST", "/compatibility/subjects/s/versions/latest", body))
                    .isEqualTo("200 {\"is_compatible\":true}");
            assertThat(call(
                            registry,
                            "POST",
                            "/compatibility/subjects/s/versions/latest?verbose=true",
                            "{\"schema\":\"\\\"boolean\\\"\"}"))
                    .startsWith("200 {\"is_compatible\":false,\"messages\":[\"the new schema cannot read version 1");
        }
    }

    @Test
    void answersErrorsAsConfluentDoes() throws Exception {
        try (EmbeddedRegistry registry = start()) {
            String body = "{\"schema\":\"\\\"long\\\"\"}";
            assertThat(call(registry, "GET", "/subjects/s/versions", "")).startsWith("404 {\"error_code\":40401,");
            assertThat(call(registry, "POST", "/subjects/s", body)).startsWith("404 {\"error_code\":40401,");
            call(registry, "POST", "/subjects/s/versions", body);
            assertThat(call(registry, "GET", "/subjects/s/versions/9", "")).startsWith("404 {\"error_code\":40402,");
            assertThat(call(registry, "GET", "/subjects/s/versions/x", "")).startsWith("422 {\"error_code\":42202,");
            assertThat(call(registry, "GET", "/schemas/ids/99", "")).startsWith("404 {\"error_code\":40403,");
            assertThat(call(registry, "POST", "/subjects/s/versions", "{\"schema\":\"{\"}"))
                    .startsWith("422 {\"error_code\":42201,");
            assertThat(call(registry, "POST", "/subjects/s/versions", "{\"schema\":\"x\",\"schemaType\":\"JSON\"}"))
                    .startsWith("422 {\"error_code\":42201,");
            assertThat(call(registry, "POST", "/subjects/s/versions", "{\"schema\":\"\\\"boolean\\\"\"}"))
                    .startsWith("409 {\"error_code\":409,");
            assertThat(call(registry, "PUT", "/config", "{\"compatibility\":\"SIDEWAYS\"}"))
                    .startsWith("422 {\"error_code\":42203,");
            assertThat(call(registry, "GET", "/config/s", "")).startsWith("404 {\"error_code\":40408,");
            assertThat(call(registry, "POST", "/subjects/s/versions", "{nope")).startsWith("400 {\"error_code\":400,");
            assertThat(call(registry, "GET", "/nothing", "")).startsWith("404 {\"error_code\":404,");
            assertThat(call(registry, "DELETE", "/subjects/s", "")).startsWith("405 {\"error_code\":405,");
        }
    }

    @Test
    void ourClientIsRefusedWithTheRegistrysReason() {
        try (EmbeddedRegistry registry = start();
                HttpSchemaRegistryClient client = client(registry)) {
            client.register("s", ONE_FIELD);
            assertThat(client.compatible("s", INCOMPATIBLE)).isFalse();
            assertThat(client.compatible("new", INCOMPATIBLE)).isTrue();
            assertThatThrownBy(() -> client.register("s", INCOMPATIBLE))
                    .isInstanceOf(SchemaRefusedException.class)
                    .hasMessageContaining("READER_FIELD_MISSING_DEFAULT_VALUE");
            assertThatThrownBy(() -> client.schema(77)).isInstanceOf(SchemaRefusedException.class);
        }
    }

    @Test
    void concurrentRegistrationsGetOneIdPerSchema() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try (EmbeddedRegistry registry = start()) {
            List<Future<Integer>> ids = new ArrayList<>();
            for (int i = 0; i < 40; i++) {
                int schema = i % 10;
                ids.add(threads.submit(() ->
                        client(registry).register("s" + schema, record("{'name':'f" + schema + "','type':'int'}"))));
            }
            Set<Integer> distinct = new HashSet<>();
            for (Future<Integer> id : ids) {
                distinct.add(id.get());
            }
            assertThat(distinct).containsExactlyInAnyOrder(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void servesWhatItKnowsWhileOthersWaitForTheBroker(@TempDir Path directory) throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        EmbeddedBroker own = EmbeddedBroker.start(directory, 0);
        try (EmbeddedRegistry registry = start(own)) {
            String known = "{\"schema\":\"\\\"int\\\"\"}";
            assertThat(call(registry, "POST", "/subjects/known/versions", known))
                    .isEqualTo("200 {\"id\":1}");
            own.close();
            List<Future<String>> waiting = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                String subject = "/subjects/new" + i + "/versions";
                waiting.add(threads.submit(() -> call(registry, "POST", subject, "{\"schema\":\"\\\"long\\\"\"}")));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(call(registry, "GET", "/schemas/ids/1", "")).startsWith("200 ");
                assertThat(call(registry, "POST", "/subjects/known/versions", known))
                        .isEqualTo("200 {\"id\":1}");
            }
            assertThat(waiting).noneMatch(Future::isDone);
        } finally {
            threads.shutdownNow();
            own.close();
        }
    }

    @Test
    void aSuccessorFencesTheEarlierWriter() throws Exception {
        try (EmbeddedRegistry zombie = start();
                EmbeddedRegistry successor = start()) {
            assertThat(call(zombie, "POST", "/subjects/z/versions", "{\"schema\":\"\\\"long\\\"\"}"))
                    .startsWith("500 {\"error_code\":50001,")
                    .contains("this one is retired");
            assertThat(call(successor, "GET", "/subjects", "")).isEqualTo("200 []");
            assertThat(call(successor, "POST", "/subjects/s/versions", "{\"schema\":\"\\\"int\\\"\"}"))
                    .isEqualTo("200 {\"id\":1}");
        }
    }

    @Test
    void refusesATopicThatCouldLoseSchemas() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
            admin.createTopics(List.of(new NewTopic(topic, 2, (short) 1))).all().get();
        }
        assertThatThrownBy(() -> start().close())
                .isInstanceOfSatisfying(
                        FreshetException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.KAFKA_UNAVAILABLE))
                .hasMessageContaining("2 partitions and cleanup.policy delete");
    }

    @Test
    void saysThatItsPortIsTaken() {
        try (EmbeddedRegistry registry = start()) {
            InetSocketAddress taken = new InetSocketAddress(
                    InetAddress.getLoopbackAddress(), registry.uri().getPort());
            assertThatThrownBy(() -> EmbeddedRegistry.start(
                                    new EmbeddedRegistry.Config(broker.bootstrapServers(), taken, topic, (short) 1))
                            .close())
                    .isInstanceOf(FreshetException.class)
                    .hasMessageContaining("--registry-port");
        }
    }

    @Test
    void confluentsOwnClientReadsWhatWeWrite() throws Exception {
        try (EmbeddedRegistry registry = start();
                ConfluentAvroSerde<RowChange> serde = new ConfluentAvroSerde<>(RowChange.class, client(registry))) {
            byte[] bytes = serde.serializer()
                    .serialize(
                            "rows",
                            RowChange.newBuilder()
                                    .setDataset("products")
                                    .setKey("1")
                                    .setOp(Op.DELETE)
                                    .setColumns(Map.of("title", "Größe", "stock", 7L))
                                    .build());
            CachedSchemaRegistryClient confluent = confluent(registry);
            ByteBuffer frame = ByteBuffer.wrap(bytes);
            assertThat(frame.get()).isZero();
            AvroSchema schema = (AvroSchema) confluent.getSchemaById(frame.getInt());
            GenericRecord record = new GenericDatumReader<GenericRecord>(schema.rawSchema())
                    .read(null, DecoderFactory.get().binaryDecoder(bytes, 5, bytes.length - 5, null));
            assertThat(record.get("dataset")).hasToString("products");
            assertThat(record.get("op")).hasToString("DELETE");
            assertThat(record.get("columns")).asString().contains("Größe", "7");
            assertThat(confluent.getAllSubjects()).containsExactly("rows-value");
            assertThat(confluent.getLatestSchemaMetadata("rows-value").getVersion())
                    .isEqualTo(1);
        }
    }

    @Test
    void weReadWhatConfluentsOwnClientWrites() throws Exception {
        try (EmbeddedRegistry registry = start();
                ConfluentAvroSerde<RowChange> serde = new ConfluentAvroSerde<>(RowChange.class, client(registry))) {
            CachedSchemaRegistryClient confluent = confluent(registry);
            AvroSchema schema = new AvroSchema("""
                    {"type":"record","name":"RowChange","namespace":"dev.freshet.schemas.avro","fields":[
                      {"name":"dataset","type":"string"},{"name":"key","type":"string"},{"name":"note","type":"int"}]}""");
            int id = confluent.register("rows-value", schema);
            assertThat(confluent.getId("rows-value", schema)).isEqualTo(id);
            assertThat(confluent.testCompatibility("rows-value", new AvroSchema("\"long\"")))
                    .isFalse();
            assertThatThrownBy(() -> confluent.register("rows-value", new AvroSchema("\"long\"")))
                    .isInstanceOfSatisfying(
                            RestClientException.class,
                            e -> assertThat(e.getErrorCode()).isEqualTo(409));

            GenericRecord record = new GenericData.Record(schema.rawSchema());
            record.put("dataset", "d");
            record.put("key", "Schlüssel");
            record.put("note", 3);
            ByteArrayOutputStream out = new ByteArrayOutputStream();
            out.write(ByteBuffer.allocate(5).put((byte) 0).putInt(id).array());
            BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
            new GenericDatumWriter<>(schema.rawSchema()).write(record, encoder);
            encoder.flush();

            RowChange row = serde.deserializer().deserialize("rows", out.toByteArray());
            assertThat(row)
                    .isEqualTo(RowChange.newBuilder()
                            .setDataset("d")
                            .setKey("Schlüssel")
                            .build());
        }
    }

    private static CachedSchemaRegistryClient confluent(EmbeddedRegistry registry) {
        return new CachedSchemaRegistryClient(registry.uri().toString(), 100);
    }
}
