package dev.freshet.refresh;

import dev.freshet.catalog.TableOrigin;
import dev.freshet.schemas.avro.Source;
import org.jspecify.annotations.Nullable;

/**
 * Where a row came from, without where exactly in there.
 *
 * @param system {@value #UNKNOWN} if its producer did not say
 */
record Origin(
        String system, @Nullable String database, @Nullable String table) {
    private static final String UNKNOWN = "unknown";
    private static final Origin NOBODY_SAID = new Origin(UNKNOWN, null, null);

    static Origin of(@Nullable Source source) {
        return source == null ? NOBODY_SAID : new Origin(source.getSystem(), source.getDatabase(), source.getTable());
    }

    /** For people. */
    String name() {
        return TableOrigin.name(system, database, table);
    }
}
