package dev.freshet.connect.type;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class WellKnownBinaryTest {
    @Test
    void shouldReadPointsInBothByteOrders() {
        shouldBe("{\"type\":\"Point\",\"coordinates\":[1.0,2.0]}", "0101000000000000000000f03f0000000000000040");
        shouldBe("{\"type\":\"Point\",\"coordinates\":[1.0,2.0]}", "00000000013ff00000000000004000000000000000");
    }

    @Test
    void shouldReadHeightsAndLeaveOutMeasures() {
        String ordinates = "000000000000f03f00000000000000400000000000000840";
        shouldBe("{\"type\":\"Point\",\"coordinates\":[1.0,2.0,3.0]}", "0101000080" + ordinates);
        shouldBe("{\"type\":\"Point\",\"coordinates\":[1.0,2.0,3.0]}", "01e9030000" + ordinates);
        shouldBe("{\"type\":\"Point\",\"coordinates\":[1.0,2.0]}", "0101000040" + ordinates);
        shouldBe("{\"type\":\"Point\",\"coordinates\":[1.0,2.0]}", "01d1070000" + ordinates);
    }

    @Test
    void shouldReadTheEmptyPoint() {
        shouldBe("{\"type\":\"Point\",\"coordinates\":[]}", "0101000000000000000000f87f000000000000f87f");
    }

    @Test
    void shouldReadEveryShape() {
        byte[] line = shape(2, count(2), point(0, 0), point(1, 1));
        byte[] polygon = shape(3, count(1), count(4), point(0, 0), point(0, 1), point(1, 1), point(0, 0));
        shouldBe("{\"type\":\"LineString\",\"coordinates\":[[0.0,0.0],[1.0,1.0]]}", line);
        shouldBe("{\"type\":\"Polygon\",\"coordinates\":[[[0.0,0.0],[0.0,1.0],[1.0,1.0],[0.0,0.0]]]}", polygon);
        shouldBe("{\"type\":\"MultiPoint\",\"coordinates\":[[5.0,6.0]]}", shape(4, count(1), shape(1, point(5, 6))));
        shouldBe("{\"type\":\"MultiLineString\",\"coordinates\":[[[0.0,0.0],[1.0,1.0]]]}", shape(5, count(1), line));
        shouldBe(
                "{\"type\":\"MultiPolygon\",\"coordinates\":[[[[0.0,0.0],[0.0,1.0],[1.0,1.0],[0.0,0.0]]]]}",
                shape(6, count(1), polygon));
        shouldBe(
                "{\"type\":\"GeometryCollection\",\"geometries\":[{\"type\":\"Point\",\"coordinates\":[5.0,6.0]},"
                        + "{\"type\":\"LineString\",\"coordinates\":[[0.0,0.0],[1.0,1.0]]}]}",
                shape(7, count(2), shape(1, point(5, 6)), line));
    }

    @Test
    void shouldLeaveCurvesToTheCaller() {
        assertThat(WellKnownBinary.read(shape(8, count(0)))).isEmpty();
        assertThat(WellKnownBinary.read(shape(7, count(1), shape(8, count(0))))).isEmpty();
    }

    @Test
    void shouldRefuseWhatEndsEarlyWhereverItDoes() {
        byte[] whole = shape(7, count(2), shape(1, point(5, 6)), shape(2, count(2), point(0, 0), point(1, 1)));
        for (int length = 0; length < whole.length; length++) {
            byte[] cut = Arrays.copyOf(whole, length);
            assertThatThrownBy(() -> WellKnownBinary.read(cut))
                    .as("%d bytes", length)
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void shouldRefuseCountsAndDepthsBeyondTheBytes() {
        assertThatThrownBy(() -> WellKnownBinary.read(shape(2, count(0xffff_ffff))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("ends early");
        byte[] nested = shape(1, point(0, 0));
        for (int i = 0; i < 40; i++) {
            nested = shape(7, count(1), nested);
        }
        byte[] deep = nested;
        assertThatThrownBy(() -> WellKnownBinary.read(deep))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("levels");
        assertThatThrownBy(() -> WellKnownBinary.read(new byte[] {2, 1, 0, 0, 0}))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("byte order");
    }

    private static void shouldBe(String json, String hex) {
        shouldBe(json, HexFormat.of().parseHex(hex));
    }

    private static void shouldBe(String json, byte[] wkb) {
        assertThat(WellKnownBinary.read(wkb))
                .hasValueSatisfying(geometry -> assertThat(geometry.toString()).isEqualTo(json));
    }

    private static byte[] shape(int type, byte[]... parts) {
        int length = 5 + Arrays.stream(parts).mapToInt(part -> part.length).sum();
        ByteBuffer buffer = ByteBuffer.allocate(length).order(ByteOrder.LITTLE_ENDIAN);
        buffer.put((byte) 1).putInt(type);
        for (byte[] part : parts) {
            buffer.put(part);
        }
        return buffer.array();
    }

    private static byte[] count(int count) {
        return ByteBuffer.allocate(4)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(count)
                .array();
    }

    private static byte[] point(double x, double y) {
        return ByteBuffer.allocate(16)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(x)
                .putDouble(y)
                .array();
    }
}
