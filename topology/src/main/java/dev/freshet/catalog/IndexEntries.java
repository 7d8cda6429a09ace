package dev.freshet.catalog;

import dev.freshet.catalog.CatalogService.IndexSpec;
import dev.freshet.schemas.avro.CatalogCommand;
import dev.freshet.schemas.avro.Distance;
import dev.freshet.schemas.avro.IndexEntry;
import dev.freshet.schemas.error.ErrorCode;
import dev.freshet.schemas.error.FreshetException;
import dev.freshet.schemas.serde.TrustedRecords;
import java.time.Instant;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Makes an index's entry of what a user asked for: fills in defaults, and refuses what is out of range. */
final class IndexEntries {
    private final IndexDefaults defaults;

    IndexEntries(IndexDefaults defaults) {
        this.defaults = defaults;
        TrustedRecords.trust(CatalogCommand.class);
    }

    /** The index that is created with a dataset. */
    IndexEntry ofDataset(String dataset) {
        return entry(new IndexSpec(
                dataset + "_v1", dataset, null, null, null, null, null, null, null, null, null, null, null));
    }

    IndexEntry entry(IndexSpec spec) {
        Names.require("index", spec.name());
        if ((spec.dataset() == null) == (spec.dimension() == null)) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST,
                    "an index needs either 'dataset' (its rows are embedded) or 'dimension' (callers bring the vectors)");
        }
        ModelReference model = model(spec);
        int dimensions = model == null ? inRange(IndexRange.DIMENSION, spec.dimension(), 1) : model.dimensions();
        String engine = spec.engine() == null ? defaults.engine() : spec.engine();
        String quantization = quantization(engine, spec.quantization());
        int size = inRange(IndexRange.CHUNK_SIZE, spec.chunkSize(), IndexDefaults.CHUNK_SIZE);
        return IndexEntry.newBuilder()
                .setId(0)
                .setName(spec.name())
                .setDatasetId(0)
                .setDirect(model == null)
                .setModel(CatalogEntries.modelEntry(model))
                .setDimensions(dimensions)
                .setDistance(spec.distance() == null ? Distance.COSINE : spec.distance())
                .setEngine(engine)
                .setQuantization(quantization)
                .setVectorsOnDisk(vectorsOnDisk(quantization, spec.vectorsOnDisk()))
                .setM(inRange(IndexRange.M, spec.m(), IndexDefaults.M))
                .setEfConstruction(
                        inRange(IndexRange.EF_CONSTRUCTION, spec.efConstruction(), IndexDefaults.EF_CONSTRUCTION))
                .setEfSearch(inRange(IndexRange.EF_SEARCH, spec.efSearch(), IndexDefaults.EF_SEARCH))
                .setChunkSize(size)
                .setOverlap(inRange(
                        IndexRange.OVERLAP.field(),
                        spec.overlap(),
                        IndexDefaults.OVERLAP,
                        IndexRange.OVERLAP.min(),
                        size / 2))
                .setCreated(Instant.EPOCH)
                .build();
    }

    private @Nullable ModelReference model(IndexSpec spec) {
        if (spec.dataset() == null) {
            if (spec.model() != null) {
                throw new FreshetException(
                        ErrorCode.BAD_REQUEST,
                        "'model' goes with 'dataset': callers bring the vectors of an index with 'dimension'");
            }
            return null;
        }
        return defaults.models().apply(spec.model() == null ? defaults.model() : spec.model());
    }

    private String quantization(String engine, @Nullable String given) {
        List<String> known = defaults.engines().get(engine);
        if (known == null) {
            throw new FreshetException(
                    ErrorCode.UNKNOWN_ENGINE,
                    "there is no engine '" + engine + "'; there is "
                            + String.join(", ", new TreeSet<>(defaults.engines().keySet())));
        }
        String quantization = given == null ? IndexDefaults.QUANTIZATION : given;
        if (!known.contains(quantization)) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST,
                    "quantization is '" + quantization + "', must be one that the engine " + engine + " has: "
                            + String.join(", ", known));
        }
        return quantization;
    }

    private static boolean vectorsOnDisk(String quantization, @Nullable Boolean given) {
        boolean onDisk = given != null && given;
        if (onDisk && quantization.equals(IndexDefaults.QUANTIZATION)) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST,
                    "vectors_on_disk goes with a quantization, for example int8: without one, searches walk through the vectors themselves, which have to be in memory");
        }
        return onDisk;
    }

    private static int inRange(IndexRange range, @Nullable Integer given, int absent) {
        return inRange(range.field(), given, absent, range.min(), range.max());
    }

    private static int inRange(String field, @Nullable Integer given, int absent, int min, int max) {
        int value = given == null ? absent : given;
        if (value < min || value > max) {
            throw new FreshetException(
                    ErrorCode.BAD_REQUEST, field + " is " + value + ", must be " + min + " to " + max);
        }
        return value;
    }
}
