package dev.freshet.connect.type;

import java.util.BitSet;
import java.util.Map;
import org.apache.kafka.connect.data.Schema;

/**
 * Bit strings, as the digits 0 and 1 with the highest bit first, which is how the databases write them. Debezium sends the bits from the lowest up and leaves out
 * bytes that are zero; {@code bit(n)} is filled up to its length again. Of a {@code bit varying} the actual length is not sent, so that its leading zeros are lost.
 */
final class Bits {
    /** Longest bit string that is filled up. */
    private static final int FILLED_BITS_MAX = 4096;

    private Bits() {}

    static ColumnConverter of(Schema schema) {
        int length = length(schema);
        return value -> digits(BitSet.valueOf(BinaryData.bytes(value)), length);
    }

    private static int length(Schema schema) {
        String type = SourceColumn.of(schema).type();
        Map<String, String> parameters = schema.parameters();
        String length = parameters == null ? null : parameters.get("length");
        if (length == null || "varbit".equals(type) || "bit varying".equals(type)) {
            return 0;
        }
        int bits = Integer.parseInt(length);
        return bits > FILLED_BITS_MAX ? 0 : bits;
    }

    private static String digits(BitSet bits, int length) {
        StringBuilder digits = new StringBuilder();
        for (int i = Math.max(1, Math.max(length, bits.length())) - 1; i >= 0; i--) {
            digits.append(bits.get(i) ? '1' : '0');
        }
        return digits.toString();
    }
}
