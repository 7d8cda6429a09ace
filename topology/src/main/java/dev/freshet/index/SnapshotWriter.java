package dev.freshet.index;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.function.BooleanSupplier;
import java.util.zip.CRC32C;

/**
 * Writes a snapshot of an index: to a temporary file beside the wanted one, which takes its place in one step when it is complete and on the disk. A writer that
 * is closed without {@link #commit} leaves what was there before. Numbers are little endian.
 *
 * <pre>
 * snapshot := magic version section("HEAD", header) section* section("ENDS", number of sections before it (4))
 * magic    := "FRESHETG" (8)
 * version  := 3 (4)
 * section  := tag (4 ASCII characters) length of the content in bytes (8) content checksum
 * checksum := CRC-32C of tag, length and the CRC-32C of the content (4)
 * header   := engine:string index id (8) partition (4) model fingerprint:string dimensions (4) distance:string m (4)
 *             ef construction (4) quantization:string offset (8) created, in milliseconds since 1970 (8)
 * string   := length in bytes (4) UTF-8
 * </pre>
 *
 * <p>Version 2 had no quantization in its header; it is {@code none} there. What the other sections hold is said where they are written. For one thread.
 */
public final class SnapshotWriter implements Closeable {
    static final byte[] MAGIC = "FRESHETG".getBytes(US_ASCII);
    static final int VERSION = 3;
    static final int VERSION_WITHOUT_QUANTIZATION = 2;
    static final String HEADER = "HEAD";
    static final String END = "ENDS";
    static final int TAG_BYTES = 4;
    private static final int BUFFER_BYTES = 256 * 1024;
    private static final String TEMPORARY = ".tmp";

    private final Path file;
    private final Path temporary;
    private final FileChannel channel;
    private final BooleanSupplier givenUp;
    private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN);
    private int sections;
    private boolean open = true;

    private SnapshotWriter(Path file, BooleanSupplier givenUp) throws IOException {
        this.file = file;
        this.givenUp = givenUp;
        this.temporary = file.resolveSibling(file.getFileName() + TEMPORARY);
        this.channel = FileChannel.open(
                temporary, StandardOpenOption.CREATE, StandardOpenOption.TRUNCATE_EXISTING, StandardOpenOption.WRITE);
    }

    /** Begins a snapshot that nobody will give up. Its directory must exist. */
    public static SnapshotWriter create(Path file, SnapshotHeader header) throws IOException {
        return create(file, header, () -> false);
    }

    /**
     * Begins a snapshot. Its directory must exist.
     *
     * @param givenUp asked for every block that is written, and before the end; once true, writing throws {@link InterruptedIOException}
     */
    public static SnapshotWriter create(Path file, SnapshotHeader header, BooleanSupplier givenUp) throws IOException {
        SnapshotWriter writer = new SnapshotWriter(file, givenUp);
        try {
            writer.buffer.put(MAGIC).putInt(VERSION);
            writer.flush();
            try (Section section = writer.section(HEADER)) {
                VectorIndexParameters parameters = header.parameters();
                section.putString(header.engine());
                section.putLong(header.indexId());
                section.putInt(header.partition());
                section.putString(header.modelFingerprint());
                section.putInt(parameters.dimensions());
                section.putString(parameters.distance().name());
                section.putInt(parameters.m());
                section.putInt(parameters.efConstruction());
                section.putString(parameters.quantization().text());
                section.putLong(header.offset());
                section.putLong(header.createdMs());
            }
            return writer;
        } catch (IOException | RuntimeException e) {
            writer.close();
            throw e;
        }
    }

    /** Begins a section; it must be closed before the next one. */
    public Section section(String tag) throws IOException {
        return new Section(tag);
    }

    /** Bytes of the file so far. */
    public long size() throws IOException {
        return channel.size();
    }

    /** Completes the snapshot: from now on it is what a reader finds, also after a power failure. */
    public void commit() throws IOException {
        int before = sections;
        try (Section end = section(END)) {
            end.putInt(before);
        }
        channel.force(true);
        close(false);
        Files.move(temporary, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        syncDirectory();
    }

    // Without it the new name may be lost with the power. Not every system can open a directory.
    private void syncDirectory() throws IOException {
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null && !System.getProperty("os.name", "").startsWith("Windows")) {
            try (FileChannel names = FileChannel.open(directory, StandardOpenOption.READ)) {
                names.force(true);
            }
        }
    }

    @Override
    public void close() throws IOException {
        close(true);
    }

    private void close(boolean delete) throws IOException {
        if (open) {
            open = false;
            channel.close();
            if (delete) {
                Files.deleteIfExists(temporary);
            }
        }
    }

    private void flush() throws IOException {
        if (givenUp.getAsBoolean()) {
            throw new InterruptedIOException("the snapshot " + file + " was given up");
        }
        buffer.flip();
        while (buffer.hasRemaining()) {
            channel.write(buffer);
        }
        buffer.clear();
    }

    /** One section's content. The length is written when it is closed, so nobody has to know it before. */
    public final class Section implements Closeable {
        private final byte[] tag;
        private final long start;
        private final CRC32C content = new CRC32C();
        private long length;

        private Section(String name) throws IOException {
            this.tag = name.getBytes(US_ASCII);
            if (tag.length != TAG_BYTES) {
                throw new IllegalArgumentException(
                        "a section's tag has " + TAG_BYTES + " characters, not '" + name + "'");
            }
            this.start = channel.position();
            buffer.put(tag).putLong(0);
            flush();
        }

        /** One byte. */
        public void putByte(byte value) throws IOException {
            room(Byte.BYTES);
            buffer.put(value);
        }

        /** Four bytes. */
        public void putInt(int value) throws IOException {
            room(Integer.BYTES);
            buffer.putInt(value);
        }

        /** Eight bytes. */
        public void putLong(long value) throws IOException {
            room(Long.BYTES);
            buffer.putLong(value);
        }

        /** The length and the bytes in UTF-8. */
        public void putString(String value) throws IOException {
            putBytes(value.getBytes(UTF_8));
        }

        /** The length and the bytes. */
        public void putBytes(byte[] bytes) throws IOException {
            putInt(bytes.length);
            for (int from = 0; from < bytes.length; ) {
                int count = Math.min(bytes.length - from, BUFFER_BYTES);
                room(count);
                buffer.put(bytes, from, count);
                from += count;
            }
        }

        /** Four bytes each. */
        public void putInts(int[] values, int from, int count) throws IOException {
            for (int next = from; next < from + count; ) {
                int some = Math.min(from + count - next, BUFFER_BYTES / Integer.BYTES);
                room(some * Integer.BYTES);
                buffer.asIntBuffer().put(values, next, some);
                buffer.position(buffer.position() + some * Integer.BYTES);
                next += some;
            }
        }

        /** Four bytes each. */
        public void putFloats(float[] values, int from, int count) throws IOException {
            for (int next = from; next < from + count; ) {
                int some = Math.min(from + count - next, BUFFER_BYTES / Float.BYTES);
                room(some * Float.BYTES);
                buffer.asFloatBuffer().put(values, next, some);
                buffer.position(buffer.position() + some * Float.BYTES);
                next += some;
            }
        }

        private void room(int bytes) throws IOException {
            if (buffer.remaining() < bytes) {
                drain();
            }
        }

        private void drain() throws IOException {
            length += buffer.position();
            content.update(buffer.duplicate().flip());
            flush();
        }

        /** Ends the section. */
        @Override
        public void close() throws IOException {
            if (!open) {
                return;
            }
            drain();
            buffer.putInt(checksum(tag, length, (int) content.getValue()));
            flush();
            long end = channel.position();
            channel.position(start + TAG_BYTES);
            buffer.putLong(length);
            flush();
            channel.position(end);
            sections++;
        }
    }

    /** The length is known last, so the checksum covers the content's own checksum rather than the content after the length. */
    static int checksum(byte[] tag, long length, int content) {
        CRC32C checksum = new CRC32C();
        checksum.update(ByteBuffer.allocate(TAG_BYTES + Long.BYTES + Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .put(tag)
                .putLong(length)
                .putInt(content)
                .flip());
        return (int) checksum.getValue();
    }
}
