package dev.freshet.search;

/**
 * A filter as one search of one index in one partition asks it. Rows whose metadata are not in memory are read from the storage: as they are there now, which may be newer than what was asked about. What a search
 * finds is compared with the storage before it is returned ({@link PartitionSearch}), so the newer answer is the right one. For one thread.
 */
final class RowFilter {
    private final Filter filter;
    private final long indexId;
    private final RowStorage storage;
    private final FieldReader reader = new FieldReader();

    RowFilter(Filter filter, long indexId, RowStorage storage) {
        this.filter = filter;
        this.indexId = indexId;
        this.storage = storage;
    }

    Filter filter() {
        return filter;
    }

    /** Whether the row passes. Throws {@link NotAnsweredException} if it has to be read, and the storage is closed. */
    boolean holds(GraphRow row) {
        byte[] metadata = row.metadata();
        return metadata == null
                ? storage.row(indexId, row.rowKey()).filter(this::holds).isPresent()
                : filter.holds(reader.of(metadata));
    }

    /** As {@link #holds(GraphRow)}. What was read from the storage may be another state than the graph's, and is not to be kept. */
    FilterCache.Answer answer(GraphRow row) {
        boolean holds = holds(row);
        if (row.metadata() == null) {
            return holds ? FilterCache.Answer.PASSES_NOW : FilterCache.Answer.FAILS_NOW;
        }
        return holds ? FilterCache.Answer.PASSES : FilterCache.Answer.FAILS;
    }

    /** Whether the row passes. */
    boolean holds(StoredRow row) {
        return filter.holds(reader.of(MetadataFields.encode(row.metadata())));
    }
}
