package dev.freshet.refresh;

import static java.util.Objects.requireNonNull;

import dev.freshet.catalog.IndexDefinition;
import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.avro.Source;
import java.nio.ByteBuffer;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One row to chunk and embed for one index.
 *
 * @param source where this version of the row came from; null if its producer did not say
 * @param text the row's text columns, joined
 * @param textHash their hash
 * @param metadata the row's metadata at this version, a JSON object
 * @param known what is embedded of this row already, by chunk hash
 */
record EmbeddingWork(
        IndexDefinition index,
        PendingQueue.Entry entry,
        long version,
        long timestamp,
        @Nullable Source source,
        String text,
        ByteBuffer textHash,
        String metadata,
        Map<ByteBuffer, Chunk> known) {
    EmbeddingWork {
        known = Map.copyOf(known);
    }

    String model() {
        return requireNonNull(index.model(), "a direct index embeds nothing").name();
    }
}
