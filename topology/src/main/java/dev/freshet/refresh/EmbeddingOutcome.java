package dev.freshet.refresh;

import dev.freshet.schemas.avro.Chunk;
import dev.freshet.schemas.error.ErrorCode;
import java.util.List;

/** What came of embedding a row. */
sealed interface EmbeddingOutcome {
    EmbeddingWork work();

    record Embedded(EmbeddingWork work, List<Chunk> chunks) implements EmbeddingOutcome {
        public Embedded {
            chunks = List.copyOf(chunks);
        }
    }

    /** Nobody wants it any more. */
    record Abandoned(EmbeddingWork work) implements EmbeddingOutcome {}

    /** This text can never be embedded by this model. */
    record Refused(EmbeddingWork work, ErrorCode code, String message) implements EmbeddingOutcome {}
}
