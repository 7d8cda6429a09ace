package dev.freshet.cluster;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.SerializerProvider;
import com.fasterxml.jackson.databind.deser.std.StdScalarDeserializer;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.StdScalarSerializer;
import dev.freshet.schemas.serde.VectorBytes;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;

/**
 * What calls between processes look like: JSON objects in UTF-8, one per call and one per answer, of the components of {@link Calls}' and {@link Replies}' records in
 * {@code snake_case}.
 *
 * <ul>
 *   <li>A vector is a string: base64 of its components, each 4 bytes of IEEE 754, the lowest first. It arrives bit for bit.
 *   <li>A distance or score is a number with as many digits as tell it from all others, or {@code "NaN"}, {@code "Infinity"}, {@code "-Infinity"}.
 *   <li>Metadata and filters are strings that hold JSON; they are handed on as they are.
 *   <li>A moment is an ISO 8601 string; what is null is left out; a field that the reader does not know is passed over.
 * </ul>
 */
final class WireFormat {
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
            .defaultPropertyInclusion(JsonInclude.Value.ALL_NON_NULL)
            .addModule(new SimpleModule()
                    .addSerializer(float[].class, new VectorWriter())
                    .addDeserializer(float[].class, new VectorReader())
                    .addSerializer(Instant.class, new InstantWriter())
                    .addDeserializer(Instant.class, new InstantReader()))
            .build();

    private WireFormat() {}

    static byte[] write(Object value) {
        try {
            return MAPPER.writeValueAsBytes(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot write " + value.getClass().getName(), e);
        }
    }

    /** Throws {@link IOException} if it is no JSON, or not of that shape. */
    static <T> T read(byte[] json, Class<T> type) throws IOException {
        T value = MAPPER.readValue(json, type);
        if (value == null) {
            throw new IOException("null is no " + type.getSimpleName());
        }
        return value;
    }

    private static final class VectorWriter extends StdScalarSerializer<float[]> {
        private static final long serialVersionUID = 1;

        VectorWriter() {
            super(float[].class);
        }

        @Override
        public void serialize(float[] vector, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeBinary(VectorBytes.encode(vector).array());
        }
    }

    private static final class VectorReader extends StdScalarDeserializer<float[]> {
        private static final long serialVersionUID = 1;

        VectorReader() {
            super(float[].class);
        }

        @Override
        public float[] deserialize(JsonParser in, DeserializationContext context) throws IOException {
            try {
                return VectorBytes.decode(ByteBuffer.wrap(in.getBinaryValue()));
            } catch (IllegalArgumentException e) {
                throw context.weirdStringException(in.getText(), float[].class, e.getMessage());
            }
        }
    }

    private static final class InstantWriter extends StdScalarSerializer<Instant> {
        private static final long serialVersionUID = 1;

        InstantWriter() {
            super(Instant.class);
        }

        @Override
        public void serialize(Instant moment, JsonGenerator out, SerializerProvider provider) throws IOException {
            out.writeString(moment.toString());
        }
    }

    private static final class InstantReader extends StdScalarDeserializer<Instant> {
        private static final long serialVersionUID = 1;

        InstantReader() {
            super(Instant.class);
        }

        @Override
        public Instant deserialize(JsonParser in, DeserializationContext context) throws IOException {
            try {
                return Instant.parse(in.getText());
            } catch (java.time.DateTimeException e) {
                throw context.weirdStringException(in.getText(), Instant.class, String.valueOf(e.getMessage()));
            }
        }
    }
}
