package dev.freshet.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.avro.PendingRow;
import dev.freshet.schemas.avro.RowState;
import dev.freshet.schemas.avro.Scan;
import dev.freshet.schemas.avro.ScanState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.EncoderFactory;
import org.junit.jupiter.api.Test;

class RefreshStoresTest {
    @Test
    void shouldReadPendingRowsOfTheFirstFormat() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(1);
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        encoder.writeLong(7);
        encoder.writeString("row");
        encoder.writeLong(11);
        encoder.writeLong(12);
        encoder.flush();

        assertThat(RefreshStores.PENDING_ROWS.decode(out.toByteArray()))
                .isEqualTo(new PendingRow(7L, "row", 11L, 12L, null, false));
    }

    @Test
    void shouldReadWalksOfTheFirstFormat() throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(1);
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(out, null);
        encoder.writeLong(7); // dataset
        encoder.writeLong(2); // revision
        encoder.writeEnum(1); // FILL
        encoder.writeIndex(1);
        encoder.writeBytes("cursor".getBytes(StandardCharsets.UTF_8));
        encoder.writeLong(5); // before_version
        encoder.writeIndex(0);
        encoder.writeLong(99); // watermark
        encoder.flush();

        ScanState state = RefreshStores.SCAN_STATES.decode(out.toByteArray());
        assertThat(state.getScan()).isEqualTo(Scan.FILL);
        assertThat(state.getWatermark()).isEqualTo(99);
        assertThat(state.getJob()).isNull();
        assertThat(state.getStaleSince()).isNull();
        assertThat(state.getLastEmbedded()).isNull();
        assertThat(state.getCatalogVersion()).isEqualTo(-1);
    }

    @Test
    void shouldReadWalksOfTheSecondFormat() {
        ScanState state = ScanState.newBuilder()
                .setDatasetId(7)
                .setRevision(2)
                .setScan(Scan.COUNT)
                .setCursor(null)
                .setBeforeOrder(null)
                .setWatermark(99)
                .setJob(5L)
                .build();
        byte[] bytes = RefreshStores.SCAN_STATES.encode(state);
        assertThat(bytes[0]).isEqualTo((byte) 4);
        // Format 3 only had one more kind of walk, at the end of the list, and format 4 a place at the end.
        byte[] older = Arrays.copyOf(bytes, bytes.length - 1);
        for (byte format : new byte[] {2, 3}) {
            older[0] = format;
            assertThat(RefreshStores.SCAN_STATES.decode(older)).isEqualTo(state);
        }
    }

    @Test
    void shouldReadRowsOfTheSecondFormat() {
        RowState state = RowState.newBuilder()
                .setVersion(7)
                .setColumns(new HashMap<>(Map.of("id", "1")))
                .setContested(true)
                .build();
        byte[] bytes = RefreshStores.ROW_STATES.encode(state);
        assertThat(bytes[0]).isEqualTo((byte) 3);
        // Without the place and the refused version, which are null.
        byte[] older = Arrays.copyOf(bytes, bytes.length - 2);
        older[0] = 2;
        assertThat(RefreshStores.ROW_STATES.decode(older)).isEqualTo(state);
    }
}
