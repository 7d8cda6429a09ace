package dev.freshet.refresh;

import dev.freshet.catalog.Catalog;
import dev.freshet.catalog.IndexDefinition;
import dev.freshet.refresh.StaleView.IndexFreshness;
import dev.freshet.schemas.avro.ScanState;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How fresh each index is in one partition: since when it waits for something, and when a text was last embedded for it. What must survive a restart stands with
 * the index's walk in the scans store. Used by the task's stream thread only.
 */
final class Freshness {
    private final PendingQueue pending;
    private final PartitionScans scans;
    private final Map<Long, Long> lastEmbedded = new HashMap<>();
    /** How often each index's queue had begun to fill when last looked at. */
    private final Map<Long, Long> timesBegun = new HashMap<>();
    /** The indexes with a walk under way when last looked at. */
    private final Set<Long> covered = new HashSet<>();

    Freshness(PendingQueue pending, PartitionScans scans) {
        this.pending = pending;
        this.scans = scans;
    }

    /** Notes that a newly embedded text leaves for an index. */
    void embedded(long indexId, long now) {
        lastEmbedded.put(indexId, now);
    }

    /** Looks at all indexes, stores what changed, and tells. */
    List<IndexFreshness> look(Catalog catalog, long now) {
        List<IndexFreshness> freshness = new ArrayList<>();
        for (IndexDefinition index : catalog.indexes()) {
            scans.index(index.id()).ifPresent(state -> freshness.add(look(index, state, now)));
        }
        timesBegun.keySet().removeIf(id -> catalog.index(id).isEmpty());
        lastEmbedded.keySet().removeIf(id -> catalog.index(id).isEmpty());
        covered.removeIf(id -> catalog.index(id).isEmpty());
        return freshness;
    }

    private IndexFreshness look(IndexDefinition index, ScanState state, long now) {
        Long since = staleSince(index, state, now);
        Long embedded = Optional.ofNullable(lastEmbedded.get(index.id())).orElse(state.getLastEmbedded());
        scans.freshness(index.id(), state, since, embedded);
        OptionalLong oldest = pending.oldest(index.id());
        return new IndexFreshness(
                index.id(),
                index.datasetId(),
                pending.size(index.id()),
                instant(since),
                oldest.isPresent() ? Instant.ofEpochMilli(oldest.getAsLong()) : null,
                instant(embedded));
    }

    /** A queue that was empty for a moment since it was last looked at is stale from then on only, unless a walk was under way all the time. */
    private @Nullable Long staleSince(IndexDefinition index, ScanState state, long now) {
        boolean walked = scans.covers(index);
        boolean walkedBefore = walked ? !covered.add(index.id()) : covered.remove(index.id());
        long begun = pending.timesBegun(index.id());
        Long begunBefore = timesBegun.put(index.id(), begun);
        if (!walked && pending.size(index.id()) == 0) {
            return null;
        }
        boolean begunAgain = begunBefore != null && begun > begunBefore && !walked && !walkedBefore;
        return state.getStaleSince() == null || begunAgain ? Long.valueOf(now) : state.getStaleSince();
    }

    private static @Nullable Instant instant(@Nullable Long milliseconds) {
        return milliseconds == null ? null : Instant.ofEpochMilli(milliseconds);
    }
}
