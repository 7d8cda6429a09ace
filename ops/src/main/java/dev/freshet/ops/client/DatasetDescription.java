package dev.freshet.ops.client;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A dataset as the server shows it. */
public record DatasetDescription(
        String name,
        List<String> idColumns,
        List<String> textColumns,
        @Nullable List<String> metadataColumns,
        String refreshPolicy,
        List<IndexLine> indexes) {
    public DatasetDescription {
        idColumns = List.copyOf(idColumns);
        textColumns = List.copyOf(textColumns);
        indexes = List.copyOf(indexes);
    }

    /** One of its indexes. */
    public record IndexLine(String name, @Nullable String model, int dimensions, String distance) {}
}
