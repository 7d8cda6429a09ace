package dev.freshet.ops.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A job as the server shows it.
 *
 * @param dataset whose rows it is about; null for a merge
 * @param indexes which it fills or deletes; null for the other kinds
 * @param source where a merge copies from; null, as the next two, for the other kinds
 * @param total rows to do; null until they are counted
 * @param cleared rows deleted from the source; null unless that was asked for
 * @param rate rows per second; null while that is not known
 * @param etaSeconds how long it will take; null while that is not known
 */
public record JobDescription(
        long id,
        String kind,
        String state,
        @Nullable String dataset,
        @Nullable List<String> indexes,
        @Nullable Boolean scheduled,
        @Nullable String source,
        @Nullable String destination,
        @Nullable Boolean clearSource,
        @Nullable Long total,
        long done,
        long skipped,
        long failed,
        @Nullable Long cleared,
        @Nullable Double rate,
        @Nullable Long etaSeconds,
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
            @Nullable Long cleared,
            boolean finished) {}

    /** What it is about, in a few words. */
    public String subject() {
        if (source != null) {
            return source + " → " + destination;
        }
        String name = dataset == null ? "" : dataset;
        return indexes == null || indexes.isEmpty() ? name : name + ": " + String.join(", ", indexes);
    }

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
