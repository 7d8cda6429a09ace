package dev.freshet.index;

import static java.util.Objects.requireNonNull;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.UUID;

/**
 * {@link OriginalVectors} in mapped files of {@value #SEGMENT_BYTES} bytes at most, unless one vector is longer. The operating system keeps in memory what is looked at, as far as there is room, and gives that room up when others need it.
 *
 * <p>A file is written full of zeros before it is mapped: a disk that is full then fails this call, in words, and not a store into memory later, which would end the process. It loses its name as soon as it is open, so that
 * nothing is left behind however the process ends; its room is free again when nobody has it mapped any more, which is when the garbage collector has found that out. No channel stays open,
 * so a thread that is interrupted cannot close what others need.
 */
final class VectorFile implements OriginalVectors {
    private static final int SEGMENT_BYTES = 1 << 22;
    private static final int ZEROS_BYTES = 1 << 16;
    private static final long FIRST_PAUSE_MS = 50;
    private static final long LAST_PAUSE_MS = 400;

    private final int dimensions;
    private final Path directory;
    private final int shift;
    private final int mask;
    private volatile FloatBuffer[] segments = {};

    /** Empty; no file is made before the first vector needs it. */
    VectorFile(int dimensions, Path directory) {
        this.dimensions = dimensions;
        this.directory = requireNonNull(directory, "directory is null");
        int perSegment = Integer.highestOneBit(Math.max(1, SEGMENT_BYTES / (dimensions * Float.BYTES)));
        this.shift = Integer.numberOfTrailingZeros(perSegment);
        this.mask = perSegment - 1;
    }

    @Override
    public void ensure(int size) {
        int needed = segmentsFor(size);
        if (needed > segments.length) {
            segments = Pages.resize(segments, needed, this::newSegment);
        }
    }

    private int segmentsFor(int size) {
        return (size + mask) >>> shift;
    }

    private FloatBuffer newSegment() {
        try {
            return tryNewSegment();
        } catch (IOException e) {
            return newSegmentAfterCollecting(e);
        }
    }

    /** Files that nobody uses any more, but the collector has not come by yet, may be all that fills the disk. */
    private FloatBuffer newSegmentAfterCollecting(IOException first) {
        for (long pause = FIRST_PAUSE_MS; pause <= LAST_PAUSE_MS; pause *= 2) {
            System.gc();
            try {
                Thread.sleep(pause);
                return tryNewSegment();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                break;
            } catch (IOException e) {
                first.addSuppressed(e);
            }
        }
        throw new UncheckedIOException(
                "cannot keep vectors on disk in " + directory + ": " + first
                        + ". Make room there, or create the index without vectors_on_disk",
                first);
    }

    private FloatBuffer tryNewSegment() throws IOException {
        Files.createDirectories(directory);
        Path file = directory.resolve(UUID.randomUUID() + ".vectors");
        try (FileChannel channel = FileChannel.open(
                file,
                StandardOpenOption.CREATE_NEW,
                StandardOpenOption.READ,
                StandardOpenOption.WRITE,
                StandardOpenOption.DELETE_ON_CLOSE)) {
            fill(channel, segmentBytes());
            return channel.map(MapMode.READ_WRITE, 0, segmentBytes())
                    .order(ByteOrder.nativeOrder())
                    .asFloatBuffer();
        }
    }

    private static void fill(FileChannel channel, int bytes) throws IOException {
        ByteBuffer zeros = ByteBuffer.allocate(ZEROS_BYTES);
        for (int left = bytes; left > 0; left -= zeros.position()) {
            zeros.clear().limit(Math.min(left, ZEROS_BYTES));
            while (zeros.hasRemaining()) {
                channel.write(zeros);
            }
        }
    }

    private int segmentBytes() {
        return (mask + 1) * dimensions * Float.BYTES;
    }

    private FloatBuffer segment(int node) {
        return segments[node >>> shift];
    }

    private int first(int node) {
        return (node & mask) * dimensions;
    }

    @Override
    public void set(int node, float[] vector) {
        segment(node).put(first(node), vector, 0, dimensions);
    }

    @Override
    public void trim(int size) {
        int needed = segmentsFor(size);
        if (needed < segments.length) {
            segments = Pages.resize(segments, needed, this::newSegment);
        }
    }

    @Override
    public float[] copy(int node) {
        float[] copy = new float[dimensions];
        segment(node).get(first(node), copy);
        return copy;
    }

    @Override
    public View view() {
        float[] shown = new float[dimensions];
        return new View() {
            @Override
            public void show(int node) {
                segment(node).get(first(node), shown);
            }

            @Override
            public float[] components() {
                return shown;
            }

            @Override
            public int start() {
                return 0;
            }
        };
    }

    @Override
    public long bytes() {
        return 0;
    }

    @Override
    public long fileBytes() {
        return (long) segments.length * segmentBytes();
    }
}
