package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import dev.freshet.schemas.avro.Distance;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A vector index over one dataset.
 *
 * @param id given by the catalog, never used twice
 * @param datasetId the dataset whose rows it holds; a direct index has an implicit one of the same name
 * @param model null for a direct index: callers bring the vectors
 * @param dimensions components of each vector
 * @param engine the engine's name, for example {@code hnswlib}
 * @param quantization the form in which the engine compares vectors, by name: {@code none} for as they came
 * @param vectorsOnDisk whether the vectors as they came are kept in files rather than in memory; only with a quantization
 * @param m links per node on the upper layers of the HNSW graph
 * @param efConstruction candidates looked at while inserting
 * @param efSearch candidates looked at while searching, unless the search says otherwise
 * @param chunkSize longest chunk in characters
 * @param overlap characters that a chunk repeats of the one before
 * @param built how it was last filled from the stored rows; null if it never had to be
 */
public record IndexDefinition(
        long id,
        String name,
        long datasetId,
        @Nullable ModelReference model,
        int dimensions,
        Distance distance,
        String engine,
        String quantization,
        boolean vectorsOnDisk,
        int m,
        int efConstruction,
        int efSearch,
        int chunkSize,
        int overlap,
        Instant created,
        @Nullable IndexBuild built) {
    public IndexDefinition {
        requireNonNull(name, "name is null");
        requireNonNull(distance, "distance is null");
        requireNonNull(engine, "engine is null");
        requireNonNull(quantization, "quantization is null");
        requireNonNull(created, "created is null");
        if (model != null && model.dimensions() != dimensions) {
            throw new IllegalArgumentException(
                    "dimensions is " + dimensions + ", the model's is " + model.dimensions());
        }
    }

    /** Whether callers bring the vectors. */
    public boolean direct() {
        return model == null;
    }
}
