package dev.freshet.ops.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as the server shows it.
 *
 * @param total rows to do; null until they are counted
 * @param cleared rows deleted from the source; null unless that was asked for
 */
public record JobDescription(
        long id,
        String kind,
        String state,
        String source,
        String destination,
        boolean clearSource,
        @Nullable Long total,
        long done,
        long skipped,
        long failed,
        @Nullable Long cleared,
        String started,
        @Nullable String finished,
        @Nullable String error,
        List<PartitionLine> partitions) {
    /** One partition's part. */
    public record PartitionLine(
            int partition,
            @Nullable Long total,
            long done,
            long skipped,
            long failed,
            @Nullable Long cleared) {}

    public boolean running() {
        return state.equals("running");
    }

    public boolean succeeded() {
        return state.equals("done");
    }

    /** Rows that were looked at, whatever became of them. */
    public long taken() {
        return done + skipped + failed;
    }
}
