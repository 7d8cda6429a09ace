package dev.freshet.schemas.key;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.List;
import org.apache.kafka.common.utils.Utils;

/**
 * Row keys: one id value, or several joined with {@code :}. The characters {@code %}, {@code :} and {@code #} inside a value are
 * percent-encoded, so that a key splits in one way only and {@code <row key>#<ordinal>} names a chunk.
 *
 * <p>In the rows topic a record's key is {@code <dataset>:<row key>} in UTF-8. Kafka's default partitioner (murmur2) decides where a row
 * lives; {@link #partition} is the same function.
 */
public final class RowKeys {
    /** Longest row key in UTF-16 units. Longer ones are refused: they stand in every record and in memory. */
    public static final int MAX_LENGTH = 1024;

    private RowKeys() {}

    /** Joins the values of the id columns. */
    public static String join(List<String> parts) {
        if (parts.isEmpty()) {
            throw new IllegalArgumentException("a row key needs at least one part");
        }
        StringBuilder key = new StringBuilder();
        encode(parts.get(0), key);
        for (String part : parts.subList(1, parts.size())) {
            key.append(':');
            encode(part, key);
        }
        return key.toString();
    }

    /** The record key in the rows topic. */
    public static String record(String dataset, String rowKey) {
        return dataset + ":" + rowKey;
    }

    /** The partition in which a row lives, of {@code partitions}. */
    public static int partition(String dataset, String rowKey, int partitions) {
        return partition(record(dataset, rowKey).getBytes(UTF_8), partitions);
    }

    /** The partition of a record key, of {@code partitions}, as Kafka's default partitioner computes it. */
    public static int partition(byte[] recordKey, int partitions) {
        return Utils.toPositive(Utils.murmur2(recordKey)) % partitions;
    }

    private static void encode(String part, StringBuilder out) {
        for (int i = 0; i < part.length(); i++) {
            char c = part.charAt(i);
            switch (c) {
                case '%' -> out.append("%25");
                case ':' -> out.append("%3A");
                case '#' -> out.append("%23");
                default -> out.append(c);
            }
        }
    }
}
