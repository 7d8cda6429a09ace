package dev.freshet.http;

import dev.freshet.refresh.RowWriter;
import dev.freshet.schemas.avro.RowChange;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.key.RowKeys;
import dev.freshet.schemas.key.RowVersion;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Keeps what was written, in {@value #PARTITIONS} partitions. */
final class FakeRowWriter implements RowWriter {
    static final int PARTITIONS = 2;

    private final List<RowChange> written = new ArrayList<>();
    private final List<Integer> batches = new ArrayList<>();
    private final long[] offsets = new long[PARTITIONS];
    private int failAfterBatches = Integer.MAX_VALUE;
    private @Nullable FreshetException failure;

    synchronized void failAfterBatches(int count) {
        failAfterBatches = count;
    }

    /** From now on each write fails so. */
    synchronized void failWith(FreshetException e) {
        failure = e;
    }

    @Override
    public synchronized List<Position> write(List<RowChange> changes) {
        if (failure != null) {
            throw failure;
        }
        if (batches.size() >= failAfterBatches) {
            throw new FreshetException(ErrorCode.KAFKA_UNAVAILABLE, "the broker does not answer");
        }
        batches.add(changes.size());
        List<Position> positions = new ArrayList<>();
        for (RowChange change : changes) {
            written.add(change);
            int partition = RowKeys.partition(change.getDataset(), change.getKey(), PARTITIONS);
            long offset = offsets[partition]++;
            positions.add(new Position(partition, offset, RowVersion.of(0, offset)));
        }
        return positions;
    }

    synchronized List<RowChange> written() {
        return List.copyOf(written);
    }

    synchronized List<Integer> batches() {
        return List.copyOf(batches);
    }
}
