package dev.freshet.http;

import dev.freshet.refresh.RowWriter;
import dev.freshet.refresh.RowWriter.Position;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.FreshetException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Reads rows, refuses the bad ones by line, and writes the good ones in batches: no more than a batch is in memory. */
final class RowIngestion {
    private static final int BATCH_ROWS = 500;
    private static final long BATCH_BYTES = 4L << 20;

    private final RowWriter writer;
    private final RowCheck check;

    RowIngestion(RowWriter writer, RowCheck check) {
        this.writer = writer;
        this.check = check;
    }

    /** Reads to the end. When that fails after rows were written, the problem says how many were. */
    void run(RowReader reader, WriteReport report) throws IOException {
        try {
            writeAll(reader, report);
        } catch (FreshetException e) {
            if (report.acceptedRows() == 0) {
                throw e;
            }
            throw new ProblemException(
                    e.code(),
                    e.getMessage() + " (" + report.acceptedRows()
                            + " rows before were written; writing them again is harmless)",
                    HttpJson.fields(report.answer()));
        }
    }

    private void writeAll(RowReader reader, WriteReport report) throws IOException {
        List<RowChange> batch = new ArrayList<>(BATCH_ROWS);
        long batchBytes = 0;
        for (InputRow row = reader.next(); row != null; row = reader.next()) {
            if (row instanceof InputRow.Refused refused) {
                report.rejected(refused.line(), refused.code(), refused.message());
            } else if (row instanceof InputRow.Read read) {
                RowCheck.Checked checked = check.check(read.columns());
                if (checked instanceof RowCheck.Checked.Bad bad) {
                    report.rejected(read.line(), bad.code(), bad.message());
                } else if (checked instanceof RowCheck.Checked.Good good) {
                    batch.add(good.change());
                    batchBytes += good.bytes();
                }
            }
            if (batch.size() >= BATCH_ROWS || batchBytes >= BATCH_BYTES) {
                write(batch, report);
                batch.clear();
                batchBytes = 0;
            }
        }
        write(batch, report);
    }

    private void write(List<RowChange> batch, WriteReport report) {
        if (!batch.isEmpty()) {
            writeAll(writer, batch, report);
        }
    }

    /** Writes changes and tells the report. */
    static void writeAll(RowWriter writer, List<RowChange> changes, WriteReport report) {
        List<Position> positions = writer.write(List.copyOf(changes));
        for (int i = 0; i < changes.size(); i++) {
            report.accepted(changes.get(i), positions.get(i));
        }
    }
}
