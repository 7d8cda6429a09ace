package dev.freshet.ops.chaos.fault;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** What can become of a snapshot. */
enum Damage {
    /** One bit is another one. */
    FLIP {
        @Override
        boolean apply(Path file, List<Path> others, Optional<Path> older, Random random) throws IOException {
            try (FileChannel channel = open(file)) {
                long position = position(channel.size(), random);
                ByteBuffer one = ByteBuffer.allocate(1);
                if (channel.read(one, position) < 1) {
                    return false;
                }
                one.put(0, (byte) (one.get(0) ^ (1 << random.nextInt(Byte.SIZE))));
                channel.write(one.rewind(), position);
                return true;
            }
        }
    },
    /** The end is missing. */
    TRUNCATE {
        @Override
        boolean apply(Path file, List<Path> others, Optional<Path> older, Random random) throws IOException {
            try (FileChannel channel = open(file)) {
                long size = channel.size();
                channel.truncate(position(size, random));
                return size > 0;
            }
        }
    },
    /** Some of it, up to 4 KiB, reads as zeros, as from a disk that had promised too much. */
    ZERO {
        @Override
        boolean apply(Path file, List<Path> others, Optional<Path> older, Random random) throws IOException {
            try (FileChannel channel = open(file)) {
                long size = channel.size();
                long position = position(size, random);
                int length = (int) Math.min(1 + random.nextInt(4096), size - position);
                channel.write(ByteBuffer.allocate(Math.max(0, length)), position);
                return length > 0;
            }
        }
    },
    /** A part of it, up to 4 KiB, is what stands elsewhere in it, as after a write that went to the wrong sectors of a disk. What is there makes sense, where it is does not. */
    MISDIRECT {
        @Override
        boolean apply(Path file, List<Path> others, Optional<Path> older, Random random) throws IOException {
            byte[] content = Files.readAllBytes(file);
            int sectors = content.length / SECTOR_BYTES;
            if (sectors < 2) {
                return false;
            }
            int count = 1 + random.nextInt(Math.min(SECTORS_MAX, sectors / 2));
            int from = random.nextInt(sectors - count + 1);
            int to = random.nextInt(sectors - count + 1);
            byte[] after = content.clone();
            System.arraycopy(content, from * SECTOR_BYTES, after, to * SECTOR_BYTES, count * SECTOR_BYTES);
            Files.write(file, after);
            return !Arrays.equals(content, after);
        }
    },
    DELETE {
        @Override
        boolean apply(Path file, List<Path> others, Optional<Path> older, Random random) throws IOException {
            return Files.deleteIfExists(file);
        }
    },
    /** It is what it was some time before. */
    STALE {
        @Override
        boolean apply(Path file, List<Path> others, Optional<Path> older, Random random) throws IOException {
            if (older.isEmpty()) {
                return false;
            }
            Files.copy(older.get(), file, StandardCopyOption.REPLACE_EXISTING);
            return true;
        }
    },
    /** It is that of another index or partition. */
    FOREIGN {
        @Override
        boolean apply(Path file, List<Path> others, Optional<Path> older, Random random) throws IOException {
            if (others.isEmpty()) {
                return false;
            }
            Files.copy(others.get(random.nextInt(others.size())), file, StandardCopyOption.REPLACE_EXISTING);
            return true;
        }
    };

    private static final int SECTOR_BYTES = 512;
    private static final int SECTORS_MAX = 8;

    /**
     * Does it to a file.
     *
     * @param others other snapshots of the same node
     * @param older an older state of this file
     * @return whether the file is another one now
     */
    abstract boolean apply(Path file, List<Path> others, Optional<Path> older, Random random) throws IOException;

    private static FileChannel open(Path file) throws IOException {
        return FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private static long position(long size, Random random) {
        return size < 1 ? 0 : (long) (random.nextDouble() * size);
    }

    @Override
    public String toString() {
        return name().toLowerCase(Locale.ROOT);
    }
}
