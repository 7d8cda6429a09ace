package dev.freshet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.RowChange;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class PlainAvroTest {
    private final PlainAvro<RowChange> plain = new PlainAvro<>(RowChange.class, (byte) 3);

    @Test
    void readsBackWhatItWroteBehindItsFormatByte() {
        byte[] bytes = plain.encode(ConfluentAvroSerdeTest.row());
        assertThat(bytes[0]).isEqualTo((byte) 3);
        assertThat(plain.decode(bytes)).isEqualTo(ConfluentAvroSerdeTest.row());
    }

    @Test
    void refusesOtherFormatsCutsAndTails() {
        byte[] bytes = plain.encode(ConfluentAvroSerdeTest.row());
        undecodable(new byte[0], "the value is empty");
        undecodable(
                new PlainAvro<>(RowChange.class, (byte) 4).encode(ConfluentAvroSerdeTest.row()), "is 4, expected 3");
        undecodable(Arrays.copyOf(bytes, bytes.length - 1), "cut");
        undecodable(Arrays.copyOf(bytes, bytes.length + 1), "1 bytes follow");
    }

    private void undecodable(byte[] bytes, String part) {
        assertThatThrownBy(() -> plain.decode(bytes))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining(part);
    }
}
