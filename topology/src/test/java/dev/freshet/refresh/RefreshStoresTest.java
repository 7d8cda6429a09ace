package dev.freshet.refresh;

import static org.assertj.core.api.Assertions.assertThat;

import dev.freshet.schemas.avro.PendingRow;
import dev.freshet.schemas.avro.Scan;
import dev.freshet.schemas.avro.ScanState;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
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
}
