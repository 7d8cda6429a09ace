package dev.freshet.ops.bench.server;

import static java.util.stream.Collectors.toMap;

import dev.freshet.search.LocalPartitions;
import dev.freshet.search.PartitionAnswer;
import dev.freshet.search.SearchHit;
import dev.freshet.search.VectorQuery;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Searches all partitions in this process. Thread-safe. */
public final class InProcessSearches {
    private static final Duration TIMEOUT = Duration.ofSeconds(60);

    private final LocalPartitions partitions;
    private final Map<Integer, Long> all;

    /** @param count how many partitions there are */
    public InProcessSearches(LocalPartitions partitions, int count) {
        this.partitions = partitions;
        this.all = IntStream.range(0, count).boxed().collect(toMap(partition -> partition, partition -> -1L));
    }

    /**
     * What each partition finds. Neither gathered nor written as an answer over HTTP is.
     *
     * @throws IOException if one does not answer
     */
    public List<PartitionAnswer> each(VectorQuery query) throws IOException {
        try {
            List<PartitionAnswer> answers = partitions.search(all, query, TIMEOUT);
            if (answers.size() < all.size()) {
                throw new IOException(
                        "a search was answered by " + answers.size() + " of " + all.size() + " partitions only");
            }
            return answers;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while searching", e);
        }
    }

    /** The {@code k} nearest that they find together, nearest first. */
    public List<SearchHit> nearest(VectorQuery query) throws IOException {
        return each(query).stream()
                .flatMap(answer -> answer.hits().stream())
                .sorted(SearchHit.NEAREST_FIRST)
                .limit(query.k())
                .toList();
    }
}
