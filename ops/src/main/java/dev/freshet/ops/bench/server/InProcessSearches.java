package dev.freshet.ops.bench.server;

import dev.freshet.schemas.error.FreshetException;
import dev.freshet.search.SearchHit;
import dev.freshet.search.SearchWidth;
import dev.freshet.search.StorePartitions;
import dev.freshet.search.VectorQuery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Searches all partitions in this process. Thread-safe. */
public final class InProcessSearches {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final StorePartitions partitions;
    private final List<Integer> all;

    /** @param count how many partitions there are */
    public InProcessSearches(StorePartitions partitions, int count) {
        this.partitions = partitions;
        this.all = IntStream.range(0, count).boxed().toList();
    }

    /** As below, with as many candidates per partition as the query says. */
    public List<SearchHit> nearest(VectorQuery query) throws IOException {
        return nearest(query, null);
    }

    /**
     * The {@code k} nearest that they find together, nearest first.
     *
     * @param width candidates per partition, of a search that leaves their number to the index; null: as the query says
     * @throws IOException if one does not answer
     */
    public List<SearchHit> nearest(VectorQuery query, @Nullable SearchWidth width) throws IOException {
        try {
            return partitions.nearest(all, query, width, TIMEOUT);
        } catch (FreshetException e) {
            throw new IOException("a search in the process failed: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while searching", e);
        }
    }
}
