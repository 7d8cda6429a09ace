package dev.freshet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.junit.jupiter.api.Test;

class VectorBytesTest {
    @Test
    void shouldHaveTheLowestByteFirst() {
        // 1 is 0x3f800000, -2.5 is 0xc0200000.
        assertThat(VectorBytes.encode(new float[] {1, -2.5f}).array())
                .containsExactly(0, 0, (byte) 0x80, 0x3f, 0, 0, 0x20, (byte) 0xc0);
    }

    @Test
    void shouldReadWhatItWrote() {
        float[] vector = {0, -0f, Float.MIN_VALUE, Float.MAX_VALUE, Float.NaN, Float.NEGATIVE_INFINITY, 0.1f};
        assertThat(VectorBytes.decode(VectorBytes.encode(vector))).isEqualTo(vector);
        assertThat(VectorBytes.decode(VectorBytes.encode(new float[0]))).isEmpty();
    }

    @Test
    void shouldReadFromThePositionWhateverTheOrderOfTheBufferAndLeaveItThere() {
        for (ByteOrder order : new ByteOrder[] {ByteOrder.BIG_ENDIAN, ByteOrder.LITTLE_ENDIAN}) {
            ByteBuffer bytes = ByteBuffer.wrap(new byte[] {9, 0, 0, (byte) 0x80, 0x3f, 9})
                    .order(order)
                    .position(1)
                    .limit(5);
            assertThat(VectorBytes.decode(bytes)).containsExactly(1);
            assertThat(bytes.position()).isEqualTo(1);
            assertThat(bytes.remaining()).isEqualTo(4);
        }
    }

    @Test
    void shouldRefuseHalfAComponent() {
        assertThatThrownBy(() -> VectorBytes.decode(ByteBuffer.allocate(7)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("7 bytes are no whole number of 32-bit numbers");
    }
}
