package dev.freshet.search;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The versions of the newest deletions that a store of an active task has applied, so that who waits for one need not wait for the watermark, which a backfill may hold back. A deletion that is
 * no longer among them is told by the watermark alone. Written by one thread, read by any.
 */
final class RecentDeletes {
    static final int MAX = 20_000;

    private final Map<StagedChanges.RowId, Long> versions = new LinkedHashMap<>();

    /** A row was deleted by the change of this version, and searches see that. */
    synchronized void deleted(long indexId, String rowKey, long version) {
        StagedChanges.RowId row = new StagedChanges.RowId(indexId, rowKey);
        Long before = versions.remove(row); // So that it is the newest again.
        versions.put(row, before == null ? version : Math.max(before, version));
        if (versions.size() > MAX) {
            versions.remove(versions.keySet().iterator().next());
        }
    }

    /** Whether a deletion of this version or a newer one is known. */
    synchronized boolean covers(long indexId, String rowKey, long version) {
        return versions.getOrDefault(new StagedChanges.RowId(indexId, rowKey), -1L) >= version;
    }

    synchronized void clear() {
        versions.clear();
    }
}
