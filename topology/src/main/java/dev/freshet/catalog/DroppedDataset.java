package dev.freshet.catalog;

import static java.util.Objects.requireNonNull;

import java.time.Instant;

/**
 * A dataset with rows from a table that somebody dropped: its table's rows, those under way and those to come, do not create it again. Forgotten when a dataset of this name is created.
 *
 * @param datasetId the id that it had
 */
public record DroppedDataset(String name, long datasetId, Instant dropped) {
    public DroppedDataset {
        requireNonNull(name, "name is null");
        requireNonNull(dropped, "dropped is null");
    }
}
