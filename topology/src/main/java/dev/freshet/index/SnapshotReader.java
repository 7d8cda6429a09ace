package dev.freshet.index;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.zip.CRC32C;

/**
 * Reads what {@link SnapshotWriter} wrote (its grammar stands there). Every section is to be read whole and {@linkplain Section#verify verified}; nothing that was
 * read may be used before {@link #end} has returned. Whatever is wrong with the file is a {@link SnapshotException}. For one thread.
 */
public final class SnapshotReader implements Closeable {
    private static final int BUFFER_BYTES = 256 * 1024;

    private final Path file;
    private final FileChannel channel;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES)
            .order(ByteOrder.LITTLE_ENDIAN)
            .limit(0);
    private final SnapshotHeader header;
    private long unread;
    private int sections;

    private SnapshotReader(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(file, StandardOpenOption.READ);
        try {
            this.unread = channel.size();
            this.header = readHeader();
        } catch (IOException | RuntimeException e) {
            channel.close();
            throw e;
        }
    }

    /** Opens a snapshot and reads its header. Throws {@link java.nio.file.NoSuchFileException} if there is none. */
    public static SnapshotReader open(Path file) throws IOException {
        return new SnapshotReader(file);
    }

    /** Whose snapshot it is. */
    public SnapshotHeader header() {
        return header;
    }

    private SnapshotHeader readHeader() throws IOException {
        byte[] magic = bytes(SnapshotWriter.MAGIC.length);
        if (!Arrays.equals(magic, SnapshotWriter.MAGIC)) {
            throw problem("is not a snapshot: it does not begin with " + new String(SnapshotWriter.MAGIC, US_ASCII));
        }
        int version = ensure(Integer.BYTES).getInt();
        if (version != SnapshotWriter.VERSION && version != SnapshotWriter.VERSION_WITHOUT_QUANTIZATION) {
            throw problem("has format version " + version + ", this program reads versions "
                    + SnapshotWriter.VERSION_WITHOUT_QUANTIZATION + " and " + SnapshotWriter.VERSION);
        }
        Section section = section(SnapshotWriter.HEADER);
        try {
            String engine = section.getString();
            long indexId = section.getLong();
            int partition = section.getInt();
            String fingerprint = section.getString();
            int dimensions = section.getInt();
            String distance = section.getString();
            int m = section.getInt();
            int efConstruction = section.getInt();
            Quantization quantization =
                    version == SnapshotWriter.VERSION ? Quantization.of(section.getString()) : Quantization.NONE;
            long offset = section.getLong();
            long created = section.getLong();
            section.verify();
            return new SnapshotHeader(
                    engine,
                    indexId,
                    partition,
                    fingerprint,
                    new VectorIndexParameters(
                            dimensions, DistanceFunction.valueOf(distance), m, efConstruction, quantization),
                    offset,
                    created);
        } catch (IllegalArgumentException e) {
            throw new SnapshotException(file + " has a header that makes no sense: " + e.getMessage(), e);
        }
    }

    /** Begins the next section, which must have this tag. */
    public Section section(String tag) throws IOException {
        return new Section(tag);
    }

    /** To be called after the last section: everything was there. */
    public void end() throws IOException {
        int before = sections;
        Section end = section(SnapshotWriter.END);
        int written = end.getInt();
        end.verify();
        if (written != before) {
            throw problem("has " + written + " sections, " + before + " were read and verified");
        }
        if (unread + buffer.remaining() > 0) {
            throw problem("goes on for " + (unread + buffer.remaining()) + " bytes after its end");
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    /** Says what is wrong with the content, by the file's name. */
    public SnapshotException problem(String what) {
        return new SnapshotException(file + " " + what);
    }

    /** Says what is wrong with the content, where that showed as another exception. */
    public SnapshotException problem(String what, Throwable cause) {
        return new SnapshotException(file + " " + what, cause);
    }

    private ByteBuffer ensure(int bytes) throws IOException {
        if (buffer.remaining() < bytes) {
            buffer.compact();
            while (buffer.position() < bytes) {
                int read = channel.read(buffer);
                if (read < 0) {
                    throw problem("is cut short");
                }
                unread -= read;
            }
            buffer.flip();
        }
        return buffer;
    }

    private byte[] bytes(int count) throws IOException {
        byte[] bytes = new byte[count];
        ensure(count).get(bytes);
        return bytes;
    }

    /** One section's content. */
    public final class Section {
        private final byte[] tag;
        private final String name;
        private final long length;
        private final CRC32C content = new CRC32C();
        private long left;

        private Section(String name) throws IOException {
            this.name = name;
            this.tag = bytes(SnapshotWriter.TAG_BYTES);
            if (!name.equals(new String(tag, US_ASCII))) {
                throw problem("has no section " + name + " where it should be");
            }
            this.length = ensure(Long.BYTES).getLong();
            this.left = length;
            if (length < 0 || length > unread + buffer.remaining()) {
                throw problem("is cut short: section " + name + " should have " + length + " bytes");
            }
        }

        /** Bytes that were not read yet. */
        public long remaining() {
            return left;
        }

        /** One byte. */
        public byte getByte() throws IOException {
            return take(Byte.BYTES).get();
        }

        /** Four bytes. */
        public int getInt() throws IOException {
            return take(Integer.BYTES).getInt();
        }

        /** Eight bytes. */
        public long getLong() throws IOException {
            return take(Long.BYTES).getLong();
        }

        /** A number of things that follow, each of at least so many bytes: checked against what is left, so that a damaged number cannot ask for all memory. */
        public int getCount(int bytesEach) throws IOException {
            int count = getInt();
            if (count < 0 || (long) count * bytesEach > left) {
                throw problem("is damaged: section " + name + " cannot hold " + count + " entries");
            }
            return count;
        }

        /** A length and as many bytes in UTF-8. */
        public String getString() throws IOException {
            return new String(getBytes(), UTF_8);
        }

        /** A length and as many bytes. */
        public byte[] getBytes() throws IOException {
            byte[] bytes = new byte[getCount(Byte.BYTES)];
            for (int from = 0; from < bytes.length; ) {
                int count = Math.min(bytes.length - from, BUFFER_BYTES);
                take(count).get(bytes, from, count);
                from += count;
            }
            return bytes;
        }

        /** Four bytes each. */
        public void getInts(int[] values, int from, int count) throws IOException {
            for (int next = from; next < from + count; ) {
                int some = Math.min(from + count - next, BUFFER_BYTES / Integer.BYTES);
                take(some * Integer.BYTES).asIntBuffer().get(values, next, some);
                buffer.position(buffer.position() + some * Integer.BYTES);
                next += some;
            }
        }

        /** Four bytes each. */
        public void getFloats(float[] values, int from, int count) throws IOException {
            for (int next = from; next < from + count; ) {
                int some = Math.min(from + count - next, BUFFER_BYTES / Float.BYTES);
                take(some * Float.BYTES).asFloatBuffer().get(values, next, some);
                buffer.position(buffer.position() + some * Float.BYTES);
                next += some;
            }
        }

        // Advances the checksum over what the caller is about to read from the buffer.
        private ByteBuffer take(int bytes) throws IOException {
            if (bytes > left) {
                throw problem("is damaged: section " + name + " ends within a value");
            }
            ByteBuffer available = ensure(bytes);
            content.update(available.duplicate().limit(available.position() + bytes));
            left -= bytes;
            return available;
        }

        /** Ends the section: compares its checksum. Everything must have been read. */
        public void verify() throws IOException {
            if (left > 0) {
                throw problem("is damaged: section " + name + " has " + left + " bytes too many");
            }
            int written = ensure(Integer.BYTES).getInt();
            if (written != SnapshotWriter.checksum(tag, length, (int) content.getValue())) {
                throw problem("is damaged: the checksum of section " + name + " does not agree with its content");
            }
            sections++;
        }
    }
}
