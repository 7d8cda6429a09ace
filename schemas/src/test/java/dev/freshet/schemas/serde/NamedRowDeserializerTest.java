package dev.freshet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.registry.SchemaStore;
import java.io.EOFException;
import java.net.ConnectException;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class NamedRowDeserializerTest {
    private static final byte[] BYTES = {3, 1, 2};

    /** Remembers what it was configured with, in the record that it makes. */
    public static final class Echo implements Deserializer<Object> {
        private final Map<String, Object> settings = new HashMap<>();

        @Override
        public void configure(Map<String, ?> configs, boolean key) {
            settings.putAll(configs);
        }

        @Override
        public Object deserialize(String topic, byte[] data) {
            RowChange change = ConfluentAvroSerdeTest.row();
            change.setKey(settings.get("specific.avro.reader") + " " + settings.get("schema.registry.url"));
            return change;
        }
    }

    /** As Confluent's client calls its exception. */
    static final class RestClientException extends Exception {
        RestClientException(String message) {
            super(message);
        }
    }

    /** As Confluent's serde calls what it throws when it is not let in. */
    static final class InvalidConfigurationException extends RuntimeException {}

    private static NamedRowDeserializer answering(@Nullable Object answer) {
        return new NamedRowDeserializer((topic, bytes) -> {
            if (answer instanceof RuntimeException failure) {
                throw failure;
            }
            return answer;
        });
    }

    @Test
    void shouldMakeAndConfigureTheNamedClass() {
        try (NamedRowDeserializer named =
                NamedRowDeserializer.of(Echo.class.getName(), Map.of("schema.registry.url", "http://r"))) {
            assertThat(named.deserialize("t", BYTES))
                    .isNotNull()
                    .extracting(RowChange::getKey)
                    .isEqualTo("true http://r");
            assertThat(named.deserialize("t", null)).isNull();
        }
        try (NamedRowDeserializer overridden =
                NamedRowDeserializer.of(Echo.class.getName(), Map.of("specific.avro.reader", "false"))) {
            assertThat(overridden.deserialize("t", BYTES))
                    .isNotNull()
                    .extracting(RowChange::getKey)
                    .asString()
                    .startsWith("false");
        }
    }

    @Test
    void shouldRefuseNamesThatAreNoDeserializer() {
        for (String name : new String[] {"no.such.Class", "java.lang.String", Deserializer.class.getName()}) {
            assertThatThrownBy(() -> NamedRowDeserializer.of(name, Map.of()))
                    .isInstanceOf(ConfigException.class)
                    .hasMessageContaining("'" + name + "'");
        }
    }

    @Test
    void shouldResolveARecordOfAnotherSchema() {
        Schema schema = SchemaStore.parse("""
                {"type":"record","name":"RowChange","namespace":"dev.freshet.schemas.avro","fields":[
                  {"name":"note","type":"int"},{"name":"key","type":"string"},{"name":"dataset","type":"string"}]}""");
        GenericData.Record record = new GenericData.Record(schema);
        record.put("note", 4);
        record.put("key", "k");
        record.put("dataset", "d");
        assertThat(answering(record).deserialize("t", BYTES))
                .isEqualTo(RowChange.newBuilder().setKey("k").setDataset("d").build());
        Schema foreign = SchemaStore.parse(
                "{\"type\":\"record\",\"name\":\"Other\",\"fields\":[{\"name\":\"x\",\"type\":\"int\"}]}");
        GenericData.Record other = new GenericData.Record(foreign);
        other.put("x", 1);
        undecodable(other, "a record of Other");
    }

    @Test
    void shouldRefuseWhatIsNoRecord() {
        undecodable("text", "java.lang.String");
        undecodable(null, "made nothing");
        try (NamedRowDeserializer text = NamedRowDeserializer.of(StringDeserializer.class.getName(), Map.of())) {
            assertThatThrownBy(() -> text.deserialize("t", BYTES)).isInstanceOf(UndecodableRecordException.class);
        }
    }

    @Test
    void shouldTellBadBytesFromARegistryThatCannotBeAsked() {
        undecodable(new SerializationException("Unknown magic byte!"), "Unknown magic byte!");
        undecodable(new SerializationException("Error deserializing", new EOFException()), "EOFException");
        undecodable(
                new SerializationException("Error", new RestClientException("Schema 7 not found; error code: 40403")),
                "40403");
        unavailable(new SerializationException("Error", new ConnectException("refused")), "refused");
        unavailable(new SerializationException("Error", new RestClientException("Oops; error code: 50001")), "50001");
        unavailable(new SerializationException("Error", new RestClientException("Not Found; error code: 404")), "404");
        unavailable(new InvalidConfigurationException(), "InvalidConfigurationException");
        unavailable(new org.apache.kafka.common.errors.TimeoutException("late"), "late");
    }

    private static void undecodable(@Nullable Object answer, String part) {
        assertThatThrownBy(() -> answering(answer).deserialize("t", BYTES))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContainingAll("Topic t", part);
    }

    private static void unavailable(RuntimeException failure, String part) {
        assertThatThrownBy(() -> answering(failure).deserialize("t", BYTES))
                .isInstanceOfSatisfying(
                        FreshetException.class, e -> assertThat(e.code()).isEqualTo(ErrorCode.REGISTRY_UNAVAILABLE))
                .hasMessageContainingAll("Topic t", part);
    }
}
