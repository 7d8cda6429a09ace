package dev.freshet.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.freshet.schemas.avro.ParkedChange;
import dev.freshet.schemas.avro.RowChange;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    @Test
    void readsAnOlderFormatThatLacksFields() {
        ParkedChange change = new ParkedChange(
                ByteBuffer.wrap(new byte[] {1}), ByteBuffer.wrap(new byte[] {2}), 3L, 4L, 5L, List.of());
        PlainAvro<ParkedChange> today =
                new PlainAvro<>(ParkedChange.class, (byte) 2, Map.of((byte) 1, Set.of("headers")));
        byte[] bytes = today.encode(change);
        byte[] older = Arrays.copyOf(bytes, bytes.length - 1); // The empty list is one byte at the end.
        older[0] = 1;

        assertThat(today.decode(older)).isEqualTo(change);
        assertThat(today.decode(bytes)).isEqualTo(change);
        older[0] = 2;
        assertThatThrownBy(() -> today.decode(older)).isInstanceOf(UndecodableRecordException.class);
    }

    private void undecodable(byte[] bytes, String part) {
        assertThatThrownBy(() -> plain.decode(bytes))
                .isInstanceOf(UndecodableRecordException.class)
                .hasMessageContaining(part);
    }
}
