package dev.freshet.http;

import dev.freshet.refresh.StaleView;
import dev.freshet.refresh.StaleView.IndexFreshness;
import java.time.Instant;
import java.util.List;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How fresh the indexes are, as far as anybody told.
 *
 * @param indexes in the partitions that were told of
 * @param complete whether every partition was told of
 */
record KnownFreshness(List<IndexFreshness> indexes, boolean complete) {
    KnownFreshness {
        indexes = List.copyOf(indexes);
    }

    /**
     * What a view tells at this moment. May take as long as it takes to ask other processes.
     *
     * @param partitions of the rows topic
     */
    static KnownFreshness of(StaleView view, int partitions) {
        StaleView now = view.now();
        return new KnownFreshness(now.freshness(), now.partitions().size() >= partitions);
    }

    /** Of some indexes together; null if it cannot be told: they wait for nothing in the partitions that were told of, but there are others. */
    @Nullable
    Staleness of(Predicate<IndexFreshness> which, Instant now) {
        Staleness staleness = Staleness.of(indexes.stream().filter(which).toList(), now);
        return complete || staleness.stale() ? staleness : null;
    }
}
