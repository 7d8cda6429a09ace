package dev.freshet.schemas.serde;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.freshet.schemas.registry.SchemaStore;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import org.apache.avro.Schema;

/**
 * Confluent's frame around Avro.
 *
 * <pre>
 * value  = magic id avro
 * magic  = 1 byte, 0
 * id     = 4 bytes, the schema's id, big endian, not negative
 * avro   = Avro binary of the schema with this id
 * </pre>
 */
final class WireFormat {
    static final int HEADER_BYTES = 5;
    private static final int MAGIC = 0;
    private static final String JAVA_STRING = "avro.java.string";

    private WireFormat() {}

    static void writeHeader(ByteArrayOutputStream out, int id) {
        out.write(MAGIC);
        out.write(id >>> 24);
        out.write(id >>> 16);
        out.write(id >>> 8);
        out.write(id);
    }

    /** @throws UndecodableRecordException when there is no such frame */
    static int readId(String topic, byte[] bytes) {
        if (bytes.length == 0) {
            throw new UndecodableRecordException("Topic " + topic + ": the value is empty");
        }
        if (bytes[0] != MAGIC) {
            throw new UndecodableRecordException("Topic " + topic + ": the first byte is " + (bytes[0] & 0xFF)
                    + ", expected 0 (Avro in Confluent's wire format; a row may also be JSON, which starts with '{')");
        }
        if (bytes.length < HEADER_BYTES) {
            throw new UndecodableRecordException("Topic " + topic + ": the value has " + bytes.length
                    + " bytes, the header of Confluent's wire format alone has " + HEADER_BYTES);
        }
        int id = ByteBuffer.wrap(bytes, 1, Integer.BYTES).getInt();
        if (id < 0) {
            throw new UndecodableRecordException("Topic " + topic + ": the schema id " + id + " is negative");
        }
        return id;
    }

    /** The schema as its author wrote it, without what Avro's code generator added for Java. */
    static Schema withoutJavaProperties(Schema schema) {
        try {
            JsonNode json = new ObjectMapper().readTree(schema.toString());
            return SchemaStore.parse(strip(json).toString());
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("Avro printed a schema that is not JSON", e);
        }
    }

    private static JsonNode strip(JsonNode node) {
        if (node instanceof ArrayNode array) {
            for (int i = 0; i < array.size(); i++) {
                array.set(i, strip(array.get(i)));
            }
            return array;
        }
        if (node instanceof ObjectNode object) {
            boolean stripped = object.remove(JAVA_STRING) != null;
            if (stripped && object.size() == 1 && object.path("type").asText().equals("string")) {
                return TextNode.valueOf("string");
            }
            object.properties().forEach(field -> field.setValue(strip(field.getValue())));
        }
        return node;
    }
}
