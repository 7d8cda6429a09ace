package dev.freshet.index;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.TestRandom;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SnapshotFileTest {
    private static final SnapshotHeader HEADER = new SnapshotHeader(
            "compact",
            7,
            3,
            "sha256:水",
            new VectorIndexParameters(16, DistanceFunction.COSINE, 16, 200),
            1_234_567_890_123L,
            1_700_000_000_000L);

    private final Path file;
    private final RandomGenerator random = TestRandom.create(SnapshotFileTest.class);

    SnapshotFileTest(@TempDir Path directory) {
        this.file = directory.resolve("7.snapshot");
    }

    // Longer than the buffers of both sides, which hold 256 KiB.
    private final int[] ints = random.ints(70_000).toArray();
    private final float[] floats = floats(140_000);
    private final String text = "水".repeat(90_000);

    private float[] floats(int count) {
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }

    private void write(SnapshotWriter snapshot) throws IOException {
        try (SnapshotWriter.Section section = snapshot.section("AAAA")) {
            section.putByte((byte) -1);
            section.putInts(ints, 5, ints.length - 5);
            section.putLong(Long.MIN_VALUE);
            section.putString("");
        }
        try (SnapshotWriter.Section section = snapshot.section("NONE")) {
            assertThat(section).isNotNull();
        }
        try (SnapshotWriter.Section section = snapshot.section("BBBB")) {
            section.putString(text);
            section.putFloats(floats, 0, floats.length - 1);
            section.putInt(42);
        }
    }

    private void writeFile() throws IOException {
        try (SnapshotWriter snapshot = SnapshotWriter.create(file, HEADER)) {
            write(snapshot);
            snapshot.commit();
        }
    }

    @Test
    void readsWhatWasWritten() throws IOException {
        writeFile();
        try (SnapshotReader snapshot = SnapshotReader.open(file)) {
            assertThat(snapshot.header()).isEqualTo(HEADER);
            SnapshotReader.Section first = snapshot.section("AAAA");
            assertThat(first.getByte()).isEqualTo((byte) -1);
            int[] readInts = new int[ints.length];
            first.getInts(readInts, 5, ints.length - 5);
            System.arraycopy(ints, 0, readInts, 0, 5);
            assertThat(readInts).isEqualTo(ints);
            assertThat(first.getLong()).isEqualTo(Long.MIN_VALUE);
            assertThat(first.getString()).isEmpty();
            assertThat(first.remaining()).isZero();
            first.verify();
            snapshot.section("NONE").verify();
            SnapshotReader.Section second = snapshot.section("BBBB");
            assertThat(second.getString()).isEqualTo(text);
            float[] readFloats = new float[floats.length];
            second.getFloats(readFloats, 0, floats.length - 1);
            readFloats[floats.length - 1] = floats[floats.length - 1];
            assertThat(readFloats).isEqualTo(floats);
            assertThat(second.getInt()).isEqualTo(42);
            second.verify();
            snapshot.end();
        }
    }

    /** Reads everything without knowing how long anything is. */
    private static void readAll(Path file) throws IOException {
        try (SnapshotReader snapshot = SnapshotReader.open(file)) {
            for (String tag : new String[] {"AAAA", "NONE", "BBBB"}) {
                SnapshotReader.Section section = snapshot.section(tag);
                while (section.remaining() > 0) {
                    section.getByte();
                }
                section.verify();
            }
            snapshot.end();
        }
    }

    @Test
    void anyDamageIsAProblem() throws IOException {
        writeFile();
        readAll(file);
        byte[] good = Files.readAllBytes(file);
        assertThat(DamagedFiles.sections(good))
                .extracting(DamagedFiles.Section::tag)
                .containsExactly("HEAD", "AAAA", "NONE", "BBBB", "ENDS");
        for (DamagedFiles.Damage damage : DamagedFiles.all(good, random, 12)) {
            DamagedFiles.write(file, damage);
            assertThatThrownBy(() -> readAll(file))
                    .as(damage.what())
                    .isInstanceOf(SnapshotException.class)
                    .hasMessageContaining("7.snapshot");
        }
    }

    @Test
    void aSnapshotThatIsNotCompletedLeavesTheOneBefore() throws IOException {
        writeFile();
        byte[] before = Files.readAllBytes(file);
        try (SnapshotWriter snapshot = SnapshotWriter.create(file, HEADER)) {
            write(snapshot);
        }
        AtomicBoolean givenUp = new AtomicBoolean();
        assertThatThrownBy(() -> {
                    try (SnapshotWriter snapshot = SnapshotWriter.create(file, HEADER, givenUp::get)) {
                        givenUp.set(true);
                        write(snapshot);
                        snapshot.commit();
                    }
                })
                .isInstanceOf(InterruptedIOException.class);
        assertThat(file).hasBinaryContent(before);
        assertThat(file.resolveSibling("7.snapshot.tmp")).doesNotExist();
    }

    @Test
    void aMissingFileIsNotADamagedOne() {
        assertThatThrownBy(() -> SnapshotReader.open(file)).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void aReaderThatAsksForMoreThanThereIsIsTold() throws IOException {
        try (SnapshotWriter snapshot = SnapshotWriter.create(file, HEADER)) {
            try (SnapshotWriter.Section section = snapshot.section("AAAA")) {
                section.putInt(Integer.MAX_VALUE);
            }
            snapshot.commit();
        }
        try (SnapshotReader snapshot = SnapshotReader.open(file)) {
            SnapshotReader.Section section = snapshot.section("AAAA");
            assertThatThrownBy(() -> section.getCount(4)).isInstanceOf(SnapshotException.class);
            assertThatThrownBy(section::getLong).isInstanceOf(SnapshotException.class);
        }
        try (SnapshotReader snapshot = SnapshotReader.open(file)) {
            assertThatThrownBy(snapshot.section("AAAA")::verify)
                    .as("a section that was not read whole")
                    .isInstanceOf(SnapshotException.class);
        }
    }

    @Test
    void aSectionsTagHasFourCharacters() throws IOException {
        try (SnapshotWriter snapshot = SnapshotWriter.create(file, HEADER)) {
            assertThatThrownBy(() -> snapshot.section("LONGER")).isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void aHeaderFromBeforeQuantizationSaysNone() throws IOException {
        writeFile();
        Files.write(file, OldSnapshots.asVersion2(Files.readAllBytes(file)));
        try (SnapshotReader snapshot = SnapshotReader.open(file)) {
            assertThat(snapshot.header()).isEqualTo(HEADER);
        }
        readAll(file);
    }

    @Test
    void aHeaderFitsWhatItIsOf() {
        VectorIndexParameters parameters = HEADER.parameters();
        assertThat(HEADER.fits(new SnapshotHeader("compact", 7, 3, "sha256:水", parameters, 1, 1)))
                .isTrue();
        assertThat(HEADER.fits(new SnapshotHeader("other", 7, 3, "sha256:水", parameters, 1, 1)))
                .isFalse();
        assertThat(HEADER.fits(new SnapshotHeader("compact", 8, 3, "sha256:水", parameters, 1, 1)))
                .isFalse();
        assertThat(HEADER.fits(new SnapshotHeader("compact", 7, 4, "sha256:水", parameters, 1, 1)))
                .isFalse();
        assertThat(HEADER.fits(new SnapshotHeader("compact", 7, 3, "sha256:火", parameters, 1, 1)))
                .isFalse();
        assertThat(HEADER.fits(new SnapshotHeader(
                        "compact",
                        7,
                        3,
                        "sha256:水",
                        new VectorIndexParameters(16, DistanceFunction.DOT, 16, 200),
                        1,
                        1)))
                .isFalse();
        assertThat(HEADER.fits(new SnapshotHeader(
                        "compact",
                        7,
                        3,
                        "sha256:水",
                        new VectorIndexParameters(16, DistanceFunction.COSINE, 16, 200, Quantization.INT8),
                        1,
                        1)))
                .isFalse();
    }
}
