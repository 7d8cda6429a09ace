package dev.freshet.connect.avro;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.registry.InMemorySchemaRegistryClient;
import dev.freshet.schemas.registry.SchemaStore;
import dev.freshet.schemas.serde.GenericAvroFrames;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Map;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.connect.data.Schema;
import org.apache.kafka.connect.data.SchemaAndValue;
import org.apache.kafka.connect.data.Struct;
import org.apache.kafka.connect.errors.DataException;
import org.junit.jupiter.api.Test;

/** Avro that somebody else wrote: by hand, with another client, or with Confluent's converter. */
@SuppressWarnings("JavaUtilDate") // Connect's values are of it.
class ForeignAvroTest {
    private static final ConverterSettings.Options OPTIONS = new ConverterSettings.Options(true, false, true);

    private final InMemorySchemaRegistryClient registry = new InMemorySchemaRegistryClient();
    private int subjects;

    private static Schema connect(String avro) {
        return FromAvro.schema(SchemaStore.parse(avro), OPTIONS);
    }

    private SchemaAndValue read(String avro, Object datum) {
        ConfluentAvroConverter converter = new ConfluentAvroConverter(registry);
        converter.configure(Map.of("schema.registry.url", "http://registry.invalid:1"), false);
        subjects++;
        return converter.toConnectData(
                "t", new GenericAvroFrames(registry).write("s" + subjects, SchemaStore.parse(avro), datum));
    }

    @Test
    void logicalTypesThatConnectKnowsAreItsOwn() {
        assertThat(read("{\"type\":\"int\",\"logicalType\":\"date\"}", 2).value())
                .isEqualTo(new Date(2 * 86_400_000L));
        assertThat(read("{\"type\":\"int\",\"logicalType\":\"time-millis\"}", 61_000)
                        .value())
                .isEqualTo(new Date(61_000));
        assertThat(read("{\"type\":\"long\",\"logicalType\":\"timestamp-millis\"}", 1_700_000_000_123L)
                        .value())
                .isEqualTo(new Date(1_700_000_000_123L));
        SchemaAndValue decimal = read(
                "{\"type\":\"bytes\",\"logicalType\":\"decimal\",\"precision\":9,\"scale\":2}",
                ByteBuffer.wrap(BigInteger.valueOf(-12345).toByteArray()));
        assertThat(decimal.value()).isEqualTo(new BigDecimal("-123.45"));
        assertThat(decimal.schema().parameters()).containsEntry("connect.decimal.precision", "9");
    }

    @Test
    void aDecimalMayBeFixed() {
        String avro =
                "{\"type\":\"fixed\",\"name\":\"m.Money\",\"size\":8,\"logicalType\":\"decimal\",\"precision\":18,\"scale\":4}";
        GenericData.Fixed fixed = new GenericData.Fixed(
                SchemaStore.parse(avro),
                ByteBuffer.allocate(8).putLong(-70_001L).array());
        SchemaAndValue read = read(avro, fixed);
        assertThat(read.value()).isEqualTo(new BigDecimal("-7.0001"));
        org.apache.avro.Schema again = ToAvro.schema(read.schema(), OPTIONS);
        assertThat(again.getFullName()).isEqualTo("m.Money");
        assertThat(again.getFixedSize()).isEqualTo(8);
        ValueCodec codec = new ValueCodecs(OPTIONS).required(read.schema(), again);
        assertThat(codec.toAvro(new BigDecimal("-7.0001"))).isEqualTo(new GenericData.Fixed(again, fixed.bytes()));
        assertThatThrownBy(() -> codec.toAvro(new BigDecimal("1e20").setScale(4)))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("'m.Money' has 8");
    }

    @Test
    void logicalTypesThatConnectDoesNotKnowAreRemembered() {
        for (String avro : List.of(
                "{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}",
                "{\"type\":\"long\",\"logicalType\":\"time-micros\"}",
                "{\"type\":\"long\",\"logicalType\":\"local-timestamp-millis\"}",
                "{\"type\":\"long\",\"logicalType\":\"local-timestamp-micros\"}",
                "{\"type\":\"string\",\"logicalType\":\"uuid\"}",
                "{\"type\":\"fixed\",\"name\":\"d.Span\",\"size\":12,\"logicalType\":\"duration\"}",
                "{\"type\":\"int\",\"logicalType\":\"of-our-own\"}")) {
            Schema connect = connect(avro);
            assertThat(connect.name()).as(avro).isNull();
            assertThat(SchemaStore.parse(avro).getProp("logicalType"))
                    .isEqualTo(connect.parameters().get("connect.avro.logical.type"));
            assertThat(ToAvro.schema(connect, OPTIONS)).isEqualTo(SchemaStore.parse(avro));
        }
        assertThat(read("{\"type\":\"long\",\"logicalType\":\"timestamp-micros\"}", 1_700_000_000_123_456L)
                        .value())
                .isEqualTo(1_700_000_000_123_456L);
    }

    @Test
    void aNameThatConnectGaveWinsOverALogicalType() {
        Schema connect =
                connect("{\"type\":\"int\",\"logicalType\":\"date\",\"connect.name\":\"io.debezium.time.Date\"}");
        assertThat(connect.name()).isEqualTo("io.debezium.time.Date");
        assertThat(connect.parameters()).containsEntry("connect.avro.logical.type", "date");
    }

    @Test
    void unionsOfSeveralTypesAreStructs() {
        String avro = """
                ["null","string","int",{"type":"record","name":"a.R","fields":[{"name":"x","type":"long"}]},
                 {"type":"record","name":"b.R","fields":[]},{"type":"enum","name":"a.E","symbols":["A"]}]""";
        Schema union = connect(avro);
        assertThat(union.name()).isEqualTo("io.confluent.connect.avro.Union");
        assertThat(union.isOptional()).isTrue();
        assertThat(union.fields().stream().map(field -> field.name()))
                .containsExactly("string", "int", "a.R", "b.R", "E");
        assertThat(read(avro, "text").value()).isEqualTo(new Struct(union).put("string", "text"));
        assertThat(read(avro, 5).value()).isEqualTo(new Struct(union).put("int", 5));
        org.apache.avro.Schema record = SchemaStore.parse(avro).getTypes().get(3);
        GenericData.Record datum = new GenericData.Record(record);
        datum.put("x", 8L);
        Struct read = (Struct) read(avro, datum).value();
        assertThat(read.getStruct("a.R").getInt64("x")).isEqualTo(8L);
        assertThat(ToAvro.schema(union, OPTIONS).toString()).contains("\"a.R\"", "\"b.R\"");
    }

    @Test
    void aUnionThatIsNotOneIsItsOnlyMember() {
        assertThat(connect("[\"string\"]")).isEqualTo(Schema.STRING_SCHEMA);
        assertThat(connect("[\"long\",\"null\"]")).isEqualTo(Schema.OPTIONAL_INT64_SCHEMA);
        assertThatThrownBy(() -> connect("\"null\"")).isInstanceOf(DataException.class);
        assertThatThrownBy(() -> connect("[\"null\"]")).isInstanceOf(DataException.class);
    }

    @Test
    void readsEnumsMapsWithOtherKeysAndDocs() {
        Schema connect = connect("""
                {"type":"record","name":"R","namespace":"n","doc":"a row","fields":[
                  {"name":"color","type":{"type":"enum","name":"Color","symbols":["RED","BLUE"]},"default":"RED","doc":"of the cover"},
                  {"name":"counts","type":{"type":"array","items":{"type":"record","name":"MapEntry",
                     "namespace":"io.confluent.connect.avro","fields":[{"name":"key","type":"int"},{"name":"value","type":"long"}]}}},
                  {"name":"plain","type":["null",{"type":"array","items":"float"}],"default":null}]}""");
        assertThat(connect.name()).isEqualTo("n.R");
        assertThat(connect.doc()).isEqualTo("a row");
        Schema color = connect.field("color").schema();
        assertThat(color.doc()).isEqualTo("of the cover");
        assertThat(color.defaultValue()).isEqualTo("RED");
        assertThat(color.parameters())
                .containsEntry("io.confluent.connect.avro.Enum", "n.Color")
                .containsEntry("io.confluent.connect.avro.Enum.BLUE", "BLUE");
        Schema counts = connect.field("counts").schema();
        assertThat(counts.type()).isEqualTo(Schema.Type.MAP);
        assertThat(counts.keySchema()).isEqualTo(Schema.INT32_SCHEMA);
        assertThat(connect.field("plain").schema().isOptional()).isTrue();
        assertThat(connect.field("plain").schema().defaultValue()).isNull();
    }

    @Test
    void noClassThatASchemaNamesIsLoaded() {
        String avro = "{\"type\":\"string\",\"java-class\":\"java.net.URL\",\"avro.java.string\":\"String\"}";
        assertThat(read(avro, "http://host.invalid/").value()).isEqualTo("http://host.invalid/");
    }

    @Test
    void aDefaultMayBeNullInsideOrOfALaterMember() {
        Schema connect = connect("""
                {"type":"array","items":[{"type":"array","items":"int"},"null"],"connect.default":[null,[],[4]]}""");
        assertThat(connect.defaultValue()).isEqualTo(Arrays.asList(null, List.of(), List.of(4)));
        Schema later = connect(
                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"t\",\"type\":[\"null\",\"string\"],\"default\":\"x\"}]}");
        assertThat(later.field("t").schema().defaultValue()).isEqualTo("x");
    }

    @Test
    void aDefaultThatIsNotOfItsTypeIsRefused() {
        assertThatThrownBy(() -> connect("{\"type\":\"int\",\"connect.default\":\"seven\"}"))
                .isInstanceOf(DataException.class)
                .hasMessageContainingAll("connect.default", "seven is no int");
        assertThatThrownBy(() -> connect("{\"type\":\"int\",\"connect.default\":2147483648}"))
                .isInstanceOf(DataException.class);
        assertThatThrownBy(
                        () -> connect(
                                "{\"type\":\"record\",\"name\":\"R\",\"fields\":[{\"name\":\"b\",\"type\":\"boolean\",\"default\":1}]}"))
                .isInstanceOf(DataException.class)
                .hasMessageContaining("the default of the field 'b'");
    }
}
