package dev.freshet.catalog;

import dev.freshet.schemas.avro.CatalogRecord;
import dev.freshet.schemas.error.ErrorCode;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the catalog's writer makes of a command. */
sealed interface CatalogDecision {
    /**
     * The records to write, in order; none if the catalog already is as the command wants it.
     *
     * @param job the job that the command started or found running, if it is about one
     */
    record Accepted(
            List<Write> writes,
            boolean created,
            long lastId,
            @Nullable Long job) implements CatalogDecision {
        public Accepted {
            writes = List.copyOf(writes);
        }

        Accepted(List<Write> writes, boolean created, long lastId) {
            this(writes, created, lastId, null);
        }
    }

    record Refused(ErrorCode code, String message) implements CatalogDecision {}

    /** One record; a null entry removes the key. */
    record Write(String key, @Nullable CatalogRecord value) {}
}
