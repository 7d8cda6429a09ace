package dev.freshet.ops.chaos.truth;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.freshet.schemas.error.ErrorCode;
import org.jspecify.annotations.Nullable;

/**
 * Records that can never be taken, each for another reason. All but {@link #NO_KEY} and {@link #UNKNOWN_ROW} may have the key of a row that is there: it must stay as it is.
 */
enum Poison {
    GARBAGE(ErrorCode.UNDECODABLE_RECORD),
    CUT_JSON(ErrorCode.UNDECODABLE_RECORD),
    EMPTY(ErrorCode.UNDECODABLE_RECORD),
    UNKNOWN_SCHEMA(ErrorCode.UNDECODABLE_RECORD),
    UNKNOWN_FIELD(ErrorCode.UNDECODABLE_RECORD),
    OTHER_KEY(ErrorCode.INVALID_ROW),
    NO_KEY(ErrorCode.INVALID_ROW),
    FOREIGN_VECTOR(ErrorCode.INVALID_ROW),
    UNKNOWN_ROW(ErrorCode.VALUE_UNAVAILABLE),
    WRONG_DIMENSION(ErrorCode.DIMENSION_MISMATCH),
    ZERO_VECTOR(ErrorCode.INVALID_VECTOR);

    private final ErrorCode code;

    Poison(ErrorCode code) {
        this.code = code;
    }

    /** With which it is refused. */
    String code() {
        return code.code();
    }

    /** The dataset that it is for. */
    String dataset() {
        return this == WRONG_DIMENSION || this == ZERO_VECTOR ? Datasets.OWN : Datasets.NOTES;
    }

    /** The record's value. */
    byte @Nullable [] value() {
        return switch (this) {
            case GARBAGE -> new byte[] {7, 7, 7};
            case CUT_JSON -> "{\"columns\": {\"id\": ".getBytes(UTF_8);
            case EMPTY -> new byte[0];
            case UNKNOWN_SCHEMA -> new byte[] {0, 0x7f, 0x6f, 0x5f, 0x4f, 1, 2, 3};
            case UNKNOWN_FIELD -> "{\"colums\": {\"id\": \"1\"}}".getBytes(UTF_8);
            case OTHER_KEY -> bytes(object().put("key", "some other row"));
            case NO_KEY -> bytes(object());
            case FOREIGN_VECTOR -> withVector(3, 1);
            case UNKNOWN_ROW -> unavailable();
            case WRONG_DIMENSION -> withVector(Datasets.OWN_DIMENSIONS - 1, 1);
            case ZERO_VECTOR -> withVector(Datasets.OWN_DIMENSIONS, 0);
        };
    }

    private static ObjectNode object() {
        ObjectNode change = JsonNodeFactory.instance.objectNode();
        change.putObject("columns").put("text", "This must never be found.");
        return change;
    }

    private static byte[] unavailable() {
        ObjectNode change = object();
        change.putArray("unavailable").add("title");
        return bytes(change);
    }

    private static byte[] withVector(int dimensions, double component) {
        ObjectNode change = object();
        ArrayNode vector = change.putArray("vector");
        for (int i = 0; i < dimensions; i++) {
            vector.add(component);
        }
        return bytes(change);
    }

    private static byte[] bytes(ObjectNode change) {
        return change.toString().getBytes(UTF_8);
    }
}
