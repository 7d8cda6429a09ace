package dev.freshet.ops.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A dataset to create.
 *
 * @param metadataColumns null means every column that is not a text column
 */
public record DatasetDefinition(
        List<String> idColumns,
        List<String> textColumns,
        @Nullable List<String> metadataColumns) {
    public DatasetDefinition {
        idColumns = List.copyOf(idColumns);
        textColumns = List.copyOf(textColumns);
        metadataColumns = metadataColumns == null ? null : List.copyOf(metadataColumns);
    }
}
