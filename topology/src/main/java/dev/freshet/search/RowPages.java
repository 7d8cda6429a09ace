package dev.freshet.search;

import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.jspecify.annotations.Nullable;

/** Reads the rows of an index from the storage, a page at a time: some of them are in memory, never all. Any thread. */
final class RowPages {
    /** Rows that are looked at for one page, at most: a filter that nothing passes must not read on for minutes. */
    static final int ROWS_LOOKED_AT_MAX = 10_000;

    private static final int SLICE_ROWS = 256;
    private static final int SLICE_BYTES = 4 * 1024 * 1024;

    private RowPages() {}

    /** The next rows; each is as it is at one moment, and those behind it may change meanwhile. */
    static RowPage read(RowStorage storage, PageQuery query) {
        List<RowView> rows = new ArrayList<>();
        FieldReader reader = new FieldReader();
        long bytes = 0;
        int lookedAt = 0;
        String last = query.after();
        Bytes from = last == null ? null : StoreFormat.afterRow(query.indexId(), last);
        while (true) {
            RowStorage.Slice slice = storage.slice(
                    query.indexId(), from, Math.min(SLICE_ROWS, query.limit() - rows.size()), SLICE_BYTES);
            for (StoredImage image : slice.rows()) {
                if (passes(query.filter(), image, reader)) {
                    if (!rows.isEmpty() && bytes + image.bytes() > query.bytes()) {
                        return new RowPage(rows, last, bytes);
                    }
                    rows.add(image.view(query.includeVectors()));
                    bytes += image.bytes();
                }
                last = image.rowKey();
                lookedAt++;
            }
            from = slice.next();
            if (from == null) {
                return new RowPage(rows, null, bytes);
            }
            if (rows.size() >= query.limit() || bytes >= query.bytes() || lookedAt >= ROWS_LOOKED_AT_MAX) {
                return new RowPage(rows, last, bytes);
            }
        }
    }

    private static boolean passes(@Nullable Filter filter, StoredImage image, FieldReader reader) {
        return filter == null
                || filter.holds(reader.of(MetadataFields.encode(image.row().metadata())));
    }
}
