package dev.freshet.embed.remote;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationContext;
import com.fasterxml.jackson.databind.deser.std.StdDeserializer;
import java.io.IOException;
import java.util.Arrays;

/**
 * Reads a vector from an array of numbers. Jackson's own reader would also take a string as Base64, in another byte order than providers write, and turn it into
 * numbers without sense.
 *
 * <p>A component that is null is NaN: JSON has no NaN, and servers in C++ and Rust commonly write null for it. So it is the vector that cannot be used, not the answer.
 */
final class NumbersOnly extends StdDeserializer<float[]> {
    private static final long serialVersionUID = 1;
    private static final int FIRST_SIZE = 1024;

    NumbersOnly() {
        super(float[].class);
    }

    @Override
    public float[] deserialize(JsonParser parser, DeserializationContext context) throws IOException {
        if (!parser.isExpectedStartArrayToken()) {
            return context.reportInputMismatch(this, "a vector is no array of numbers");
        }
        float[] numbers = new float[FIRST_SIZE];
        int count = 0;
        for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
            boolean notANumber = token == JsonToken.VALUE_NULL;
            if (token == null || !(token.isNumeric() || notANumber)) {
                return context.reportInputMismatch(this, "a component of a vector is no number");
            }
            if (count == numbers.length) {
                numbers = Arrays.copyOf(numbers, 2 * count);
            }
            numbers[count++] = notANumber ? Float.NaN : parser.getFloatValue();
        }
        return Arrays.copyOf(numbers, count);
    }
}
