package dev.freshet.schemas.key;

/**
 * Keys of the vectors topic: {@code <index id>/<row key>} for a row, {@code <index id>!watermark/<partition>} for a watermark. A row's record
 * lies in the partition of the row in the rows topic, not where a hash of this key would put it.
 */
public final class VectorKeys {
    /** The header of a deletion: the version of the change that made it, 8 bytes, big endian. */
    public static final String VERSION_HEADER = "freshet-version";

    private static final String WATERMARK = "!watermark/";

    private VectorKeys() {}

    public static String row(long indexId, String rowKey) {
        return indexId + "/" + rowKey;
    }

    public static String watermark(long indexId, int partition) {
        return indexId + WATERMARK + partition;
    }

    public static boolean isWatermark(String key) {
        int end = digits(key);
        return end > 0 && key.startsWith(WATERMARK, end);
    }

    /** The index id of a row's or a watermark's key. */
    public static long indexId(String key) {
        int end = digits(key);
        if (end == 0 || end == key.length()) {
            throw new IllegalArgumentException("not a key of the vectors topic: " + key);
        }
        return Long.parseLong(key, 0, end, 10);
    }

    /** The row key of a row's key. */
    public static String rowKey(String key) {
        int end = digits(key);
        if (end == 0 || end == key.length() || key.charAt(end) != '/') {
            throw new IllegalArgumentException("not a row's key of the vectors topic: " + key);
        }
        return key.substring(end + 1);
    }

    private static int digits(String key) {
        int end = 0;
        while (end < key.length() && key.charAt(end) >= '0' && key.charAt(end) <= '9') {
            end++;
        }
        return end;
    }
}
