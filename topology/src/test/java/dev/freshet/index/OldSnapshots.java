package dev.freshet.index;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32C;

/** Makes of a snapshot what an earlier version would have written. */
public final class OldSnapshots {
    private static final int VERSION_AT = 8;
    private static final int CONTENT_AT = 24;
    private static final int CHECKSUM_BYTES = 4;
    /** What stands behind the quantization: offset and time. */
    private static final int BEHIND_BYTES = 16;

    private OldSnapshots() {}

    /** Version 2, whose header had no quantization. */
    public static byte[] asVersion2(byte[] file) {
        DamagedFiles.Section head = DamagedFiles.sections(file).get(0);
        byte[] content = Arrays.copyOfRange(file, CONTENT_AT, head.end() - CHECKSUM_BYTES);
        int behind = content.length - BEHIND_BYTES;
        int quantization = behind - Quantization.NONE.text().length() - Integer.BYTES;
        byte[] without = Arrays.copyOf(content, quantization + BEHIND_BYTES);
        System.arraycopy(content, behind, without, quantization, BEHIND_BYTES);
        CRC32C crc = new CRC32C();
        crc.update(without);
        byte[] tag = Arrays.copyOfRange(file, head.begin(), head.begin() + SnapshotWriter.TAG_BYTES);
        return ByteBuffer.allocate(file.length - (content.length - without.length))
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(file, 0, VERSION_AT)
                .putInt(2)
                .put(tag)
                .putLong(without.length)
                .put(without)
                .putInt(SnapshotWriter.checksum(tag, without.length, (int) crc.getValue()))
                .put(file, head.end(), file.length - head.end())
                .array();
    }
}
