package dev.freshet.http;

import dev.freshet.refresh.StaleView.IndexFreshness;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * How far an index, or a dataset with all its indexes, is behind its rows.
 *
 * @param pendingRows changed rows that wait to be embedded, once for each index that waits for them
 * @param staleSince since when it is stale; null if it is not
 * @param oldestPendingAgeMs how long ago the oldest change that waits was made, in milliseconds; null if none does
 * @param lastEmbeddedAt when a newly embedded text last went into it; null if none ever did
 */
record Staleness(
        long pendingRows,
        @Nullable String staleSince,
        @Nullable Long oldestPendingAgeMs,
        @Nullable String lastEmbeddedAt) {
    static Staleness of(Collection<IndexFreshness> indexes, Instant now) {
        return new Staleness(
                indexes.stream().mapToLong(IndexFreshness::pendingRows).sum(),
                first(indexes, IndexFreshness::staleSince)
                        .map(Instant::toString)
                        .orElse(null),
                first(indexes, IndexFreshness::oldestPending)
                        .map(oldest -> Math.max(0, Duration.between(oldest, now).toMillis()))
                        .orElse(null),
                indexes.stream()
                        .map(IndexFreshness::lastEmbedded)
                        .filter(Objects::nonNull)
                        .max(Comparator.naturalOrder())
                        .map(Instant::toString)
                        .orElse(null));
    }

    boolean stale() {
        return staleSince != null;
    }

    private static Optional<Instant> first(
            Collection<IndexFreshness> indexes, Function<IndexFreshness, @Nullable Instant> moment) {
        return indexes.stream().map(moment).filter(Objects::nonNull).min(Comparator.naturalOrder());
    }
}
