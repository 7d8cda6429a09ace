package dev.freshet.connect.avro;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.registry.InMemorySchemaRegistryClient;
import dev.freshet.schemas.registry.SchemaRegistryClient;
import dev.freshet.schemas.registry.SchemaStore;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.connect.data.Decimal;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.SchemaBuilder;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.apache.kafka.connect.errors.RetriableException;
import org.apache.kafka.connect.storage.Converter;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class ConfluentAvroConverterTest {
    private static final String TOPIC = "shop.albums";
    private static final Schema ALBUM = SchemaBuilder.struct()
            .name("shop.Album")
            .version(3)
            .field("id", Schema.INT64_SCHEMA)
            .field(
                    "title",
                    SchemaBuilder.string().optional().defaultValue("untitled").build())
            .field("price", Decimal.schema(2))
            .build();

    private final SchemaStore store = new SchemaStore();
    private final SchemaRegistryClient registry = new InMemorySchemaRegistryClient(store);

    private ConfluentAvroConverter converter(String... settings) {
        return converter(false, settings);
    }

    private ConfluentAvroConverter converter(boolean key, String... settings) {
        Map<String, String> all = new HashMap<>(Map.of("schema.registry.url", "http://registry.invalid:1"));
        for (int i = 0; i < settings.length; i += 2) {
            all.put(settings[i], settings[i + 1]);
        }
        ConfluentAvroConverter converter = new ConfluentAvroConverter(registry);
        converter.configure(all, key);
        return converter;
    }

    private static Struct album() {
        return new Struct(ALBUM).put("id", 7L).put("title", "Größe").put("price", new BigDecimal("12.50"));
    }

    private static SchemaAndValue roundTrip(
            ConfluentAvroConverter converter, @Nullable Schema schema, @Nullable Object value) {
        return converter.toConnectData(TOPIC, converter.fromConnectData(TOPIC, schema, value));
    }

    private void refused(
            ConfluentAvroConverter converter, @Nullable Schema schema, @Nullable Object value, String... parts) {
        assertThatThrownBy(() -> converter.fromConnectData(TOPIC, schema, value))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll(parts);
    }

    private org.apache.avro.Schema registered(String subject) {
        return SchemaStore.parse(store.latest(subject).schema());
    }

    @Test
    void registersKeysAndValuesUnderTheTopicsSubjects() {
        byte[] key = converter(true).fromConnectData(TOPIC, Schema.STRING_SCHEMA, "7");
        byte[] value = converter().fromConnectData(TOPIC, ALBUM, album());
        assertThat(store.subjects()).containsExactly(TOPIC + "-key", TOPIC + "-value");
        assertThat(Arrays.copyOf(key, 5)).containsExactly(0, 0, 0, 0, 1);
        assertThat(Arrays.copyOf(value, 5)).containsExactly(0, 0, 0, 0, 2);
        assertThat(converter().toConnectData(TOPIC, value)).isEqualTo(new SchemaAndValue(ALBUM, album()));
    }

    @Test
    void writesTheAvroThatConfluentsConverterWrites() {
        converter().fromConnectData(TOPIC, ALBUM, album());
        assertThat(registered(TOPIC + "-value")).isEqualTo(SchemaStore.parse("""
                {"type":"record","name":"Album","namespace":"shop","fields":[
                  {"name":"id","type":"long"},
                  {"name":"title","type":["string","null"],"default":"untitled"},
                  {"name":"price","type":{"type":"bytes","logicalType":"decimal","scale":2,"precision":64,
                    "connect.version":1,"connect.parameters":{"scale":"2"},
                    "connect.name":"org.apache.kafka.connect.data.Decimal"}}],
                 "connect.version":3,"connect.name":"shop.Album"}"""));
    }

    @Test
    void aTombstoneStaysOne() {
        ConfluentAvroConverter converter = converter();
        assertThat(converter.fromConnectData(TOPIC, null, null)).isNull();
        assertThat(converter.fromConnectData(TOPIC, Schema.OPTIONAL_STRING_SCHEMA, null))
                .isNull();
        assertThat(converter.toConnectData(TOPIC, null)).isEqualTo(SchemaAndValue.NULL);
        refused(converter, ALBUM, null, "null used for required value");
        Schema defaulted = SchemaBuilder.int32().defaultValue(5).build();
        byte[] bytes = converter.fromConnectData(TOPIC, defaulted, null);
        assertThat(converter.toConnectData(TOPIC, bytes).value()).isEqualTo(5);
    }

    @Test
    void nullInAnOptionalFieldStaysNullUnlessToldOtherwise() {
        Struct untitled = album().put("title", null);
        Struct kept = (Struct) roundTrip(converter(), ALBUM, untitled).value();
        assertThat(kept.getWithoutDefault("title")).isNull();
        Struct defaulted = (Struct) roundTrip(converter("ignore.default.for.nullables", "false"), ALBUM, untitled)
                .value();
        assertThat(defaulted.getWithoutDefault("title")).isEqualTo("untitled");
    }

    @Test
    void aRequiredFieldThatIsNotSetIsItsDefault() {
        Schema schema = SchemaBuilder.struct()
                .field("n", SchemaBuilder.int16().defaultValue((short) 9).build())
                .build();
        Struct read =
                (Struct) roundTrip(converter(), schema, new Struct(schema)).value();
        assertThat(read.getWithoutDefault("n")).isEqualTo((short) 9);
    }

    @Test
    void aStructMayBeADefault() {
        SchemaBuilder inner = SchemaBuilder.struct()
                .name("a.Inner")
                .field("n", Schema.INT32_SCHEMA)
                .field("note", Schema.OPTIONAL_STRING_SCHEMA);
        inner.defaultValue(new Struct(inner).put("n", 3).put("note", "not of the first member"));
        Schema schema = SchemaBuilder.struct().field("inner", inner.build()).build();
        Schema read = roundTrip(converter(), schema, new Struct(schema)).schema();
        Struct defaulted = (Struct) read.field("inner").schema().defaultValue();
        assertThat(defaulted.getInt32("n")).isEqualTo(3);
        assertThat(defaulted.getString("note")).isEqualTo("not of the first member");
    }

    @Test
    void infersTheSchemaOfAValueWithoutOneOrRefusesIt() {
        assertThat(roundTrip(converter(), null, List.of("a", "b")).value()).isEqualTo(List.of("a", "b"));
        assertThat(converter().toConnectData("n", converter().fromConnectData("n", null, 5)))
                .isEqualTo(new SchemaAndValue(Schema.INT32_SCHEMA, 5));
        refused(converter(), null, Map.of("a", 1, "b", "text"), "without a schema");
        refused(converter(), null, new Object(), "without a schema", "java.lang.Object");
    }

    @Test
    void refusesAValueThatIsNotOfItsSchema() {
        refused(converter(), Schema.INT32_SCHEMA, "text", TOPIC);
        Struct missing = new Struct(ALBUM).put("id", 7L);
        refused(converter(), ALBUM, missing, "price");
        refused(converter(), ALBUM, album().put("price", new BigDecimal("1.234")), "price", "scale");
        Schema fixed = SchemaBuilder.bytes()
                .parameter("connect.fixed.size", "4")
                .parameter("connect.fixed.name", "a.Ip")
                .build();
        refused(converter(), fixed, new byte[5], "5 bytes for 'a.Ip', which has 4");
        Schema color = SchemaBuilder.string()
                .parameter(AvroProperties.ENUM, "a.Color")
                .parameter(AvroProperties.ENUM + ".RED", "RED")
                .build();
        refused(converter(), color, "BLUE", "'BLUE' is no symbol of the enum 'a.Color': [RED]");
    }

    @Test
    void refusesOrScrubsNamesThatAvroDoesNotTake() {
        Schema schema = SchemaBuilder.struct()
                .name("my-shop.Größe")
                .field("unit price", Schema.INT32_SCHEMA)
                .field("2nd", Schema.INT32_SCHEMA)
                .build();
        Struct value = new Struct(schema).put("unit price", 1).put("2nd", 2);
        refused(converter(), schema, value, "'my-shop.Größe'", "scrub.invalid.names");
        Schema field =
                SchemaBuilder.struct().field("unit price", Schema.INT32_SCHEMA).build();
        refused(converter(), field, new Struct(field).put("unit price", 1), "'unit price'", "scrub.invalid.names");
        SchemaAndValue read = roundTrip(converter("scrub.invalid.names", "true"), schema, value);
        assertThat(registered(TOPIC + "-value").getFullName()).isEqualTo("my_shop.Gr__e");
        assertThat(read.schema().name()).isEqualTo("my-shop.Größe");
        assertThat(((Struct) read.value()).getInt32("unit_price")).isEqualTo(1);
        assertThat(((Struct) read.value()).getInt32("_2nd")).isEqualTo(2);
        Schema twins = SchemaBuilder.struct()
                .field("a-b", Schema.INT32_SCHEMA)
                .field("a_b", Schema.INT32_SCHEMA)
                .build();
        refused(
                converter("scrub.invalid.names", "true"),
                twins,
                new Struct(twins).put("a-b", 1).put("a_b", 2),
                "both be 'a_b'");
    }

    @Test
    void oneTypeMayBeUsedTwiceAndTwoTypesMayNotShareAName() {
        Schema value = SchemaBuilder.struct()
                .name("t.Value")
                .field("n", Schema.INT32_SCHEMA)
                .optional()
                .build();
        Schema envelope = SchemaBuilder.struct()
                .name("t.Envelope")
                .field("before", value)
                .field("after", value)
                .build();
        Struct change = new Struct(envelope).put("after", new Struct(value).put("n", 4));
        assertThat(roundTrip(converter(), envelope, change)).isEqualTo(new SchemaAndValue(envelope, change));
        Schema other = SchemaBuilder.struct()
                .name("t.Value")
                .field("n", Schema.STRING_SCHEMA)
                .build();
        Schema clash =
                SchemaBuilder.struct().field("one", value).field("two", other).build();
        refused(
                converter(),
                clash,
                new Struct(clash).put("two", new Struct(other).put("n", "x")),
                "Two different types have the name 't.Value'");
    }

    @Test
    void structsWithoutNamesGetOnesAndLoseThemAgain() {
        Schema inner = SchemaBuilder.struct().field("n", Schema.INT32_SCHEMA).build();
        Schema schema = SchemaBuilder.struct()
                .field("a", inner)
                .field("b", SchemaBuilder.array(inner).build())
                .build();
        Struct value = new Struct(schema)
                .put("a", new Struct(inner).put("n", 1))
                .put("b", List.of(new Struct(inner).put("n", 2)));
        assertThat(roundTrip(converter(), schema, value)).isEqualTo(new SchemaAndValue(schema, value));
        assertThat(registered(TOPIC + "-value").toString())
                .contains("\"ConnectDefault\"", "\"ConnectDefault2\"", "\"ConnectDefault3\"");
    }

    @Test
    void recursiveSchemasAreRefused() {
        org.apache.avro.Schema list = SchemaStore.parse("""
                {"type":"record","name":"Node","fields":[{"name":"next","type":["null","Node"],"default":null}]}""");
        org.apache.avro.generic.GenericData.Record node = new org.apache.avro.generic.GenericData.Record(list);
        byte[] bytes = new dev.freshet.schemas.serde.GenericAvroFrames(registry).write("s", list, node);
        assertThatThrownBy(() -> converter().toConnectData(TOPIC, bytes))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'Node' contains itself");
    }

    @Test
    void withoutMetadataOnlyAvrosOwnWordsAreWritten() {
        ConfluentAvroConverter converter = converter("connect.meta.data", "false");
        Struct read = (Struct) roundTrip(converter, ALBUM, album()).value();
        assertThat(registered(TOPIC + "-value").toString()).doesNotContain("connect.");
        assertThat(read.get("price")).isEqualTo(new BigDecimal("12.50"));
        assertThat(read.schema().name()).isEqualTo("shop.Album");
        assertThat(read.schema().version()).isNull();
    }

    @Test
    void whatIsNoFrameOrCutIsRefusedForGood() {
        byte[] good = requireNonNull(converter().fromConnectData(TOPIC, ALBUM, album()));
        for (byte[] bad : List.of(
                new byte[0],
                "{}".getBytes(UTF_8),
                new byte[] {0, 0, 0, 0, 99, 1},
                Arrays.copyOf(good, good.length - 1),
                Arrays.copyOf(good, good.length + 1))) {
            assertThatThrownBy(() -> converter().toConnectData(TOPIC, bad))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining(TOPIC);
        }
    }

    /** JSON, in which Avro's schemas are written, has no such numbers. */
    @Test
    void aDefaultThatIsNotFiniteIsRefusedHoweverDeepItStands() {
        for (float wrong : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            Schema plain = SchemaBuilder.float32().defaultValue(wrong).build();
            Schema list = SchemaBuilder.array(Schema.FLOAT32_SCHEMA)
                    .defaultValue(List.of(wrong))
                    .build();
            Schema one = SchemaBuilder.struct().field("f", plain).build();
            Schema many = SchemaBuilder.struct().field("f", list).build();
            String why = "a default of " + wrong + " cannot stand";
            refused(converter(), one, new Struct(one).put("f", 1f), TOPIC, why);
            refused(converter(), many, new Struct(many).put("f", List.of(1f)), TOPIC, why);
        }
    }

    @Test
    void numbersThatAreTooLargeForTheirConnectTypeAreRefused() {
        org.apache.avro.Schema int8 = SchemaStore.parse("{\"type\":\"int\",\"connect.type\":\"int8\"}");
        byte[] bytes = new dev.freshet.schemas.serde.GenericAvroFrames(registry).write("s", int8, 300);
        assertThatThrownBy(() -> converter().toConnectData(TOPIC, bytes))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("300 is said to be an int8");
    }

    @Test
    void anIncompatibleSchemaIsTheRecordsFaultAndADeadRegistryIsNot() throws Exception {
        converter().fromConnectData(TOPIC, Schema.INT32_SCHEMA, 1);
        refused(converter(), Schema.STRING_SCHEMA, "x", "incompatible", TOPIC + "-value");
        try (RegistryServer server = new RegistryServer();
                ConfluentAvroConverter converter = new ConfluentAvroConverter()) {
            converter.configure(Map.of("schema.registry.url", server.url()), false);
            byte[] bytes = converter.fromConnectData(TOPIC, Schema.INT32_SCHEMA, 1);
            assertThat(converter.toConnectData(TOPIC, bytes).value()).isEqualTo(1);
            server.breakDown();
            assertThat(converter.toConnectData(TOPIC, bytes).value())
                    .as("what is known needs no registry")
                    .isEqualTo(1);
            assertThatThrownBy(() -> converter.fromConnectData(TOPIC, Schema.INT64_SCHEMA, 1L))
                    .isInstanceOf(RetriableException.class)
                    .hasMessageContaining(server.url());
        }
    }

    @Test
    void saysWhoItIsToTheRegistryAndRegistersOnlyIfItMay() throws Exception {
        try (RegistryServer server = new RegistryServer();
                ConfluentAvroConverter writer = new ConfluentAvroConverter();
                ConfluentAvroConverter finder = new ConfluentAvroConverter()) {
            writer.configure(
                    Map.of(
                            "schema.registry.url",
                            server.url(),
                            "basic.auth.credentials.source",
                            "USER_INFO",
                            "basic.auth.user.info",
                            "ann:pa:ss"),
                    false);
            finder.configure(Map.of("schema.registry.url", server.url(), "auto.register.schemas", "false"), false);
            assertThatThrownBy(() -> finder.fromConnectData(TOPIC, ALBUM, album()))
                    .isInstanceOf(DataException.class)
                    .hasMessageContaining("not found");
            byte[] written = writer.fromConnectData(TOPIC, ALBUM, album());
            assertThat(finder.fromConnectData(TOPIC, ALBUM, album())).isEqualTo(written);
            assertThat(server.authorizations())
                    .containsOnly("Basic " + Base64.getEncoder().encodeToString("ann:pa:ss".getBytes(UTF_8)));
        }
    }

    @Test
    void saysWhichSettingIsMissingOrWrong() {
        try (ConfluentAvroConverter converter = new ConfluentAvroConverter()) {
            assertThatThrownBy(() -> converter.configure(Map.of(), false))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("schema.registry.url");
            Map<String, String> wrong = Map.of(
                    "schema.registry.url", "http://h:1", "schema.registry.ssl.truststore.location", "/no/such/file");
            assertThatThrownBy(() -> converter.configure(wrong, false))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("schema.registry.ssl.truststore.location");
            assertThatThrownBy(() -> converter.toConnectData(TOPIC, new byte[] {0}))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void connectFindsIt() {
        assertThat(ServiceLoader.load(Converter.class).stream().map(ServiceLoader.Provider::type))
                .contains(ConfluentAvroConverter.class);
        assertThat(new ConfluentAvroConverter().version()).isNotBlank();
        assertThat(new ConfluentAvroConverter().config().names())
                .contains("schema.registry.url", "scrub.invalid.names", "auto.register.schemas");
    }

    @Test
    void bytesComeInAnArrayOfTheirOwn() {
        ByteBuffer part = ByteBuffer.wrap(new byte[] {9, 1, 2, 3, 9}, 1, 3).slice();
        ByteBuffer read =
                (ByteBuffer) roundTrip(converter(), Schema.BYTES_SCHEMA, part).value();
        assertThat(read).isEqualTo(ByteBuffer.wrap(new byte[] {1, 2, 3}));
        assertThat(read.hasArray() && read.arrayOffset() == 0 && read.capacity() == 3)
                .isTrue();
        assertThat(part.remaining()).isEqualTo(3);
    }
}
