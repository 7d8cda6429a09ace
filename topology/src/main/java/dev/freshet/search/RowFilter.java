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

    /** Whether the row passes. Throws {@link NotAnsweredException} if it has to be read, and the storage is closed. */
    boolean holds(GraphRow row) {
        byte[] metadata = row.metadata();
        return metadata == null
                ? storage.row(indexId, row.rowKey()).filter(this::holds).isPresent()
                : filter.holds(reader.of(metadata));
    }

    /** Whether the row passes. */
    boolean holds(StoredRow row) {
        return filter.holds(reader.of(MetadataFields.encode(row.metadata())));
    }
}
