package dev.freshet.index;

import static java.util.Objects.requireNonNull;

/**
 * Whose snapshot a file is. A snapshot is used only where all of this but {@code offset} and {@code createdMs} is what the reader expects.
 *
 * @param engine by the name that users give
 * @param indexId the catalog's id, never used twice
 * @param partition of the vectors topic
 * @param modelFingerprint of the model that made the vectors; empty if callers brought them
 * @param offset every record of the vectors topic before it is in the snapshot; later ones may be
 * @param createdMs when it was begun, in milliseconds since 1970
 */
public record SnapshotHeader(
        String engine,
        long indexId,
        int partition,
        String modelFingerprint,
        VectorIndexParameters parameters,
        long offset,
        long createdMs) {
    public SnapshotHeader {
        requireNonNull(engine, "engine is null");
        requireNonNull(modelFingerprint, "modelFingerprint is null");
        requireNonNull(parameters, "parameters is null");
    }

    /** Whether a snapshot with this header may stand for an index that would get the other one now. */
    public boolean fits(SnapshotHeader expected) {
        return engine.equals(expected.engine)
                && indexId == expected.indexId
                && partition == expected.partition
                && modelFingerprint.equals(expected.modelFingerprint)
                && parameters.equals(expected.parameters);
    }
}
