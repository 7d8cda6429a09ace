package dev.freshet.index;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/** Damages snapshot files in every way that a disk, a crash or a person can; knows the format by its documentation alone. */
public final class DamagedFiles {
    private static final int PREAMBLE = 12;
    private static final int SECTION_HEAD = 12;
    private static final int CHECKSUM = 4;

    private DamagedFiles() {}

    /** A damaged copy, and what was done to it. */
    public record Damage(String what, byte[] bytes) {
        @Override
        public String toString() {
            return what;
        }
    }

    /** Where a section begins and ends. */
    public record Section(String tag, int begin, int end) {}

    /** The sections of a good file. */
    public static List<Section> sections(byte[] file) {
        List<Section> sections = new ArrayList<>();
        int at = PREAMBLE;
        while (at < file.length) {
            long length = ByteBuffer.wrap(file).order(ByteOrder.LITTLE_ENDIAN).getLong(at + 4);
            int end = Math.toIntExact(at + SECTION_HEAD + length + CHECKSUM);
            sections.add(new Section(new String(file, at, 4, US_ASCII), at, end));
            at = end;
        }
        return sections;
    }

    /** Damages of every section, so many random ones of each kind. */
    public static List<Damage> all(byte[] file, RandomGenerator random, int each) {
        List<Damage> damages = new ArrayList<>();
        damages.add(new Damage("an empty file", new byte[0]));
        for (Section section : sections(file)) {
            String tag = section.tag();
            int begin = section.begin();
            int end = section.end();
            for (int around = -1; around <= 1; around++) {
                truncate(damages, file, begin + around, "around the begin of " + tag);
                truncate(damages, file, end - CHECKSUM + around, "around the checksum of " + tag);
                truncate(damages, file, begin + SECTION_HEAD + around, "around the content of " + tag);
            }
            for (int i = 0; i < each; i++) {
                int at = begin + random.nextInt(end - begin);
                truncate(damages, file, at, "in " + tag);
                flip(damages, file, at, random.nextInt(8), tag);
                zero(damages, file, at, Math.min(end, at + 1 + random.nextInt(200)), tag);
            }
            for (int head = 0; head < SECTION_HEAD; head++) {
                flip(damages, file, begin + head, random.nextInt(8), tag + "'s head");
            }
            for (int byteOfChecksum = 1; byteOfChecksum <= CHECKSUM; byteOfChecksum++) {
                flip(damages, file, end - byteOfChecksum, random.nextInt(8), tag + "'s checksum");
            }
            zero(damages, file, begin, end, "all of " + tag);
            damages.add(new Damage("without " + tag, without(file, begin, end)));
            damages.add(new Damage("with " + tag + " twice", twice(file, begin, end)));
        }
        for (int at = 0; at < PREAMBLE; at++) {
            truncate(damages, file, at, "in the preamble");
            flip(damages, file, at, random.nextInt(8), "the preamble");
        }
        for (int version : new int[] {0, 1, 2, 4, -1}) {
            damages.add(new Damage("version " + version, version(file, version)));
        }
        for (int more : new int[] {1, 4, 1000, file.length}) {
            damages.add(new Damage(more + " bytes more", Arrays.copyOf(file, file.length + more)));
        }
        damages.add(new Damage("itself appended", twice(file, 0, file.length)));
        byte[] noise = new byte[file.length];
        random.nextBytes(noise);
        damages.add(new Damage("noise", noise));
        damages.add(new Damage("zeros", new byte[file.length]));
        return damages;
    }

    private static void truncate(List<Damage> damages, byte[] file, int length, String where) {
        if (length >= 0 && length < file.length) {
            damages.add(
                    new Damage("cut to " + length + " of " + file.length + ", " + where, Arrays.copyOf(file, length)));
        }
    }

    private static void flip(List<Damage> damages, byte[] file, int at, int bit, String where) {
        byte[] damaged = file.clone();
        damaged[at] ^= (byte) (1 << bit);
        damages.add(new Damage("bit " + bit + " of byte " + at + " flipped, in " + where, damaged));
    }

    private static void zero(List<Damage> damages, byte[] file, int from, int to, String where) {
        byte[] damaged = file.clone();
        Arrays.fill(damaged, from, to, (byte) 0);
        if (!Arrays.equals(damaged, file)) {
            damages.add(new Damage("zeros from " + from + " to " + to + ", in " + where, damaged));
        }
    }

    private static byte[] without(byte[] file, int from, int to) {
        byte[] damaged = Arrays.copyOf(file, file.length - (to - from));
        System.arraycopy(file, to, damaged, from, file.length - to);
        return damaged;
    }

    private static byte[] twice(byte[] file, int from, int to) {
        byte[] damaged = Arrays.copyOf(file, file.length + to - from);
        System.arraycopy(file, from, damaged, to, file.length - from);
        return damaged;
    }

    /** The same file with another format version. */
    public static byte[] version(byte[] file, int version) {
        byte[] damaged = file.clone();
        ByteBuffer.wrap(damaged).order(ByteOrder.LITTLE_ENDIAN).putInt(PREAMBLE - Integer.BYTES, version);
        return damaged;
    }

    /** Writes a damaged copy in place of a file. */
    public static void write(Path file, Damage damage) throws IOException {
        Files.write(file, damage.bytes());
    }
}
