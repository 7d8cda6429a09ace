package dev.freshet.connect.avro;

import static java.util.Objects.requireNonNull;

import org.apache.kafka.connect.errors.DataException;
import org.jspecify.annotations.Nullable;

/**
 * A codec for values that may be null.
 *
 * @param optional whether they may; if not, null is refused
 */
record OptionalCodec(ValueCodec codec, boolean optional) {
    OptionalCodec {
        requireNonNull(codec, "codec is null");
    }

    @Nullable
    Object toAvro(@Nullable Object value) {
        return value == null ? missing() : codec.toAvro(value);
    }

    @Nullable
    Object toConnect(@Nullable Object datum) {
        return datum == null ? missing() : codec.toConnect(datum);
    }

    private @Nullable Object missing() {
        if (!optional) {
            throw new DataException("null where the schema asks for a value");
        }
        return null;
    }
}
